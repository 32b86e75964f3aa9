package dev.tutti.ensembles.metrics;

import static dev.tutti.ensembles.metrics.Cases.FLOAT32;
import static dev.tutti.ensembles.metrics.Cases.SIX;
import static dev.tutti.ensembles.metrics.Cases.SIX_LABELS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.ensembles.metrics.Calibration.Binning;
import dev.tutti.ensembles.metrics.Calibration.Norm;
import dev.tutti.ensembles.metrics.OutOfDistribution.Criterion;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The values that torch-uncertainty 0.11 with torchmetrics 1.9 and torch 2.13 gives, in float32.
class ReferenceValuesTest {

  /// Six samples, small enough to follow by hand. Their confidences are all different.
  @Nested
  class SixSamples {

    @Test
    void classification() {
      assertEquals(.6666667, Classification.accuracy(SIX, SIX_LABELS), FLOAT32);
      assertEquals(.63229996, Classification.brier(SIX, SIX_LABELS), FLOAT32);
      assertEquals(.67678887, Classification.meanMemberBrier(SIX, SIX_LABELS), FLOAT32);
      assertEquals(.30672958, Classification.topClassBrier(SIX, SIX_LABELS), FLOAT32);
      assertEquals(1.10232687, Classification.nll(SIX, SIX_LABELS), FLOAT32);
    }

    @Test
    void uncertainty() {
      assertEquals(.91208506, Uncertainty.entropy(SIX), FLOAT32);
      assertEquals(.84318858, Uncertainty.expectedEntropy(SIX), FLOAT32);
      assertEquals(.06889636, Uncertainty.mutualInformation(SIX), FLOAT32);
      assertEquals(.5555555, Uncertainty.disagreement(SIX), FLOAT32);
      assertArrayEquals(
          new double[] {0, 2 / 3., 2 / 3., 1, 0, 1}, Uncertainty.disagreementPerSample(SIX));
      assertEquals(.41777778, Uncertainty.probabilisticVariationRatio(SIX), FLOAT32);
      assertArrayEquals(
          new double[] {0, 1 / 3., 1 / 3., 2 / 3., 0, 2 / 3.},
          Uncertainty.variationRatioPerSample(SIX));
    }

    @Test
    void disagreementOfOneMemberIsUndefined() {
      assertEquals(Double.NaN, Uncertainty.disagreement(SIX.member(0)));
    }

    /// No two confidences are equal, so both rules give the same. The coverage is undefined by
    /// either: the surest sample is wrong, and no larger coverage has a risk of at most 5 %.
    @ParameterizedTest
    @EnumSource
    void selectiveClassification(Compat compat) {
      RiskCoverage curve = RiskCoverage.of(SIX, SIX_LABELS, compat);
      assertEquals(.39000005, curve.aurc(), FLOAT32);
      assertEquals(.18333334, curve.augrc(), FLOAT32);
      assertEquals(Double.NaN, curve.coverageAtRisk(.05));
      assertEquals(.2, curve.riskAtCoverage(.8), FLOAT32);
    }

    @ParameterizedTest
    @CsvSource({"L1, .52666664", "L2, .55374813", "MAX, .89999992"})
    void ece(Norm norm, double expected) {
      for (Binning binning : Binning.values()) {
        assertEquals(expected, Calibration.ece(SIX, SIX_LABELS, 15, norm, binning), FLOAT32);
      }
    }

    @ParameterizedTest
    @CsvSource({"L1, .38444445", "L2, .48204234", "MAX, .89999992"})
    void aece(Norm norm, double expected) {
      assertEquals(expected, Calibration.aece(SIX, SIX_LABELS, 4, norm), FLOAT32);
      assertEquals(Double.NaN, Calibration.aece(SIX, SIX_LABELS, 15, norm));
    }

    @Test
    void brierOfTwoSamples() {
      Predictions two = Predictions.of(new float[][] {{.8f, .2f}, {.3f, .7f}});
      assertEquals(.13, Classification.brier(two, new int[] {0, 1}), FLOAT32);
      Predictions three = Predictions.of(new float[][] {{.6f, .3f, .1f}, {.2f, .5f, .3f}});
      assertEquals(.52, Classification.brier(three, new int[] {0, 2}), FLOAT32);
    }
  }

  @Test
  void outOfDistributionScores() {
    double[] id = {-.99, -.9, -.8, -.7, -.6};
    double[] ood = {-.5, -.6, -.7, -.95};
    assertEquals(.7, OutOfDistribution.auroc(id, ood), FLOAT32);
    assertEquals(.69166666, OutOfDistribution.aupr(id, ood), FLOAT32);
    for (Compat compat : Compat.values()) {
      assertEquals(.8, OutOfDistribution.fpr95(id, ood, compat), FLOAT32);
    }
  }

  /// Four members, 60 samples and 60 out-of-distribution ones, five classes, drawn by a formula.
  /// All confidences differ by at least 7e-5, the two largest classes of a sample by at least 2e-3.
  @Nested
  class SixtySamples {

    private final Predictions id = drawn(0, 3);
    private final Predictions ood = drawn(1000, 2);
    private final int[] labels = labels(id);

    private static Predictions drawn(int first, int power) {
      float[][][] p = new float[4][60][5];
      for (int m = 0; m < 4; m++) {
        for (int b = 0; b < 60; b++) {
          int k = b + first;
          double[] weight = new double[5];
          double sum = 0;
          for (int c = 0; c < 5; c++) {
            int w = 1 + (37 * m + 101 * k + 53 * c + 7 * k * c * (m + 1) + 3 * m * k * k) % 97;
            weight[c] = Math.pow(w, power);
            sum += weight[c];
          }
          for (int c = 0; c < 5; c++) {
            p[m][b][c] = (float) (weight[c] / sum);
          }
        }
      }
      return Predictions.of(p);
    }

    /// Every third of the less confident samples is wrong.
    private static int[] labels(Predictions p) {
      int[] labels = p.predictedClasses();
      double[] confidence = p.confidences();
      for (int b = 0; b < labels.length; b += 3) {
        if (confidence[b] < .45) {
          labels[b] = (labels[b] + 1) % 5;
        }
      }
      return labels;
    }

    @Test
    void classification() {
      assertEquals(.7166666388511658, Classification.accuracy(id, labels), FLOAT32);
      assertEquals(.6649407148361206, Classification.brier(id, labels), FLOAT32);
      assertEquals(.8211154937744141, Classification.meanMemberBrier(id, labels), FLOAT32);
      assertEquals(.3428184390068054, Classification.topClassBrier(id, labels), FLOAT32);
      assertEquals(1.3292500972747803, Classification.nll(id, labels), FLOAT32);
    }

    @Test
    void uncertainty() {
      assertEquals(1.4759562015533447, Uncertainty.entropy(id), FLOAT32);
      assertEquals(1.077878713607788, Uncertainty.expectedEntropy(id), FLOAT32);
      assertEquals(.3980775773525238, Uncertainty.mutualInformation(id), FLOAT32);
      assertEquals(.8222222924232483, Uncertainty.disagreement(id), FLOAT32);
      assertEquals(.5791666507720947, Uncertainty.variationRatio(id), FLOAT32);
      assertEquals(.6617316007614136, Uncertainty.probabilisticVariationRatio(id), FLOAT32);
    }

    @ParameterizedTest
    @CsvSource({
      "10, L1, .37839826941490173, .37839820981025696",
      "10, L2, .3918015956878662, .4205816984176636",
      "10, MAX, .4715750217437744, .5720120668411255",
      "15, L1, .37839823961257935, .37839826941490173",
      "15, L2, .39477118849754333, .4266088008880615",
      "15, MAX, .4774613380432129, .7130916118621826"
    })
    void calibration(int bins, Norm norm, double ece, double aece) {
      assertEquals(ece, Calibration.ece(id, labels, bins, norm, Binning.TORCHMETRICS), FLOAT32);
      assertEquals(aece, Calibration.aece(id, labels, bins, norm), FLOAT32);
    }

    @ParameterizedTest
    @EnumSource
    void selectiveClassification(Compat compat) {
      RiskCoverage curve = RiskCoverage.of(id, labels, compat);
      assertEquals(.23584379255771637, curve.aurc(), FLOAT32);
      assertEquals(.13064971566200256, curve.augrc(), FLOAT32);
      assertEquals(.9333333373069763, curve.coverageAtRisk(.25), FLOAT32);
      assertEquals(1, curve.coverageAtRisk(.3));
      assertEquals(0, curve.riskAtCoverage(.1));
      assertEquals(.24242424964904785, curve.riskAtCoverage(.55), FLOAT32);
      assertEquals(.25, curve.riskAtCoverage(.8), FLOAT32);
      assertEquals(.24074074625968933, curve.riskAtCoverage(.9), FLOAT32);
    }

    /// The six surest samples are right, so a tenth of the samples has a risk of 0.
    @Test
    void coverageThatThePeerMisses() {
      RiskCoverage correct = RiskCoverage.of(id, labels);
      assertArrayEquals(new double[6], Arrays.copyOf(correct.risks(), 6));
      assertEquals(.1, correct.coverageAtRisk(.05));
      RiskCoverage peer = RiskCoverage.of(id, labels, Compat.TORCH_UNCERTAINTY_0_11);
      assertEquals(Double.NaN, peer.coverageAtRisk(.05));
      assertEquals(Double.NaN, peer.coverageAtRisk(.2));
    }

    @ParameterizedTest
    @CsvSource({
      "MSP, .6077777743339539, .6476192474365234, .8999999761581421",
      "ENTROPY, .8422222137451172, .8476588129997253, .6166666746139526",
      "MUTUAL_INFORMATION, .21249999105930328, .35211095213890076, .9833333492279053",
      "VARIATION_RATIO, .5351389050483704, .533730149269104, .9833333492279053"
    })
    void outOfDistribution(Criterion criterion, double auroc, double aupr, double fpr95) {
      double[] idScores = OutOfDistribution.scores(criterion, id);
      double[] oodScores = OutOfDistribution.scores(criterion, ood);
      assertEquals(auroc, OutOfDistribution.auroc(idScores, oodScores), FLOAT32);
      assertEquals(aupr, OutOfDistribution.aupr(idScores, oodScores), FLOAT32);
      Compat compat = Compat.TORCH_UNCERTAINTY_0_11;
      assertEquals(fpr95, OutOfDistribution.fpr95(idScores, oodScores, compat), FLOAT32);
    }
  }
}
