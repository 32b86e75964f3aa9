package dev.tutti.ensembles.metrics;

import dev.tutti.ensembles.metrics.OutOfDistribution.Criterion;
import java.util.LinkedHashMap;
import java.util.Map;

/// Every metric of one ensemble (or single model) on one test set: fractions, entropies in nats,
/// NaN if undefined.
///
/// By default, everything but `auroc`, `aupr` and `fpr95` describes the in-distribution test set,
/// [Uncertainty#summary] of the out-of-distribution predictions gives the same four quantities for
/// those. A report by another [Compat] has the numbers of that library's table instead, whose
/// `disagreement`, `expectedEntropy` and `mutualInformation` describe the out-of-distribution
/// samples. `entropy = expectedEntropy + mutualInformation` holds, up to rounding, if the three
/// describe the same samples.
///
/// Without out-of-distribution predictions `auroc`, `aupr` and `fpr95` are NaN. Of a single model
/// `disagreement` is NaN, `expectedEntropy` equals `entropy` and `mutualInformation` is 0.
///
/// @param accuracy [Classification#accuracy]
/// @param brier [Classification#brier], 0..2
/// @param nll [Classification#nll]
/// @param entropy [Uncertainty#entropy] of the mean prediction
/// @param ece [Calibration#ece(Predictions, int\[\])], 15 bins
/// @param aece [Calibration#aece(Predictions, int\[\])], 15 bins; NaN for fewer than 15 samples
/// @param auroc [OutOfDistribution#auroc]
/// @param aupr [OutOfDistribution#aupr]
/// @param fpr95 [OutOfDistribution#fpr95]
/// @param disagreement [Uncertainty#disagreement]
/// @param expectedEntropy [Uncertainty#expectedEntropy]
/// @param mutualInformation [Uncertainty#mutualInformation]
/// @param aurc [RiskCoverage#aurc]
/// @param augrc [RiskCoverage#augrc]
/// @param covAt5Risk [RiskCoverage#coverageAtRisk] at 0.05; NaN if no coverage has a risk that
///   small
/// @param riskAt80Cov [RiskCoverage#riskAtCoverage] at 0.8
public record Report(
    double accuracy,
    double brier,
    double nll,
    double entropy,
    double ece,
    double aece,
    double auroc,
    double aupr,
    double fpr95,
    double disagreement,
    double expectedEntropy,
    double mutualInformation,
    double aurc,
    double augrc,
    double covAt5Risk,
    double riskAt80Cov) {

  /// The report of a test set alone.
  ///
  /// @param id predictions for the test set
  /// @param labels its classes
  /// @throws IllegalArgumentException if labels do not fit
  public static Report of(Predictions id, int[] labels) {
    return of(id, labels, null);
  }

  /// The report by the metrics' definitions, with [Criterion#MSP] for out-of-distribution samples.
  ///
  /// @param id predictions for the test set
  /// @param labels its classes
  /// @param oodOrNull predictions of the same model for out-of-distribution samples, or null
  /// @throws IllegalArgumentException if labels or models do not fit
  public static Report of(Predictions id, int[] labels, Predictions oodOrNull) {
    return of(id, labels, oodOrNull, Criterion.MSP, Compat.NONE);
  }

  /// The report with a criterion for out-of-distribution samples and the rules of `compat`.
  ///
  /// @param id predictions for the test set
  /// @param labels its classes
  /// @param oodOrNull predictions of the same model for out-of-distribution samples, or null
  /// @throws IllegalArgumentException if labels or models do not fit, or the criterion needs logits
  ///   or more members
  public static Report of(
      Predictions id, int[] labels, Predictions oodOrNull, Criterion criterion, Compat compat) {
    double[] none = {};
    double[] idScores = oodOrNull == null ? none : OutOfDistribution.scores(criterion, id);
    double[] oodScores = oodOrNull == null ? none : OutOfDistribution.scores(criterion, oodOrNull);
    return of(id, labels, oodOrNull, idScores, oodScores, compat);
  }

  /// The report from logits, which every criterion can read.
  ///
  /// @param id logits for the test set
  /// @param labels its classes
  /// @param oodOrNull logits of the same model for out-of-distribution samples, or null
  /// @throws IllegalArgumentException if labels or models do not fit, or the criterion needs more
  ///   members
  public static Report of(
      Logits id, int[] labels, Logits oodOrNull, Criterion criterion, Compat compat) {
    double[] none = {};
    double[] idScores = oodOrNull == null ? none : OutOfDistribution.scores(criterion, id);
    double[] oodScores = oodOrNull == null ? none : OutOfDistribution.scores(criterion, oodOrNull);
    Predictions ood = oodOrNull == null ? null : oodOrNull.softmax();
    return of(id.softmax(), labels, ood, idScores, oodScores, compat);
  }

  private static Report of(
      Predictions id,
      int[] labels,
      Predictions oodOrNull,
      double[] idScores,
      double[] oodScores,
      Compat compat) {
    id.requireLabels("report", labels);
    if (oodOrNull != null
        && (oodOrNull.members() != id.members() || oodOrNull.classes() != id.classes())) {
      throw new IllegalArgumentException(
          "report: %d members and %d classes in distribution, but %d and %d out of distribution"
              .formatted(id.members(), id.classes(), oodOrNull.members(), oodOrNull.classes()));
    }
    boolean describeOod = compat.torchUncertainty() && oodOrNull != null;
    Uncertainty.Summary ens = Uncertainty.summary(describeOod ? oodOrNull : id);
    RiskCoverage selective = RiskCoverage.of(id, labels, compat);
    return new Report(
        Classification.accuracy(id, labels),
        Classification.brier(id, labels),
        Classification.nll(id, labels),
        Uncertainty.entropy(id),
        Calibration.ece(id, labels, compat),
        Calibration.aece(id, labels),
        OutOfDistribution.auroc(idScores, oodScores, compat),
        OutOfDistribution.aupr(idScores, oodScores, compat),
        OutOfDistribution.fpr95(idScores, oodScores, compat),
        ens.disagreement(),
        ens.expectedEntropy(),
        ens.mutualInformation(),
        selective.aurc(),
        selective.augrc(),
        selective.coverageAtRisk(0.05),
        selective.riskAtCoverage(0.8));
  }

  /// The metrics by name, in the order of the components and in snake case: `accuracy`, `brier`,
  /// `nll`, `entropy`, `ece`, `aece`, `auroc`, `aupr`, `fpr95`, `disagreement`, `expected_entropy`,
  /// `mutual_information`, `aurc`, `augrc`, `cov_at_5_risk`, `risk_at_80_cov`. A new map each time.
  public Map<String, Double> byName() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("accuracy", accuracy);
    metrics.put("brier", brier);
    metrics.put("nll", nll);
    metrics.put("entropy", entropy);
    metrics.put("ece", ece);
    metrics.put("aece", aece);
    metrics.put("auroc", auroc);
    metrics.put("aupr", aupr);
    metrics.put("fpr95", fpr95);
    metrics.put("disagreement", disagreement);
    metrics.put("expected_entropy", expectedEntropy);
    metrics.put("mutual_information", mutualInformation);
    metrics.put("aurc", aurc);
    metrics.put("augrc", augrc);
    metrics.put("cov_at_5_risk", covAt5Risk);
    metrics.put("risk_at_80_cov", riskAt80Cov);
    return metrics;
  }
}
