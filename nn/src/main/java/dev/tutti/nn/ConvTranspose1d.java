package dev.tutti.nn;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;

/// A transposed 1-d convolution: `[N, L, in] → [N, OL, out]`, PyTorch's `nn.ConvTranspose1d`; see
/// [ConvTranspose2d].
///
/// @param weight `[K, out / groups, in]` (PyTorch stores `[in, out / groups, K]`)
/// @param bias `[out]`, or null for none
/// @param geometry that of the convolution it transposes (the values for columns)
/// @param outputPadding cells more at the end, fewer than stride or dilation
public record ConvTranspose1d(
    @TorchOrder({2, 1, 0}) Tensor weight, Tensor bias, Conv2d.Geometry geometry, int outputPadding)
    implements Layer {
  /// Checks what [ConvTranspose2d] checks.
  public ConvTranspose1d {
    inOneRow(null, null, geometry, outputPadding);
  }

  /// {@return a layer with PyTorch's default initial values, uniform in ±1 / √fanIn with fanIn =
  /// out / groups · kernel}
  ///
  /// @param bias whether there is a bias
  /// @throws IllegalArgumentException if the groups do not divide both channel counts
  public static ConvTranspose1d init(
      Key key,
      int in,
      int out,
      int kernel,
      Conv2d.Geometry geometry,
      int outputPadding,
      boolean bias) {
    ConvTranspose2d row =
        ConvTranspose2d.init(key, in, out, 1, kernel, geometry, 0, outputPadding, bias);
    return new ConvTranspose1d(
        row.weight().reshape(kernel, -1, in), row.bias(), geometry, outputPadding);
  }

  /// {@return a layer with a bias and no output padding}
  public static ConvTranspose1d init(
      Key key, int in, int out, int kernel, Conv2d.Geometry geometry) {
    return init(key, in, out, kernel, geometry, 0, true);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Sequences.requireChannels("conv_transpose1d", x, weight.dim(-1));
    ConvTranspose2d row = inOneRow(weight.unsqueeze(-4), bias, geometry, outputPadding);
    return Sequences.apply("conv_transpose1d", row, x, ctx);
  }

  private static ConvTranspose2d inOneRow(
      Tensor weight, Tensor bias, Conv2d.Geometry geometry, int outputPadding) {
    return new ConvTranspose2d(weight, bias, geometry.inOneRow(), 0, outputPadding);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
