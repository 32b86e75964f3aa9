package dev.tutti.nn;

import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Window;

/// A grouped 2-d convolution: `[N, H, W, in] → [N, OH, OW, out]`, PyTorch's `nn.Conv2d`.
///
/// @param weight `[KH, KW, in / groups, out]` (PyTorch stores `[out, in / groups, KH, KW]`)
/// @param bias `[out]`, or null for none
/// @param geometry stride, padding, dilation and groups
public record Conv2d(@TorchOrder({3, 2, 0, 1}) Tensor weight, Tensor bias, Geometry geometry)
    implements Layer {

  /// How the kernel slides and which channels it joins.
  public record Geometry(int stride, Padding padding, int dilation, int groups) {
    /// Stride 1, no padding, no dilation, one group.
    public static final Geometry DEFAULT = new Geometry(1, Padding.VALID, 1, 1);

    /// {@return this geometry with another stride}
    public Geometry stride(int s) {
      return new Geometry(s, padding, dilation, groups);
    }

    /// {@return this geometry with another padding}
    public Geometry padding(Padding p) {
      return new Geometry(stride, p, dilation, groups);
    }

    /// {@return this geometry with another dilation}
    public Geometry dilation(int d) {
      return new Geometry(stride, padding, d, groups);
    }

    /// {@return this geometry with another number of groups}
    public Geometry groups(int g) {
      return new Geometry(stride, padding, dilation, g);
    }
  }

  /// {@return a layer with a square kernel and PyTorch's default initial values, uniform in ±1 /
  /// √fanIn with fanIn = in / groups · kernel²}
  ///
  /// Raises [ShapeError] when the groups do not divide both channel counts.
  public static Conv2d init(Key key, int in, int out, int kernel, Geometry geometry) {
    if (geometry.groups < 1 || in % geometry.groups != 0 || out % geometry.groups != 0) {
      throw new ShapeError(
          "conv2d: "
              + geometry.groups
              + " groups do not divide "
              + in
              + " input and "
              + out
              + " output channels");
    }
    int perGroup = in / geometry.groups;
    int fanIn = perGroup * kernel * kernel;
    return new Conv2d(
        Init.torchDefault(key.fold(0), fanIn, kernel, kernel, perGroup, out),
        Init.torchDefault(key.fold(1), fanIn, out),
        geometry);
  }

  /// {@return a layer with stride 1 and no padding}
  public static Conv2d init(Key key, int in, int out, int kernel) {
    return init(key, in, out, kernel, Geometry.DEFAULT);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Window window =
        Window.of(weight.dim(-4), weight.dim(-3))
            .stride(geometry.stride)
            .dilation(geometry.dilation, geometry.dilation);
    Window padded = geometry.padding.applyTo(window, x.dim(-3), x.dim(-2));
    return bias == null
        ? x.conv2d(weight, padded, geometry.groups)
        : x.conv2d(weight, bias, padded, geometry.groups);
  }
}
