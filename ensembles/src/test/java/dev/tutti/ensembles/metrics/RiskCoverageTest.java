package dev.tutti.ensembles.metrics;

import static dev.tutti.ensembles.metrics.Cases.FLOAT32;
import static dev.tutti.ensembles.metrics.Cases.ROUNDING;
import static dev.tutti.ensembles.metrics.PredictionsTest.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RiskCoverageTest {

  @Test
  void equalConfidencesShareTheirErrors() {
    double[] confidence = {.9, .8, .8, .6};
    boolean[] errorFirst = {true, false, true, true};
    boolean[] errorLast = {true, true, false, true};
    double[] expected = {0, .5 / 2, 1 / 3., 1 / 4.};
    for (boolean[] correct : new boolean[][] {errorFirst, errorLast}) {
      RiskCoverage curve = RiskCoverage.of(confidence, correct, Compat.NONE);
      assertArrayEquals(expected, curve.risks(), ROUNDING);
    }
    assertArrayEquals(
        new double[] {0, 1 / 2., 1 / 3., 1 / 4.},
        RiskCoverage.of(confidence, errorFirst, Compat.TORCH_UNCERTAINTY_0_11).risks(),
        ROUNDING);
    assertArrayEquals(
        new double[] {0, 0, 1 / 3., 1 / 4.},
        RiskCoverage.of(confidence, errorLast, Compat.TORCH_UNCERTAINTY_0_11).risks(),
        ROUNDING);
  }

  /// Two rows of equal confidence: what the peer prints depends on which comes first, and the
  /// definition is in the middle of the two.
  @Test
  void tiesByBothRules() {
    float[][] rows = {{.9f, .1f}, {.8f, .2f}, {.8f, .2f}, {.6f, .4f}};
    Predictions p = Predictions.of(rows);
    int[] errorFirst = {0, 1, 0, 0};
    int[] errorLast = {0, 0, 1, 0};
    double worse = RiskCoverage.of(p, errorFirst, Compat.TORCH_UNCERTAINTY_0_11).aurc();
    double better = RiskCoverage.of(p, errorLast, Compat.TORCH_UNCERTAINTY_0_11).aurc();
    assertEquals(.3194444477558136, worse, FLOAT32);
    assertEquals(.1527777910232544, better, FLOAT32);
    assertEquals((worse + better) / 2, RiskCoverage.of(p, errorFirst).aurc(), ROUNDING);
    assertEquals((worse + better) / 2, RiskCoverage.of(p, errorLast).aurc(), ROUNDING);
  }

  /// Only the surest of 100 samples is wrong: the risk of all of them is 1 %.
  @Test
  void coverageWhereTheSurestSampleIsWrong() {
    double[] confidence = new double[100];
    boolean[] correct = new boolean[100];
    for (int i = 0; i < 100; i++) {
      confidence[i] = 1 - i / 1000.0;
      correct[i] = i > 0;
    }
    RiskCoverage curve = RiskCoverage.of(confidence, correct, Compat.NONE);
    assertEquals(1, curve.coverageAtRisk(.05));
    RiskCoverage peer = RiskCoverage.of(confidence, correct, Compat.TORCH_UNCERTAINTY_0_11);
    assertEquals(Double.NaN, peer.coverageAtRisk(.05));
    // Everything else is the same by both rules.
    assertArrayEquals(curve.risks(), peer.risks());
  }

  @Test
  void aRiskOfExactlyTheLimitIsAllowed() {
    // 1 error in 20: the 20th sample brings the risk down to 5 %; the last 5 are wrong.
    double[] confidence = new double[25];
    boolean[] correct = new boolean[25];
    for (int i = 0; i < 25; i++) {
      confidence[i] = 1 - i / 100.0;
      correct[i] = i != 3 && i < 20;
    }
    assertEquals(.8, RiskCoverage.of(confidence, correct, Compat.NONE).coverageAtRisk(.05));
  }

  @Test
  void riskAtCoverageTakesTheNextWholeSample() {
    double[] confidence = {.9, .8, .7, .6, .5, .4};
    boolean[] correct = {true, true, true, true, false, false};
    RiskCoverage curve = RiskCoverage.of(confidence, correct, Compat.NONE);
    assertEquals(.2, curve.riskAtCoverage(.8)); // 4.8 samples, so 5
    assertEquals(0, curve.riskAtCoverage(1e-9));
    assertEquals(1 / 3., curve.riskAtCoverage(1));
    // 0.55 · 100 in float64 is 55.00000000000001
    double[] hundred = new double[100];
    boolean[] right = new boolean[100];
    for (int i = 0; i < 100; i++) {
      hundred[i] = -i;
      right[i] = i < 55;
    }
    assertEquals(0, RiskCoverage.of(hundred, right, Compat.NONE).riskAtCoverage(.55));
  }

  @Test
  void tooFewSamples() {
    RiskCoverage one = RiskCoverage.of(new double[] {.5}, new boolean[] {true}, Compat.NONE);
    assertEquals(Double.NaN, one.aurc());
    assertEquals(Double.NaN, one.augrc());
    assertEquals(1, one.coverageAtRisk(.05));
    assertEquals(0, one.riskAtCoverage(.8));
    RiskCoverage none = RiskCoverage.of(new double[0], new boolean[0], Compat.NONE);
    assertEquals(0, none.samples());
    assertEquals(Double.NaN, none.aurc());
    assertEquals(Double.NaN, none.coverageAtRisk(.05));
    assertEquals(Double.NaN, none.riskAtCoverage(.8));
  }

  @Test
  void badInputIsNamed() {
    RiskCoverage curve = RiskCoverage.of(new double[] {1}, new boolean[] {true}, Compat.NONE);
    assertMessage("coverage at risk: the risk 5.0 is outside 0..1", () -> curve.coverageAtRisk(5));
    assertMessage(
        "risk at coverage: the coverage 0.0 is not above 0 and at most 1",
        () -> curve.riskAtCoverage(0));
    assertMessage(
        "risk at coverage: the coverage 80.0 is not above 0 and at most 1",
        () -> curve.riskAtCoverage(80));
    assertMessage(
        "risk-coverage: the confidence of sample 1 is NaN",
        () ->
            RiskCoverage.of(new double[] {1, Double.NaN}, new boolean[] {true, true}, Compat.NONE));
    assertMessage(
        "risk-coverage: 1 confidences but 2 outcomes",
        () -> RiskCoverage.of(new double[] {1}, new boolean[] {true, true}, Compat.NONE));
  }

  /// Every order of the samples, each with equal confidences in that order.
  @Property(tries = 200)
  void theMeanOverAllOrders(@ForAll long seed, @ForAll @IntRange(min = 2, max = 6) int n) {
    Random random = new Random(seed);
    double[] confidence = new double[n];
    boolean[] correct = new boolean[n];
    for (int i = 0; i < n; i++) {
      confidence[i] = random.nextInt(3);
      correct[i] = random.nextBoolean();
    }
    double[] sums = new double[4];
    int orders = addOrders(confidence, correct, 0, sums);
    RiskCoverage curve = RiskCoverage.of(confidence, correct, Compat.NONE);
    assertEquals(sums[0] / orders, curve.aurc(), ROUNDING);
    assertEquals(sums[1] / orders, curve.augrc(), ROUNDING);
    assertEquals(sums[2] / orders, curve.riskAtCoverage(.8), ROUNDING);
    assertEquals(sums[3] / orders, curve.riskAtCoverage(.3), ROUNDING);
  }

  private static int addOrders(double[] confidence, boolean[] correct, int at, double[] sums) {
    if (at == confidence.length) {
      RiskCoverage curve = RiskCoverage.of(confidence, correct, Compat.TORCH_UNCERTAINTY_0_11);
      sums[0] += curve.aurc();
      sums[1] += curve.augrc();
      sums[2] += curve.riskAtCoverage(.8);
      sums[3] += curve.riskAtCoverage(.3);
      return 1;
    }
    int orders = 0;
    for (int i = at; i < confidence.length; i++) {
      swap(confidence, correct, at, i);
      orders += addOrders(confidence, correct, at + 1, sums);
      swap(confidence, correct, at, i);
    }
    return orders;
  }

  private static void swap(double[] confidence, boolean[] correct, int i, int j) {
    double c = confidence[i];
    confidence[i] = confidence[j];
    confidence[j] = c;
    boolean k = correct[i];
    correct[i] = correct[j];
    correct[j] = k;
  }

  /// Without equal confidences: the risks counted one prefix at a time, and the two rules agree.
  @Property
  void risksByTheirDefinition(@ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int n) {
    Random random = new Random(seed);
    int[] rank = Cases.shuffled(n, random);
    double[] confidence = new double[n];
    boolean[] correct = new boolean[n];
    for (int i = 0; i < n; i++) {
      confidence[i] = -rank[i];
      correct[i] = random.nextInt(4) > 0;
    }
    RiskCoverage curve = RiskCoverage.of(confidence, correct, Compat.NONE);
    double[] risks = new double[n];
    double coverage = Double.NaN;
    for (int covered = 1; covered <= n; covered++) {
      int errors = 0;
      for (int i = 0; i < n; i++) {
        errors += rank[i] < covered && !correct[i] ? 1 : 0;
      }
      risks[covered - 1] = errors / (double) covered;
      coverage = errors * 20 <= covered ? covered / (double) n : coverage;
    }
    assertArrayEquals(risks, curve.risks());
    assertEquals(coverage, curve.coverageAtRisk(.05));
    assertArrayEquals(
        risks, RiskCoverage.of(confidence, correct, Compat.TORCH_UNCERTAINTY_0_11).risks());
  }

  /// The peer's rule as it states it: mark the inadmissible risks, turn the marks round, find the
  /// first that is clear, and look at the mark of that index in the array that was not turned
  /// round.
  @Property
  void thePeersCoverageIsOursOrMissing(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int n) {
    Random random = new Random(seed);
    double[] confidence = random.doubles(n).toArray();
    boolean[] correct = new boolean[n];
    for (int i = 0; i < n; i++) {
      correct[i] = random.nextInt(6) > 0;
    }
    RiskCoverage curve = RiskCoverage.of(confidence, correct, Compat.NONE);
    RiskCoverage peer = RiskCoverage.of(confidence, correct, Compat.TORCH_UNCERTAINTY_0_11);
    boolean[] inadmissible = new boolean[n];
    for (int i = 0; i < n; i++) {
      inadmissible[i] = curve.risks()[i] > .1;
    }
    int turned = 0;
    while (turned < n && inadmissible[n - 1 - turned]) {
      turned++;
    }
    double ours = turned == n ? Double.NaN : (n - turned) / (double) n;
    assertEquals(ours, curve.coverageAtRisk(.1));
    boolean missing = turned == n || inadmissible[turned];
    assertEquals(missing ? Double.NaN : ours, peer.coverageAtRisk(.1));
  }

  @Property
  void onlyTheOrderOfConfidencesMatters(@ForAll long seed) {
    Random random = new Random(seed);
    double[] confidence = new double[12];
    boolean[] correct = new boolean[12];
    for (int i = 0; i < 12; i++) {
      confidence[i] = random.nextInt(6) / 8.0;
      correct[i] = random.nextBoolean();
    }
    double[] stretched = Arrays.stream(confidence).map(c -> Math.exp(9 * c) - 5).toArray();
    assertArrayEquals(
        RiskCoverage.of(confidence, correct, Compat.NONE).risks(),
        RiskCoverage.of(stretched, correct, Compat.NONE).risks());
  }

  @Test
  void risksAreACopy() {
    RiskCoverage curve = RiskCoverage.of(new double[] {1}, new boolean[] {true}, Compat.NONE);
    curve.risks()[0] = 5;
    assertNotEquals(5, curve.risks()[0]);
  }
}
