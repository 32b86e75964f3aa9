package dev.tutti.nn;

import dev.tutti.engine.ChannelsLast;
import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Window;
import dev.tutti.nn.init.Init;

/// A transposed 2-d convolution, the map that is the gradient of a convolution in its input: `[N,
/// H, W, in] → [N, OH, OW, out]` with `OH = (H − 1) · stride + dilation · (KH − 1) + 1 − top −
/// bottom + output padding`. PyTorch's `nn.ConvTranspose2d`.
///
/// @param weight `[KH, KW, out / groups, in]` (PyTorch stores `[in, out / groups, KH, KW]`)
/// @param bias `[out]`, or null for none
/// @param geometry that of the convolution it transposes: strides spread the input, the padding is
///   cut off the output; given in cells and of zeros
/// @param outputPaddingH rows more at the bottom, fewer than stride or dilation
/// @param outputPaddingW columns more at the right, likewise
public record ConvTranspose2d(
    @TorchOrder({3, 2, 0, 1}) Tensor weight,
    Tensor bias,
    Conv2d.Geometry geometry,
    int outputPaddingH,
    int outputPaddingW)
    implements Layer {
  private static final String OP = "conv_transpose2d";

  /// Checks the output padding and that the padding is of zeros and given in cells.
  public ConvTranspose2d {
    if (!(geometry.padding() instanceof Padding.Explicit) || geometry.mode() != PaddingMode.ZEROS) {
      throw new IllegalArgumentException(
          OP + ": needs a padding of zeros, given in cells, got " + geometry);
    }
    require(outputPaddingH, geometry.strideH(), geometry.dilationH());
    require(outputPaddingW, geometry.strideW(), geometry.dilationW());
  }

  private static void require(int outputPadding, int stride, int dilation) {
    if (outputPadding < 0 || outputPadding >= Math.max(stride, dilation)) {
      throw new IllegalArgumentException(
          "%s: an output padding of %d must be smaller than the stride of %d or the dilation of %d"
              .formatted(OP, outputPadding, stride, dilation));
    }
  }

  /// {@return a layer with PyTorch's default initial values, uniform in ±1 / √fanIn with fanIn =
  /// out / groups · kernelH · kernelW}
  ///
  /// @param bias whether there is a bias
  /// @throws IllegalArgumentException if the groups do not divide both channel counts
  public static ConvTranspose2d init(
      Key key,
      int in,
      int out,
      int kernelH,
      int kernelW,
      Conv2d.Geometry geometry,
      int outputPaddingH,
      int outputPaddingW,
      boolean bias) {
    geometry.requireGroups(OP, in, out);
    int perGroup = out / geometry.groups();
    int fanIn = perGroup * kernelH * kernelW;
    return new ConvTranspose2d(
        Init.torchDefault(key.fold(0), fanIn, kernelH, kernelW, perGroup, in),
        bias ? Init.torchDefault(key.fold(1), fanIn, out) : null,
        geometry,
        outputPaddingH,
        outputPaddingW);
  }

  /// {@return a layer with a square kernel, a bias and no output padding}
  public static ConvTranspose2d init(
      Key key, int in, int out, int kernel, Conv2d.Geometry geometry) {
    return init(key, in, out, kernel, kernel, geometry, 0, 0, true);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Inputs.requireImages(OP, x);
    if (x.dim(-1) != weight.dim(-1)) {
      throw new ShapeError(
          "%s: needs an input of [N, H, W, %d], got %s%s"
              .formatted(
                  OP, weight.dim(-1), x.shape(), ChannelsLast.hint(x.shape(), weight.dim(-1))));
    }
    Window w = geometry.window(weight, 0, 0); // explicit padding does not ask for the image's size
    // Output padding first takes back what the padding cuts off; what is left saw no input.
    int bottom = Math.max(0, w.bottom() - outputPaddingH);
    int right = Math.max(0, w.right() - outputPaddingW);
    int height = extent(x.dim(-3), w.strideH(), w.dilationH(), w.kernelH()) - w.top() - bottom;
    int width = extent(x.dim(-2), w.strideW(), w.dilationW(), w.kernelW()) - w.left() - right;
    if (height < 1 || width < 1) {
      throw new ShapeError(
          OP + ": the padding leaves nothing of the output for an input of " + x.shape());
    }
    Tensor y =
        x.convTranspose2d(
            weight, w.padding(w.top(), bottom, w.left(), right), geometry.groups(), height, width);
    y = PaddingMode.ZEROS.pad(y, -3, 0, Math.max(0, outputPaddingH - w.bottom()));
    y = PaddingMode.ZEROS.pad(y, -2, 0, Math.max(0, outputPaddingW - w.right()));
    return bias == null ? y : y.add(bias);
  }

  private static int extent(int size, int stride, int dilation, int kernel) {
    return (size - 1) * stride + dilation * (kernel - 1) + 1;
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
