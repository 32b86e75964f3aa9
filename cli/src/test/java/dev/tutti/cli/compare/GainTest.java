package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.ensembles.metrics.Classification;
import dev.tutti.ensembles.metrics.Logits;
import dev.tutti.ensembles.metrics.OutOfDistribution;
import dev.tutti.ensembles.metrics.Predictions;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GainTest {
  private static double[] scores(Random random, int count, int values) {
    double[] scores = new double[count];
    for (int i = 0; i < count; i++) {
      scores[i] = values == 0 ? random.nextGaussian() : random.nextInt(values);
    }
    return scores;
  }

  /// Every pair, one after another.
  private static double[] naive(double[] of, double[] others, boolean above) {
    double[] placements = new double[of.length];
    for (int i = 0; i < of.length; i++) {
      for (double other : others) {
        double right = above ? other - of[i] : of[i] - other;
        placements[i] += (right > 0 ? 1 : right == 0 ? 0.5 : 0) / others.length;
      }
    }
    return placements;
  }

  @Test
  void placementsAreThoseOfEveryPair() {
    Random random = new Random(1);
    for (int trial = 0; trial < 200; trial++) {
      int ties = trial % 3 * 4;
      double[] id = scores(random, 1 + random.nextInt(40), ties);
      double[] ood = scores(random, 1 + random.nextInt(40), ties);
      Placements placements = Placements.of(id, ood);
      assertClose(naive(id, ood, true), placements.id());
      assertClose(naive(ood, id, false), placements.ood());
      double auroc = OutOfDistribution.auroc(id, ood);
      Gain gain = Gain.auroc(placements, placements);
      assertEquals(auroc, gain.after(), 1e-12);
      assertFalse(gain.clear());
    }
  }

  private static void assertClose(double[] expected, double[] actual) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], 1e-12);
    }
  }

  /// Two methods that differ by chance alone are said to differ about once in twenty times.
  @Test
  void chanceIsSeldomClear() {
    Random random = new Random(2);
    int means = 0;
    int areas = 0;
    int trials = 1_000;
    for (int trial = 0; trial < trials; trial++) {
      double[] a = scores(random, 200, 0);
      double[] b = scores(random, 200, 0);
      means += Gain.paired(a, b).clear() ? 1 : 0;
      Placements before = Placements.of(a, shifted(scores(random, 200, 0)));
      Placements after = Placements.of(b, shifted(scores(random, 200, 0)));
      areas += Gain.auroc(before, after).clear() ? 1 : 0;
    }
    assertTrue(means > trials / 50 && means < trials / 10, "means: " + means);
    assertTrue(areas > trials / 50 && areas < trials / 10, "areas: " + areas);
  }

  private static double[] shifted(double[] scores) {
    for (int i = 0; i < scores.length; i++) {
      scores[i] += 1;
    }
    return scores;
  }

  @Test
  void aDifferenceOfEveryExampleIsClearAndOneOfFewExamplesIsNot() {
    Random random = new Random(3);
    double[] a = scores(random, 100, 0);
    double[] b = a.clone();
    for (int i = 0; i < b.length; i++) {
      b[i] -= 0.1 + 0.01 * random.nextGaussian();
    }
    assertTrue(Gain.paired(a, b).clear());
    assertFalse(Gain.paired(a, a).clear());
    assertFalse(Gain.paired(new double[] {1}, new double[] {0}).clear());
    assertFalse(
        Gain.paired(java.util.Arrays.copyOf(a, 29), java.util.Arrays.copyOf(b, 29)).clear());
    a[7] = Double.POSITIVE_INFINITY;
    assertFalse(Gain.paired(a, b).clear());
  }

  /// What the evidence says of an ensemble and its members is what the metrics say.
  @Test
  void evidenceAgreesWithTheMetrics() {
    Random random = new Random(4);
    int[] labels = Results.labels(300);
    Predictions id = Results.noisy(5, 300, 2, 1.5, random);
    Predictions ood = Results.noisy(5, 200, 0, 1.5, random);
    Result result = Results.of(Methods.DEEP, id, labels, Optional.of(ood));
    Evidence evidence = result.evidence();
    assertEquals(300, evidence.examples());

    Gain accuracy = evidence.overMembers(Metric.ACCURACY).orElseThrow();
    assertEquals(Classification.meanMemberAccuracy(id, labels), accuracy.before(), 1e-6);
    assertEquals(result.report().accuracy(), accuracy.after(), 1e-12);
    Gain nll = evidence.overMembers(Metric.NLL).orElseThrow();
    assertEquals(Classification.meanMemberNll(id, labels), nll.before(), 1e-6);
    assertEquals(result.report().nll(), nll.after(), 1e-12);
    Gain auroc = evidence.overMembers(Metric.AUROC).orElseThrow();
    double members =
        result.detection().orElseThrow().memberAuroc().stream()
            .mapToDouble(a -> a)
            .average()
            .orElseThrow();
    assertEquals(members, auroc.before(), 1e-12);
    assertEquals(Metric.AUROC.of(result), auroc.after(), 1e-12);

    assertTrue(
        Results.of(Methods.DEEP, id, labels, Optional.empty())
            .evidence()
            .overMembers(Metric.AUROC)
            .isEmpty());
  }

  /// Three pairs of logits that are all 1 in float32 keep their order, and the score is 1 − p.
  @Test
  void doubtTellsApartWhatFloat32CallsCertain() {
    float[] gaps = {40, 30, 20, 2, 0};
    float[] values = new float[2 * gaps.length];
    for (int i = 0; i < gaps.length; i++) {
      values[2 * i + i % 2] = gaps[i];
    }
    Logits logits = new Logits(values, 1, gaps.length, 2);
    assertEquals(1, logits.softmax().confidences()[2]);
    double[] doubt = Doubt.of(logits).ensemble();
    for (int i = 0; i < gaps.length; i++) {
      double expected = 1 / (1 + Math.exp(gaps[i]));
      assertEquals(expected, doubt[i], 1e-12 * expected);
    }
    Random random = new Random(5);
    Predictions p = Results.noisy(4, 50, 2, 1, random);
    double[] mean = Results.logits(p).softmax().confidences();
    double[] own = Results.logits(p).softmax().member(2).confidences();
    Doubt all = Doubt.of(Results.logits(p));
    for (int b = 0; b < 50; b++) {
      assertEquals(1 - mean[b], all.ensemble()[b], 1e-6);
      assertEquals(1 - own[b], all.members().get(2)[b], 1e-6);
    }
  }
}
