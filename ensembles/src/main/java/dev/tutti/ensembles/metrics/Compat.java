package dev.tutti.ensembles.metrics;

/// Whose rule a metric follows where a widely used library departs from the metric's definition.
public enum Compat {
  /// The definition.
  NONE,

  /// What torch-uncertainty 0.8 to 0.11 prints:
  ///
  /// - Samples of equal confidence are taken in the order in which they are given, so that the
  ///   metrics of selective classification depend on that order. (Its sort is not stable, so it
  ///   promises no order at all; the given one is what a stable sort would use.)
  /// - The coverage at a risk is NaN in some cases where a coverage exists: see
  ///   [RiskCoverage#coverageAtRisk].
  /// - The entropy in the table of out-of-distribution detection is that of the in-distribution
  ///   samples: see [OutOfDistribution#entropy].
  /// - Scores of which one lies outside [0, 1] go through a logistic function in float32 before
  ///   AUROC and AUPR, which merges large or very close ones (there batch by batch, here all at
  ///   once): see [OutOfDistribution#auroc(double[], double[], Compat)].
  /// - The `ens_*` columns describe the out-of-distribution samples: see [Report].
  TORCH_UNCERTAINTY
}
