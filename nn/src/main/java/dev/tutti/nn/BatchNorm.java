package dev.tutti.nn;

/// Batch normalisation (Ioffe and Szegedy, 2015) of channels, the last axis:
///
/// `y = (x − mean) / √(var + eps) · weight + bias`
///
/// In training, mean and biased variance are those of the batch over all axes but the last, and the
/// running statistics move towards them: `running = (1 − momentum) · running + momentum · batch`,
/// the batch's variance there unbiased (divided by n − 1). A prediction uses the running
/// statistics; without them (all three null, PyTorch's `track_running_stats=False`) it uses the
/// batch's too.
public sealed interface BatchNorm extends RunningStatistics permits BatchNorm1d, BatchNorm2d {
  /// {@return the weight of a new batch in the running statistics; null for 1 / (number of
  /// batches), which makes them the mean over all batches}
  Double momentum();

  /// {@return this layer with empty statistics, which become the mean over all batches that it is
  /// then trained on: to collect the statistics of parameters that training did not have}
  BatchNorm collecting();
}
