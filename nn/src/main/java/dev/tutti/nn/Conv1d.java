package dev.tutti.nn;

import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import dev.tutti.engine.Tensor;

/// A grouped 1-d convolution: `[N, L, in] → [N, OL, out]`, PyTorch's `nn.Conv1d`.
///
/// {@snippet :
/// Conv1d layer = Conv1d.init(Key.of(1), 3, 8, 3).stride(2).padding(1);
/// }
///
/// @param weight `[K, in / groups, out]` (PyTorch stores `[out, in / groups, K]`)
/// @param bias `[out]`, or null for none
/// @param geometry stride, padding, dilation (of columns) and groups
public record Conv1d(@TorchOrder({2, 1, 0}) Tensor weight, Tensor bias, Conv2d.Geometry geometry)
    implements Layer {

  /// {@return a layer with PyTorch's default initial values, uniform in ±1 / √fanIn with fanIn = in
  /// / groups · kernel}
  ///
  /// @param bias whether there is a bias
  /// @throws IllegalArgumentException if the groups do not divide both channel counts
  public static Conv1d init(
      Key key, int in, int out, int kernel, Conv2d.Geometry geometry, boolean bias) {
    geometry.requireGroups("conv1d", in, out);
    Conv2d row = Conv2d.init(key, in, out, 1, kernel, geometry, bias);
    return new Conv1d(row.weight().reshape(kernel, -1, out), row.bias(), geometry);
  }

  /// {@return a layer with a bias, stride 1 and no padding}
  public static Conv1d init(Key key, int in, int out, int kernel) {
    return init(key, in, out, kernel, Conv2d.Geometry.DEFAULT, true);
  }

  /// {@return this layer with another stride}
  public Conv1d stride(int s) {
    return new Conv1d(weight, bias, geometry.stride(s));
  }

  /// {@return this layer with this much padding on every side}
  public Conv1d padding(int p) {
    return padding(Padding.of(p));
  }

  /// {@return this layer with another padding}
  public Conv1d padding(Padding p) {
    return new Conv1d(weight, bias, geometry.padding(p));
  }

  /// {@return this layer with another dilation}
  public Conv1d dilation(int d) {
    return new Conv1d(weight, bias, geometry.dilation(d));
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Sequences.requireChannels("conv1d", x, weight.dim(-2) * geometry.groups());
    Conv2d row = new Conv2d(weight.unsqueeze(-4), bias, geometry.inOneRow());
    return Sequences.apply("conv1d", row, x, ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
