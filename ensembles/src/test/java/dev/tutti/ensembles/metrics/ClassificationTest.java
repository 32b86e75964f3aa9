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

class ClassificationTest {

  @Provide
  Arbitrary<Labelled> labelled() {
    return Cases.labelled(1, 12);
  }

  @Test
  void membersAlone() {
    // Member 0 is right on samples 0, 1, 2, 3, member 1 on 0, 2, 5, member 2 on 0, 1.
    assertArrayEquals(
        new double[] {4 / 6., 3 / 6., 2 / 6.},
        Classification.memberAccuracy(Cases.SIX, Cases.SIX_LABELS));
    assertEquals(.5, Classification.meanMemberAccuracy(Cases.SIX, Cases.SIX_LABELS), ROUNDING);
  }

  @Test
  void aLabelOfProbabilityZeroHasInfiniteNll() {
    Predictions p = Predictions.of(new float[][] {{1, 0}, {1, 0}});
    assertEquals(Double.POSITIVE_INFINITY, Classification.nll(p, new int[] {0, 1}));
    assertEquals(0.0, Classification.nll(p, new int[] {0, 0}));
    assertEquals(2.0, Classification.brier(p, new int[] {1, 1}));
    assertEquals(1.0, Classification.topClassBrier(p, new int[] {1, 1}));
  }

  @Property
  void definitions(@ForAll("labelled") Labelled x) {
    Predictions p = x.predictions();
    int[] labels = x.labels();
    double brier = 0;
    double nll = 0;
    int correct = 0;
    for (int b = 0; b < p.samples(); b++) {
      int best = 0;
      double bestMean = -1;
      for (int c = 0; c < p.classes(); c++) {
        double mean = 0;
        for (int m = 0; m < p.members(); m++) {
          mean += p.probabilities()[(m * p.samples() + b) * p.classes() + c];
        }
        mean /= p.members();
        brier += Math.pow(mean - (labels[b] == c ? 1 : 0), 2) / p.samples();
        nll += labels[b] == c ? -Math.log(mean) / p.samples() : 0;
        if (mean > bestMean) {
          best = c;
          bestMean = mean;
        }
      }
      correct += best == labels[b] ? 1 : 0;
    }
    assertEquals(correct / (double) p.samples(), Classification.accuracy(p, labels));
    assertEquals(brier, Classification.brier(p, labels), ROUNDING);
    assertEquals(nll, Classification.nll(p, labels), ROUNDING);
  }

  /// Brier score and log-likelihood are convex, so averaging members never hurts.
  @Property
  void theEnsembleIsNoWorseThanItsMeanMember(@ForAll("labelled") Labelled x) {
    double brier = Classification.brier(x.predictions(), x.labels());
    double nll = Classification.nll(x.predictions(), x.labels());
    assertTrue(brier <= Classification.meanMemberBrier(x.predictions(), x.labels()) + ROUNDING);
    assertTrue(nll <= Classification.meanMemberNll(x.predictions(), x.labels()) + ROUNDING);
  }

  @Property
  void aMemberAloneIsAnEnsembleOfOne(@ForAll("labelled") Labelled x) {
    double[] accuracy = Classification.memberAccuracy(x.predictions(), x.labels());
    double[] brier = Classification.memberBrier(x.predictions(), x.labels());
    double[] nll = Classification.memberNll(x.predictions(), x.labels());
    for (int m = 0; m < accuracy.length; m++) {
      Predictions member = x.predictions().member(m);
      assertEquals(Classification.accuracy(member, x.labels()), accuracy[m]);
      assertEquals(Classification.brier(member, x.labels()), brier[m]);
      assertEquals(Classification.nll(member, x.labels()), nll[m]);
    }
  }
}
