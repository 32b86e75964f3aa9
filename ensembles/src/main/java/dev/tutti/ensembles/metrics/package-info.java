/// Metrics of classifiers, of regression, and of ensembles of both, on plain arrays.
///
/// [Predictions][dev.tutti.ensembles.metrics.Predictions] holds the class probabilities of `M`
/// members for `B` samples and `C` classes; every metric reads it.
/// [Classification][dev.tutti.ensembles.metrics.Classification] has accuracy, Brier score and
/// negative log-likelihood, [Uncertainty][dev.tutti.ensembles.metrics.Uncertainty] the entropies,
/// mutual information and disagreement, [Calibration][dev.tutti.ensembles.metrics.Calibration] the
/// calibration errors, [RiskCoverage][dev.tutti.ensembles.metrics.RiskCoverage] selective
/// classification, [OutOfDistribution][dev.tutti.ensembles.metrics.OutOfDistribution] detection of
/// foreign data, and [Report][dev.tutti.ensembles.metrics.Report] all of them in one record.
///
/// [GaussianPredictions][dev.tutti.ensembles.metrics.GaussianPredictions] holds the normal
/// distributions that members predict for numbers;
/// [Regression][dev.tutti.ensembles.metrics.Regression] has their errors and likelihoods,
/// [Intervals][dev.tutti.ensembles.metrics.Intervals] how often and how wide intervals are.
///
/// Conventions: the prediction of an ensemble is the mean of its members' probabilities, never of
/// their logits; the predicted class is the one of largest probability, the first of equal ones;
/// all sums run in float64 in a fixed order; results are fractions (0.98, not 98 %), entropies are
/// in nats, and what is undefined is NaN. Input that makes no sense is an
/// `IllegalArgumentException`.
///
/// The same quantities are printed by torch-uncertainty and torchmetrics, which compute in float32;
/// the results agree within about 1e-6. If those libraries print something other than what the
/// metric's name says, [Compat][dev.tutti.ensembles.metrics.Compat] selects their number.
package dev.tutti.ensembles.metrics;
