package dev.tutti.nn;

/// Instance normalisation (Ulyanov, Vedaldi and Lempitsky, 2016): `y = (x − mean) / √(var + eps) ·
/// weight + bias` with mean and biased variance of each channel of each example over its positions.
///
/// PyTorch's default is without weight and bias and without running statistics. With them, a
/// training pass moves `running = (1 − momentum) · running + momentum · s`, where `s` is the mean
/// over the examples of their means or unbiased variances, and a prediction standardises by the
/// running statistics instead of the example's own. The counter stays 0: PyTorch's layer has this
/// buffer and does not count either.
public sealed interface InstanceNorm extends RunningStatistics
    permits InstanceNorm1d, InstanceNorm2d {
  /// {@return the weight of a new batch in the running statistics}
  double momentum();
}
