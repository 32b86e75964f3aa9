package dev.tutti.ensembles.metrics;

import static dev.tutti.ensembles.metrics.Cases.ROUNDING;
import static dev.tutti.ensembles.metrics.Cases.SIX;
import static dev.tutti.ensembles.metrics.Cases.SIX_LABELS;
import static dev.tutti.ensembles.metrics.PredictionsTest.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.ensembles.metrics.Cases.Labelled;
import dev.tutti.ensembles.metrics.OutOfDistribution.Criterion;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReportTest {

  private final Predictions ood = Cases.predictions(new Random(1), 3, 8, 3);

  @Provide
  Arbitrary<Labelled> labelled() {
    return Cases.labelled(1, 40);
  }

  @Test
  void everyMetricUnderItsName() {
    Report report = Report.of(SIX, SIX_LABELS, ood);
    double[] idScores = OutOfDistribution.scores(Criterion.MSP, SIX);
    double[] oodScores = OutOfDistribution.scores(Criterion.MSP, ood);
    RiskCoverage curve = RiskCoverage.of(SIX, SIX_LABELS);
    Map<String, Double> all = report.byName();
    assertEquals(
        List.of(
            "accuracy",
            "brier",
            "nll",
            "entropy",
            "ece",
            "aece",
            "auroc",
            "aupr",
            "fpr95",
            "disagreement",
            "expected_entropy",
            "mutual_information",
            "aurc",
            "augrc",
            "cov_at_5_risk",
            "risk_at_80_cov"),
        List.copyOf(all.keySet()));
    assertEquals(
        List.of(
            Classification.accuracy(SIX, SIX_LABELS),
            Classification.brier(SIX, SIX_LABELS),
            Classification.nll(SIX, SIX_LABELS),
            Uncertainty.entropy(SIX),
            Calibration.ece(SIX, SIX_LABELS),
            Calibration.aece(SIX, SIX_LABELS),
            OutOfDistribution.auroc(idScores, oodScores),
            OutOfDistribution.aupr(idScores, oodScores),
            OutOfDistribution.fpr95(idScores, oodScores),
            Uncertainty.disagreement(SIX),
            Uncertainty.expectedEntropy(SIX),
            Uncertainty.mutualInformation(SIX),
            curve.aurc(),
            curve.augrc(),
            curve.coverageAtRisk(.05),
            curve.riskAtCoverage(.8)),
        List.copyOf(all.values()));
  }

  @Test
  void namesAreTheComponentsInSnakeCase() {
    List<String> components = new ArrayList<>();
    for (RecordComponent component : Report.class.getRecordComponents()) {
      components.add(component.getName());
    }
    List<String> names = new ArrayList<>();
    for (String name : Report.of(SIX, SIX_LABELS, null).byName().keySet()) {
      StringBuilder camel = new StringBuilder();
      for (String word : name.split("_")) {
        camel.append(
            camel.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
      }
      names.add(camel.toString());
    }
    assertEquals(components, names);
  }

  @Test
  void withoutForeignSamples() {
    Report report = Report.of(SIX, SIX_LABELS, null);
    assertEquals(Double.NaN, report.auroc());
    assertEquals(Double.NaN, report.aupr());
    assertEquals(Double.NaN, report.fpr95());
    assertEquals(Uncertainty.disagreement(SIX), report.disagreement());
    Report peer =
        Report.of(
            SIX, SIX_LABELS, (Predictions) null, Criterion.MSP, Compat.TORCH_UNCERTAINTY_0_11);
    assertEquals(Uncertainty.disagreement(SIX), peer.disagreement());
  }

  @Test
  void aSingleModel() {
    Report report = Report.of(SIX.member(0), SIX_LABELS, ood.member(0));
    assertEquals(Double.NaN, report.disagreement());
    assertEquals(report.entropy(), report.expectedEntropy());
    assertEquals(0, report.mutualInformation());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void thePeersTable(Compat compat) {
    Report ours = Report.of(SIX, SIX_LABELS, ood);
    Report peer = Report.of(SIX, SIX_LABELS, ood, Criterion.MSP, compat);
    Uncertainty.Summary foreign = Uncertainty.summary(ood);
    assertEquals(foreign.disagreement(), peer.disagreement());
    assertEquals(foreign.expectedEntropy(), peer.expectedEntropy());
    assertEquals(foreign.mutualInformation(), peer.mutualInformation());
    assertEquals(
        OutOfDistribution.entropy(SIX, ood, Compat.NONE),
        peer.expectedEntropy() + peer.mutualInformation(),
        ROUNDING);
    // One release prints the entropy of the test set as that of the foreign samples.
    Predictions printed = compat == Compat.TORCH_UNCERTAINTY_0_11 ? SIX : ood;
    assertEquals(
        Uncertainty.entropy(printed), OutOfDistribution.entropy(SIX, ood, compat), compat.name());
    assertEquals(ours.entropy(), ours.expectedEntropy() + ours.mutualInformation(), ROUNDING);
  }

  /// A softmax in float32 is often exactly 1.
  @Test
  void certainSamplesBelongToTheLastBin() {
    Predictions p = Predictions.binary(new float[] {.95f, 1f}, 1, 2);
    int[] labels = {1, 0};
    assertEquals(.475, Report.of(p, labels, null).ece(), 1e-8);
    assertEquals(.475, Calibration.ece(p, labels), 1e-8);
    for (Compat compat : List.of(Compat.TORCH_UNCERTAINTY_0_11, Compat.TORCH_UNCERTAINTY_0_13)) {
      Report peer = Report.of(p, labels, (Predictions) null, Criterion.MSP, compat);
      assertEquals(.525, peer.ece(), 1e-8);
      assertEquals(.525, Calibration.ece(p, labels, compat), 1e-8);
    }
  }

  /// Recall .96 is reached at confidence .5, which no sample of the test set has.
  @ParameterizedTest
  @CsvSource({"NONE, 0", "TORCH_UNCERTAINTY_0_11, 1", "TORCH_UNCERTAINTY_0_13, 0"})
  void falsePositivesAtTheHighestThresholdThatReachesTheRecall(Compat compat, double expected) {
    float[] foreign = new float[25];
    Arrays.fill(foreign, .5f);
    foreign[24] = .95f;
    Predictions known = Predictions.binary(new float[] {.9f, .8f, .6f, .55f}, 1, 4);
    Predictions other = Predictions.binary(foreign, 1, 25);
    int[] labels = {1, 1, 1, 1};
    assertEquals(expected, Report.of(known, labels, other, Criterion.MSP, compat).fpr95());
    if (compat == Compat.NONE) {
      assertEquals(expected, Report.of(known, labels, other).fpr95());
    }
  }

  @Test
  void logitsServeEveryCriterion() {
    float[] values = new float[3 * 6 * 3];
    float[] foreign = new float[3 * 8 * 3];
    Random random = new Random(7);
    for (int i = 0; i < foreign.length; i++) {
      foreign[i] = random.nextFloat();
      if (i < values.length) {
        values[i] = 4 * random.nextFloat();
      }
    }
    Logits id = new Logits(values, 3, 6, 3);
    Logits other = new Logits(foreign, 3, 8, 3);
    for (Criterion criterion : Criterion.values()) {
      Report report = Report.of(id, SIX_LABELS, other, criterion, Compat.NONE);
      double[] idScores = OutOfDistribution.scores(criterion, id);
      double[] oodScores = OutOfDistribution.scores(criterion, other);
      assertEquals(OutOfDistribution.auroc(idScores, oodScores), report.auroc());
    }
    assertEquals(
        Report.of(id.softmax(), SIX_LABELS, other.softmax()),
        Report.of(id, SIX_LABELS, other, Criterion.MSP, Compat.NONE));
  }

  @Property
  void theOrderOfSamplesDoesNotMatter(@ForAll("labelled") Labelled x) {
    Random random = new Random(x.seed());
    Predictions p = x.predictions();
    Predictions foreign = Cases.predictions(random, p.members(), 9, p.classes());
    int[] order = Cases.shuffled(p.samples(), random);
    Map<String, Double> expected = Report.of(p, x.labels(), foreign).byName();
    Map<String, Double> moved =
        Report.of(
                Cases.reordered(p, order),
                Cases.reordered(x.labels(), order),
                Cases.reordered(foreign, Cases.shuffled(9, random)))
            .byName();
    for (String name : expected.keySet()) {
      assertEquals(expected.get(name), moved.get(name), ROUNDING, name);
    }
  }

  @Test
  void badInputIsNamed() {
    assertMessage("report: 2 labels for 6 samples", () -> Report.of(SIX, new int[] {0, 1}, null));
    assertMessage(
        "report: 3 members and 3 classes in distribution, but 1 and 3 out of distribution",
        () -> Report.of(SIX, SIX_LABELS, ood.member(0)));
  }
}
