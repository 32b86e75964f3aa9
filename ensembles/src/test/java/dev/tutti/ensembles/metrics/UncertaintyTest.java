package dev.tutti.ensembles.metrics;

import static dev.tutti.ensembles.metrics.Cases.ROUNDING;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.ensembles.metrics.Cases.Labelled;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class UncertaintyTest {

  @Provide
  Arbitrary<Labelled> ensembles() {
    return Cases.labelled(2, 12);
  }

  @Provide
  Arbitrary<Labelled> any() {
    return Cases.labelled(1, 12);
  }

  @Test
  void certainAndUniformPredictions() {
    Predictions p = Predictions.of(new float[][] {{1, 0, 0, 0}, {.25f, .25f, .25f, .25f}});
    assertArrayEquals(new double[] {0, Math.log(4)}, Uncertainty.entropyPerSample(p), ROUNDING);
    // No sign on the zero: it is printed.
    assertEquals(0.0, Uncertainty.entropyPerSample(p)[0]);
  }

  @Test
  void membersThatAreSureOfDifferentClasses() {
    Predictions p = Predictions.of(new float[][][] {{{1, 0}}, {{0, 1}}});
    assertEquals(new Uncertainty.Summary(Math.log(2), 1, 0, Math.log(2)), Uncertainty.summary(p));
  }

  @Test
  void aSingleMember() {
    Predictions p = Cases.SIX.member(0);
    double entropy = Uncertainty.entropy(p);
    assertEquals(new Uncertainty.Summary(entropy, Double.NaN, entropy, 0), Uncertainty.summary(p));
    assertArrayEquals(new double[6], Uncertainty.mutualInformationPerSample(p));
    assertArrayEquals(new double[6], Uncertainty.variationRatioPerSample(p));
  }

  @Property
  void entropyIsMeanMemberEntropyPlusMutualInformation(@ForAll("any") Labelled x) {
    Predictions p = x.predictions();
    Uncertainty.Summary all = Uncertainty.summary(p);
    assertEquals(all.entropy(), all.expectedEntropy() + all.mutualInformation(), ROUNDING);
    double[] entropy = Uncertainty.entropyPerSample(p);
    double[] expectedEntropy = Uncertainty.expectedEntropyPerSample(p);
    double[] information = Uncertainty.mutualInformationPerSample(p);
    for (int b = 0; b < p.samples(); b++) {
      assertEquals(entropy[b], expectedEntropy[b] + information[b], ROUNDING);
      assertTrue(information[b] >= 0);
    }
  }

  /// Another formula for the same: the mean Kullback-Leibler divergence of the members from the
  /// mean.
  @Property
  void mutualInformationIsTheDivergenceFromTheMean(@ForAll("any") Labelled x) {
    Predictions p = x.predictions();
    double[] mean = p.mean();
    double divergence = 0;
    for (int m = 0; m < p.members(); m++) {
      for (int i = 0; i < mean.length; i++) {
        double q = p.probabilities()[m * mean.length + i];
        divergence += q == 0 ? 0 : q * Math.log(q / mean[i]);
      }
    }
    assertEquals(
        divergence / p.members() / p.samples(), Uncertainty.mutualInformation(p), ROUNDING);
  }

  @Property
  void disagreementIsThatOfPairs(@ForAll("ensembles") Labelled x) {
    Predictions p = x.predictions();
    double[] disagreement = Uncertainty.disagreementPerSample(p);
    for (int b = 0; b < p.samples(); b++) {
      int pairs = 0;
      int different = 0;
      for (int k = 0; k < p.members(); k++) {
        for (int m = 0; m < k; m++) {
          pairs++;
          different += p.votedClass(k, b) == p.votedClass(m, b) ? 0 : 1;
        }
      }
      assertEquals(different / (double) pairs, disagreement[b]);
    }
  }

  @Property
  void membersThatAreEqualHaveNoInformation(@ForAll("any") Labelled x) {
    Predictions member = x.predictions().member(0);
    float[] one = member.probabilities();
    float[] three = new float[3 * one.length];
    for (int m = 0; m < 3; m++) {
      System.arraycopy(one, 0, three, m * one.length, one.length);
    }
    Predictions copies = new Predictions(three, 3, member.samples(), member.classes());
    Uncertainty.Summary all = Uncertainty.summary(copies);
    assertEquals(0, all.disagreement());
    assertEquals(0, all.mutualInformation(), ROUNDING);
    assertEquals(Uncertainty.entropy(member), all.entropy(), ROUNDING);
    assertEquals(0, Uncertainty.variationRatio(copies));
  }
}
