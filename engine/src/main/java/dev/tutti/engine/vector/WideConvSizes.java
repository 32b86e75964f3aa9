package dev.tutti.engine.vector;

import dev.tutti.engine.Conv;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Window;

/// The sizes of one convolution: `n` images `[h, w, c]`, positions `[oh, ow, o]`, `cg` input and
/// `og` output channels per group.
record WideConvSizes(
    int n, int h, int w, int c, int oh, int ow, int o, int groups, int cg, int og, Window win) {

  /// Kernels below this many multiplications run on the calling thread.
  private static final long WORTH_SPLITTING = 1 << 22;

  static WideConvSizes of(Conv p, Shape image, Shape positions) {
    int c = image.dim(-1);
    int o = positions.dim(-1);
    return new WideConvSizes(
        image.dim(-4),
        image.dim(-3),
        image.dim(-2),
        c,
        positions.dim(-3),
        positions.dim(-2),
        o,
        p.groups(),
        c / p.groups(),
        o / p.groups(),
        p.window());
  }

  /// {@return kernel rows × kernel columns}
  int taps() {
    return win.kernelH() * win.kernelW();
  }

  /// {@return how many rows below its first a window reaches}
  int reachH() {
    return win.dilationH() * (win.kernelH() - 1);
  }

  /// {@return how many columns beyond its first a window reaches}
  int reachW() {
    return win.dilationW() * (win.kernelW() - 1);
  }

  boolean padded() {
    return win.top() > 0 || win.bottom() > 0 || win.left() > 0 || win.right() > 0;
  }

  /// {@return whether this many lead entries are worth more than one thread}
  boolean worthSplitting(int leads) {
    return (long) leads * n * oh * ow * o * taps() * cg >= WORTH_SPLITTING;
  }

  /// {@return the distance of kernel element `(kernel row, kernel column, channel)` from a window's
  /// first element, in rows of `pitch` elements}
  int[] elements(int pitch) {
    int[] at = new int[taps() * cg];
    int k = 0;
    for (int i = 0; i < win.kernelH(); i++) {
      for (int j = 0; j < win.kernelW(); j++) {
        for (int x = 0; x < cg; x++) {
          at[k++] = i * win.dilationH() * pitch + j * win.dilationW() * c + x;
        }
      }
    }
    return at;
  }

  /// {@return the starts of the windows of `images` images of `rows` rows of positions, in images
  /// of `image` elements and rows of `pitch`; followed by [WideConvProduct#TALLEST] copies of the
  /// last}
  int[] windows(int images, int rows, int image, int pitch) {
    int count = images * rows * ow;
    int[] at = new int[count + WideConvProduct.TALLEST];
    int p = 0;
    for (int i = 0; i < images; i++) {
      for (int r = 0; r < rows; r++) {
        int row = i * image + r * win.strideH() * pitch;
        for (int x = 0; x < ow; x++) {
          at[p++] = row + x * win.strideW() * c;
        }
      }
    }
    WideConvProduct.repeatLast(at, count);
    return at;
  }
}
