package dev.tutti.engine;

/// How a kernel slides over the two spatial axes of `[H, W, C]`: its size, stride, zero padding on
/// each side and dilation, as in PyTorch's `conv2d`.
public record Window(
    int kernelH,
    int kernelW,
    int strideH,
    int strideW,
    int top,
    int bottom,
    int left,
    int right,
    int dilationH,
    int dilationW) {

  /// Checks that sizes are positive and paddings not negative.
  public Window {
    if (kernelH < 1
        || kernelW < 1
        || strideH < 1
        || strideW < 1
        || dilationH < 1
        || dilationW < 1) {
      throw new ShapeError(
          "window: kernel "
              + kernelH
              + "×"
              + kernelW
              + ", stride "
              + strideH
              + "×"
              + strideW
              + " and dilation "
              + dilationH
              + "×"
              + dilationW
              + " must be at least 1");
    }
    if (top < 0 || bottom < 0 || left < 0 || right < 0) {
      throw new ShapeError(
          "window: padding "
              + top
              + ", "
              + bottom
              + ", "
              + left
              + ", "
              + right
              + " must not be negative");
    }
    requireInt((long) dilationH * (kernelH - 1L) + 1);
    requireInt((long) dilationW * (kernelW - 1L) + 1);
    requireInt((long) top + bottom);
    requireInt((long) left + right);
  }

  private static void requireInt(long extent) {
    if (extent > Integer.MAX_VALUE) {
      throw new ShapeError("window: an extent of " + extent + " cells is too large");
    }
  }

  /// {@return a window of this kernel size with stride 1, no padding and no dilation}
  public static Window of(int kernelH, int kernelW) {
    return new Window(kernelH, kernelW, 1, 1, 0, 0, 0, 0, 1, 1);
  }

  /// {@return this window with another stride}
  public Window stride(int h, int w) {
    return new Window(kernelH, kernelW, h, w, top, bottom, left, right, dilationH, dilationW);
  }

  /// {@return this window with the same stride on both axes}
  public Window stride(int s) {
    return stride(s, s);
  }

  /// {@return this window with other paddings}
  public Window padding(int top, int bottom, int left, int right) {
    return new Window(
        kernelH, kernelW, strideH, strideW, top, bottom, left, right, dilationH, dilationW);
  }

  /// {@return this window with the same padding on all four sides}
  public Window padding(int p) {
    return padding(p, p, p, p);
  }

  /// {@return this window with another dilation}
  public Window dilation(int h, int w) {
    return new Window(kernelH, kernelW, strideH, strideW, top, bottom, left, right, h, w);
  }

  /// {@return the number of window positions along an axis of `height` rows}
  public int outH(int height) {
    return out(height, top + bottom, kernelH, strideH, dilationH);
  }

  /// {@return the number of window positions along an axis of `width` columns}
  public int outW(int width) {
    return out(width, left + right, kernelW, strideW, dilationW);
  }

  private static int out(int size, int padding, int kernel, int stride, int dilation) {
    long room = (long) size + padding - (long) dilation * (kernel - 1) - 1;
    return (int) Math.min(Integer.MAX_VALUE, Math.max(0, Math.floorDiv(room, stride) + 1));
  }

  /// {@return the shape of positions over `[H, W]`}
  ///
  /// @throws ShapeError if not even one position fits
  Shape positions(String op, int height, int width) {
    return positions(op, height, width, "");
  }

  /// The same, with a hint at the end of the error's text.
  Shape positions(String op, int height, int width, String hint) {
    int h = outH(height);
    int w = outW(width);
    if (h == 0 || w == 0) {
      throw new ShapeError(
          op
              + ": a window of "
              + (dilationH * (kernelH - 1) + 1)
              + "×"
              + (dilationW * (kernelW - 1) + 1)
              + " does not fit in "
              + height
              + "×"
              + width
              + " with padding "
              + top
              + ", "
              + bottom
              + ", "
              + left
              + ", "
              + right
              + hint);
    }
    return Shape.of(h, w);
  }

  /// {@return the kernel, the stride and what differs from no padding and no dilation: `3×3, stride
  /// 2, padding 1`}
  @Override
  public String toString() {
    return kernelH
        + "×"
        + kernelW
        + ", stride "
        + pair(strideH, strideW)
        + (top + bottom + left + right == 0 ? "" : ", " + Padding.of(top, bottom, left, right))
        + (dilationH == 1 && dilationW == 1 ? "" : ", dilation " + pair(dilationH, dilationW));
  }

  private static String pair(int h, int w) {
    return h == w ? Integer.toString(h) : h + "×" + w;
  }
}
