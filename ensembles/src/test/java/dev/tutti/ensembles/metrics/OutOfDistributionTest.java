package dev.tutti.ensembles.metrics;

import static dev.tutti.ensembles.metrics.Cases.ROUNDING;
import static dev.tutti.ensembles.metrics.PredictionsTest.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.ensembles.metrics.OutOfDistribution.Criterion;
import dev.tutti.ensembles.metrics.OutOfDistribution.RecallRule;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OutOfDistributionTest {

  /// Few distinct values, so that many are equal; both zeros are among them.
  @Provide
  Arbitrary<double[]> scores() {
    return Arbitraries.of(-2.0, -.5, -0.0, 0.0, .25, 1.0, 3.0)
        .array(double[].class)
        .ofMinSize(1)
        .ofMaxSize(25);
  }

  @Property
  void aurocIsTheMannWhitneyStatistic(
      @ForAll("scores") double[] id, @ForAll("scores") double[] ood) {
    double wins = 0;
    for (double n : id) {
      for (double p : ood) {
        wins += p > n ? 1 : p == n ? .5 : 0;
      }
    }
    assertEquals(wins / ((double) id.length * ood.length), OutOfDistribution.auroc(id, ood));
  }

  @Property
  void auprIsTheMeanPrecisionAtTheScoreOfEveryPositive(
      @ForAll("scores") double[] id, @ForAll("scores") double[] ood) {
    double sum = 0;
    for (double threshold : ood) {
      double found = atLeast(ood, threshold);
      sum += found / (found + atLeast(id, threshold));
    }
    assertEquals(sum / ood.length, OutOfDistribution.aupr(id, ood), ROUNDING);
  }

  @Property
  void falsePositivesAtARecall(
      @ForAll("scores") double[] id,
      @ForAll("scores") double[] ood,
      @ForAll @IntRange(min = 0, max = 20) int twentieths) {
    TreeSet<Double> thresholds = new TreeSet<>();
    for (double[] set : new double[][] {id, ood}) {
      for (double score : set) {
        thresholds.add(score + 0.0); // one zero
      }
    }
    double closest = Double.NaN;
    double atLeast = Double.NaN;
    int best = Integer.MAX_VALUE;
    boolean complete = false;
    // Ascending: from the largest recall to the smallest. Distances of recalls in whole numbers.
    for (double threshold : thresholds) {
      int found = atLeast(ood, threshold);
      double rate = atLeast(id, threshold) / (double) id.length;
      int distance = Math.abs(20 * found - twentieths * ood.length);
      if (found == ood.length && thresholds.higher(threshold) != null) {
        if (atLeast(ood, thresholds.higher(threshold)) == ood.length) {
          continue; // a higher threshold has the whole recall too
        }
      }
      if (distance < best) {
        best = distance;
        closest = rate;
      }
      if (20 * found >= twentieths * ood.length) {
        atLeast = rate;
      }
      complete = true;
    }
    assertEquals(true, complete);
    double recall = twentieths / 20.0;
    assertEquals(closest, OutOfDistribution.fprAtRecall(id, ood, recall, RecallRule.CLOSEST));
    assertEquals(atLeast, OutOfDistribution.fprAtRecall(id, ood, recall, RecallRule.AT_LEAST));
  }

  private static int atLeast(double[] scores, double threshold) {
    return (int) Arrays.stream(scores).filter(s -> s >= threshold).count();
  }

  @Property
  void theDefaultIsTheHighestThresholdWithTheRecall(
      @ForAll("scores") double[] id, @ForAll("scores") double[] ood) {
    double threshold = Double.NEGATIVE_INFINITY;
    for (double score : ood) {
      boolean reaches = 20 * atLeast(ood, score) >= 19 * ood.length;
      threshold = reaches ? Math.max(threshold, score) : threshold;
    }
    double expected = atLeast(id, threshold) / (double) id.length;
    assertEquals(expected, OutOfDistribution.fpr95(id, ood));
    assertEquals(expected, OutOfDistribution.fpr95(id, ood, Compat.TORCH_UNCERTAINTY_0_13));
  }

  @Test
  void oneMissedSampleOfTwentyFive() {
    double[] id = {-.9, -.8, -.6, -.5};
    double[] ood = new double[25];
    Arrays.fill(ood, -.3);
    ood[24] = -.95;
    assertEquals(0, OutOfDistribution.fpr95(id, ood));
    assertEquals(1, OutOfDistribution.fpr95(id, ood, Compat.TORCH_UNCERTAINTY_0_11));
    assertEquals(0, OutOfDistribution.fpr95(id, ood, Compat.TORCH_UNCERTAINTY_0_13));
  }

  @Property
  void exchangingTheSetsMirrorsAuroc(
      @ForAll("scores") double[] id, @ForAll("scores") double[] ood) {
    assertEquals(1, OutOfDistribution.auroc(id, ood) + OutOfDistribution.auroc(ood, id), ROUNDING);
  }

  @Property
  void onlyTheOrderOfScoresMatters(@ForAll("scores") double[] id, @ForAll("scores") double[] ood) {
    double[] farId = Arrays.stream(id).map(s -> 1e6 * s + 1e9).toArray();
    double[] farOod = Arrays.stream(ood).map(s -> 1e6 * s + 1e9).toArray();
    assertEquals(OutOfDistribution.auroc(id, ood), OutOfDistribution.auroc(farId, farOod));
    assertEquals(OutOfDistribution.aupr(id, ood), OutOfDistribution.aupr(farId, farOod));
    assertEquals(OutOfDistribution.fpr95(id, ood), OutOfDistribution.fpr95(farId, farOod));
  }

  /// Scores that a float32 sigmoid would all turn to 1.
  @Test
  void largeScoresAreNotSquashed() {
    double[] id = {32, 33};
    double[] ood = {30, 31};
    assertEquals(0, OutOfDistribution.auroc(id, ood));
    assertEquals(1, OutOfDistribution.auroc(ood, id));
    assertEquals(1, OutOfDistribution.aupr(ood, id));
    assertEquals(0, OutOfDistribution.fpr95(ood, id));
  }

  @Test
  void theTwoRulesForARecall() {
    double[] id = {8.5, 6.5, 4.5, 2.5};
    double[] ood = {9, 8, 7, 6};
    // Recall .75 at 7 (and down to 6.5) is as close to .7 as it gets; .7 needs three of four.
    assertEquals(.5, OutOfDistribution.fprAtRecall(id, ood, .7, RecallRule.CLOSEST));
    assertEquals(.25, OutOfDistribution.fprAtRecall(id, ood, .7, RecallRule.AT_LEAST));
    // .55 is closer to .5 but above it.
    assertEquals(.25, OutOfDistribution.fprAtRecall(id, ood, .55, RecallRule.CLOSEST));
    assertEquals(.25, OutOfDistribution.fprAtRecall(id, ood, .55, RecallRule.AT_LEAST));
    // .9 and 1 are equally close to .95: the larger counts.
    double[] ten = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
    assertEquals(1, OutOfDistribution.fpr95(new double[] {1.5}, ten));
  }

  @Test
  void emptySetsAreUndefined() {
    double[] none = {};
    double[] some = {1, 2};
    for (double[][] pair : new double[][][] {{none, some}, {some, none}, {none, none}}) {
      assertEquals(Double.NaN, OutOfDistribution.auroc(pair[0], pair[1]));
      assertEquals(Double.NaN, OutOfDistribution.aupr(pair[0], pair[1]));
      assertEquals(Double.NaN, OutOfDistribution.fpr95(pair[0], pair[1]));
    }
  }

  @Test
  void scoresFromProbabilities() {
    Predictions p = Cases.SIX;
    double[] msp = OutOfDistribution.scores(Criterion.MSP, p);
    assertEquals(-((double) .7f + .5f + .6f) / 3, msp[0]);
    assertArrayEquals(
        Uncertainty.expectedEntropyPerSample(p), OutOfDistribution.scores(Criterion.ENTROPY, p));
    assertArrayEquals(
        Uncertainty.entropyPerSample(p.member(1)),
        OutOfDistribution.scores(Criterion.ENTROPY, p.member(1)));
    assertArrayEquals(
        Uncertainty.mutualInformationPerSample(p),
        OutOfDistribution.scores(Criterion.MUTUAL_INFORMATION, p));
    assertArrayEquals(
        Uncertainty.variationRatioPerSample(p),
        OutOfDistribution.scores(Criterion.VARIATION_RATIO, p));
  }

  @Test
  void scoresFromLogits() {
    // Mean logits (2, 4) and (0, -2).
    Logits logits = new Logits(new float[] {1, 5, 1, -1, 3, 3, -1, -3}, 2, 2, 2);
    assertArrayEquals(new double[] {-4, -0.0}, OutOfDistribution.scores(Criterion.LOGIT, logits));
    assertArrayEquals(
        new double[] {-Math.log(Math.exp(2) + Math.exp(4)), -Math.log(Math.exp(0) + Math.exp(-2))},
        OutOfDistribution.scores(Criterion.ENERGY, logits),
        ROUNDING);
    for (Criterion criterion :
        new Criterion[] {Criterion.MSP, Criterion.ENTROPY, Criterion.VARIATION_RATIO}) {
      assertArrayEquals(
          OutOfDistribution.scores(criterion, logits.softmax()),
          OutOfDistribution.scores(criterion, logits));
    }
    // Far beyond what exp can hold.
    assertArrayEquals(
        new double[] {-5000},
        OutOfDistribution.scores(Criterion.ENERGY, new Logits(new float[] {5000, -5000}, 1, 1, 2)));
  }

  @Test
  void entropyOfTheForeignSamplesOrWhatThePeerPrints() {
    Random random = new Random(3);
    Predictions foreign = Cases.predictions(random, 3, 5, 3);
    assertEquals(
        Uncertainty.entropy(foreign), OutOfDistribution.entropy(Cases.SIX, foreign, Compat.NONE));
    assertEquals(
        .91208506,
        OutOfDistribution.entropy(Cases.SIX, foreign, Compat.TORCH_UNCERTAINTY_0_11),
        Cases.FLOAT32);
  }

  @Test
  void badInputIsNamed() {
    assertMessage(
        "ood: criterion ENERGY needs logits, not probabilities",
        () -> OutOfDistribution.scores(Criterion.ENERGY, Cases.SIX));
    assertMessage(
        "ood: criterion MUTUAL_INFORMATION needs at least 2 members, not 1",
        () -> OutOfDistribution.scores(Criterion.MUTUAL_INFORMATION, Cases.SIX.member(0)));
    assertMessage(
        "ood: criterion VARIATION_RATIO needs at least 2 members, not 1",
        () -> OutOfDistribution.scores(Criterion.VARIATION_RATIO, Cases.SIX.member(0)));
    assertMessage(
        "ood: the out-of-distribution score of sample 1 is NaN",
        () -> OutOfDistribution.auroc(new double[] {1}, new double[] {2, Double.NaN, 0}));
    assertMessage(
        "fpr: the recall 95.0 is outside 0..1",
        () ->
            OutOfDistribution.fprAtRecall(
                new double[] {1}, new double[] {2}, 95, RecallRule.CLOSEST));
  }

  /// Large scores saturate the peer's logistic function: it prints 0.5, but the truth is 0.
  @org.junit.jupiter.api.Test
  void compatSquashesScores() {
    double[] id = {32, 33};
    double[] ood = {30, 31};
    org.junit.jupiter.api.Assertions.assertEquals(0, OutOfDistribution.auroc(id, ood, Compat.NONE));
    org.junit.jupiter.api.Assertions.assertEquals(
        0.5, OutOfDistribution.auroc(id, ood, Compat.TORCH_UNCERTAINTY_0_11));
    org.junit.jupiter.api.Assertions.assertEquals(
        0.5, OutOfDistribution.aupr(id, ood, Compat.TORCH_UNCERTAINTY_0_11));
  }
}
