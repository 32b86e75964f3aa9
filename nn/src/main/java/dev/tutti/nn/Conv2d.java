package dev.tutti.nn;

import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Window;
import dev.tutti.nn.init.Init;

/// A grouped 2-d convolution: `[N, H, W, in] → [N, OH, OW, out]`, PyTorch's `nn.Conv2d`.
///
/// {@snippet :
/// Conv2d layer = Conv2d.init(Key.of(1), 3, 8, 3).stride(2).padding(1);
/// }
///
/// @param weight `[KH, KW, in / groups, out]` (PyTorch stores `[out, in / groups, KH, KW]`)
/// @param bias `[out]`, or null for none
/// @param geometry stride, padding, dilation and groups
public record Conv2d(@TorchOrder({3, 2, 0, 1}) Tensor weight, Tensor bias, Geometry geometry)
    implements Layer {

  /// How the kernel slides and which channels it joins. Convolutions over sequences use the values
  /// for columns (W, left and right).
  ///
  /// @param mode what the padding holds
  public record Geometry(
      int strideH,
      int strideW,
      Padding padding,
      PaddingMode mode,
      int dilationH,
      int dilationW,
      int groups) {
    /// Stride 1, no padding, no dilation, one group.
    public static final Geometry DEFAULT = new Geometry(1, Padding.VALID, 1, 1);

    /// The same stride and dilation on both axes, padded with zeros.
    public Geometry(int stride, Padding padding, int dilation, int groups) {
      this(stride, stride, padding, PaddingMode.ZEROS, dilation, dilation, groups);
    }

    /// {@return this geometry with another stride}
    public Geometry stride(int s) {
      return stride(s, s);
    }

    /// {@return this geometry with other strides along rows and columns}
    public Geometry stride(int h, int w) {
      return new Geometry(h, w, padding, mode, dilationH, dilationW, groups);
    }

    /// {@return this geometry with another padding}
    public Geometry padding(Padding p) {
      return new Geometry(strideH, strideW, p, mode, dilationH, dilationW, groups);
    }

    /// {@return this geometry with other values in the padding}
    public Geometry mode(PaddingMode m) {
      return new Geometry(strideH, strideW, padding, m, dilationH, dilationW, groups);
    }

    /// {@return this geometry with another dilation}
    public Geometry dilation(int d) {
      return dilation(d, d);
    }

    /// {@return this geometry with other dilations along rows and columns}
    public Geometry dilation(int h, int w) {
      return new Geometry(strideH, strideW, padding, mode, h, w, groups);
    }

    /// {@return this geometry with another number of groups}
    public Geometry groups(int g) {
      return new Geometry(strideH, strideW, padding, mode, dilationH, dilationW, g);
    }

    /// {@return this geometry along the only row of an image}
    Geometry inOneRow() {
      Padding p =
          padding instanceof Padding.Explicit e ? Padding.of(0, 0, e.left(), e.right()) : padding;
      return new Geometry(1, strideW, p, mode, 1, dilationW, groups);
    }

    /// {@return the window of a kernel over an image of `height` × `width`}
    Window window(Tensor weight, int height, int width) {
      Window unpadded =
          Window.of(weight.dim(-4), weight.dim(-3))
              .stride(strideH, strideW)
              .dilation(dilationH, dilationW);
      return padding.applyTo(unpadded, height, width);
    }

    /// {@return the stride and what differs from [#DEFAULT]: `stride 2, padding 1`}
    @Override
    public String toString() {
      return "stride "
          + pair(strideH, strideW)
          + (padding.equals(Padding.VALID) ? "" : ", " + padding)
          + (mode == PaddingMode.ZEROS ? "" : ", " + mode)
          + (dilationH == 1 && dilationW == 1 ? "" : ", dilation " + pair(dilationH, dilationW))
          + (groups == 1 ? "" : ", groups " + groups);
    }

    private static String pair(int h, int w) {
      return h == w ? Integer.toString(h) : h + "×" + w;
    }

    /// Checks that the groups divide both channel counts.
    void requireGroups(String op, int in, int out) {
      if (groups < 1 || in % groups != 0 || out % groups != 0) {
        throw new IllegalArgumentException(
            "%s: %d groups do not divide %d input and %d output channels"
                .formatted(op, groups, in, out));
      }
    }
  }

  /// {@return a layer with PyTorch's default initial values, uniform in ±1 / √fanIn with fanIn = in
  /// / groups · kernelH · kernelW}
  ///
  /// @param bias whether there is a bias
  /// @throws IllegalArgumentException if the groups do not divide both channel counts
  public static Conv2d init(
      Key key, int in, int out, int kernelH, int kernelW, Geometry geometry, boolean bias) {
    geometry.requireGroups("conv2d", in, out);
    int perGroup = in / geometry.groups;
    int fanIn = perGroup * kernelH * kernelW;
    return new Conv2d(
        Init.torchDefault(key.fold(0), fanIn, kernelH, kernelW, perGroup, out),
        bias ? Init.torchDefault(key.fold(1), fanIn, out) : null,
        geometry);
  }

  /// {@return a layer with a square kernel and a bias}
  public static Conv2d init(Key key, int in, int out, int kernel, Geometry geometry) {
    return init(key, in, out, kernel, kernel, geometry, true);
  }

  /// {@return a layer with a square kernel, a bias, stride 1 and no padding}
  public static Conv2d init(Key key, int in, int out, int kernel) {
    return init(key, in, out, kernel, Geometry.DEFAULT);
  }

  /// {@return this layer with another stride}
  public Conv2d stride(int s) {
    return new Conv2d(weight, bias, geometry.stride(s));
  }

  /// {@return this layer with this much padding on every side}
  public Conv2d padding(int p) {
    return padding(Padding.of(p));
  }

  /// {@return this layer with another padding}
  public Conv2d padding(Padding p) {
    return new Conv2d(weight, bias, geometry.padding(p));
  }

  /// {@return this layer with another dilation}
  public Conv2d dilation(int d) {
    return new Conv2d(weight, bias, geometry.dilation(d));
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Inputs.requireImages("conv2d", x);
    Window window = geometry.window(weight, x.dim(-3), x.dim(-2));
    Tensor in = x;
    if (geometry.mode != PaddingMode.ZEROS) {
      Tensor rows = geometry.mode.pad(x, -3, window.top(), window.bottom());
      in = geometry.mode.pad(rows, -2, window.left(), window.right());
      window = window.padding(0);
    }
    return bias == null
        ? in.conv2d(weight, window, geometry.groups)
        : in.conv2d(weight, bias, window, geometry.groups);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
