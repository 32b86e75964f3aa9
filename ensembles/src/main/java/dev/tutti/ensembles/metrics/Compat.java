package dev.tutti.ensembles.metrics;

import dev.tutti.ensembles.metrics.Calibration.Binning;
import dev.tutti.ensembles.metrics.OutOfDistribution.RecallRule;

/// Which rule a metric follows if a release of a widely used library departs from the metric's
/// definition.
///
/// | number | definition | torch-uncertainty 0.11 | torch-uncertainty 0.13 |
/// |---|---|---|---|
/// | ECE, confidence of exactly 1 | in the last bin | in a bin of its own | in a bin of its own |
/// | AURC, AUGRC, risk at a coverage, equal confidences | the mean over all orders | in the given order | in the given order |
/// | coverage at a risk | the largest | NaN in some cases although there is one | the largest |
/// | FPR at 95 % recall | highest threshold whose recall is at least .95 | recall closest to .95 | highest threshold whose recall is at least .95 |
/// | entropy in the table of out-of-distribution detection | of those samples | of the in-distribution samples | of those samples |
/// | AUROC, AUPR | of the scores | of their float32 logistic function if one leaves [0, 1] | the same |
/// | disagreement, expected entropy and mutual information in a [Report] | of the in-distribution samples | of the out-of-distribution samples | the same |
///
/// Equal confidences: that library's sort is not stable, so it does not promise an order; the given
/// one is that of a stable sort. It applies the logistic function batch by batch, here it is
/// applied to all scores at once.
public enum Compat {
  /// The definitions.
  NONE(Binning.UNIFORM, RecallRule.AT_LEAST),

  /// What torch-uncertainty 0.8 to 0.12.1 prints.
  TORCH_UNCERTAINTY_0_11(Binning.TORCHMETRICS, RecallRule.CLOSEST),

  /// What torch-uncertainty 0.13 prints.
  TORCH_UNCERTAINTY_0_13(Binning.TORCHMETRICS, RecallRule.AT_LEAST);

  private final Binning binning;
  private final RecallRule recallRule;

  Compat(Binning binning, RecallRule recallRule) {
    this.binning = binning;
    this.recallRule = recallRule;
  }

  /// {@return the bins of its calibration error}
  public Binning binning() {
    return binning;
  }

  /// {@return the rule that chooses the threshold for a recall}
  public RecallRule recallRule() {
    return recallRule;
  }

  /// {@return whether it is a release of torch-uncertainty, not the definition}
  boolean torchUncertainty() {
    return this != NONE;
  }
}
