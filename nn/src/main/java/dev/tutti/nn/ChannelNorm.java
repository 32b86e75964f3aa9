package dev.tutti.nn;

import dev.tutti.engine.Tensor;

/// A layer that standardises channels, the last axis, by statistics over positions: `(x − mean) /
/// √(spread + eps) · weight + bias`.
interface ChannelNorm extends Layer {
  /// PyTorch's default for what is added to the variance.
  double EPS = 1e-5;

  /// {@return the factor of each channel `[C]`, or null for none}
  Tensor weight();

  /// {@return what is added to each channel `[C]`, or null for nothing}
  Tensor bias();

  /// {@return what is added to the variance}
  double eps();
}
