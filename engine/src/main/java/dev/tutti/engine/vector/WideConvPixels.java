package dev.tutti.engine.vector;

import dev.tutti.engine.Window;
import java.util.ArrayList;
import java.util.List;

/// Pixels of a chunk of images that are read through the same taps, as rows of a product with the
/// transposed weight: `positions[p]` is the place in the cotangent that pixel p's first tap reads,
/// `pixels[p]` the place of the pixel; each table is followed by copies of its last element.
record WideConvPixels(int count, int[] positions, int[] pixels, WideConvProduct product) {

  /// All pixels of `images` images, in `rows` rows from `first` on.
  static List<WideConvPixels> of(WideConvSizes s, int images, int first, int rows) {
    Window w = s.win();
    List<WideConvPixels> classes = new ArrayList<>();
    List<WideConvReach> vertical =
        WideConvReach.of(first, rows, w.top(), w.strideH(), w.dilationH(), w.kernelH(), s.oh());
    List<WideConvReach> horizontal =
        WideConvReach.of(0, s.w(), w.left(), w.strideW(), w.dilationW(), w.kernelW(), s.ow());
    for (WideConvReach v : vertical) {
      for (WideConvReach h : horizontal) {
        classes.add(of(s, images, first, rows, v, h));
      }
    }
    return classes;
  }

  private static WideConvPixels of(
      WideConvSizes s, int images, int first, int rows, WideConvReach v, WideConvReach h) {
    int count = images * v.pixels().length * h.pixels().length;
    int[] positions = new int[count + WideConvProduct.TALLEST];
    int[] pixels = new int[positions.length];
    int p = 0;
    for (int i = 0; i < images; i++) {
      for (int y = 0; y < v.pixels().length; y++) {
        int row = (i * s.oh() + v.positions()[y]) * s.ow();
        int line = (i * rows + v.pixels()[y] - first) * s.w();
        for (int x = 0; x < h.pixels().length; x++) {
          positions[p] = (row + h.positions()[x]) * s.o();
          pixels[p++] = (line + h.pixels()[x]) * s.c();
        }
      }
    }
    WideConvProduct.repeatLast(positions, count);
    WideConvProduct.repeatLast(pixels, count);
    return new WideConvPixels(count, positions, pixels, product(s, v.taps(), h.taps()));
  }

  /// One run of output channels per tap; rows of the weight are (tap, output channel).
  private static WideConvProduct product(WideConvSizes s, int[] vertical, int[] horizontal) {
    Window w = s.win();
    int[] starts = new int[vertical.length * horizontal.length];
    int[] rows = new int[starts.length];
    int n = 0;
    for (int kh : vertical) {
      int up = (kh - vertical[0]) * w.dilationH() / w.strideH();
      for (int kw : horizontal) {
        int back = (kw - horizontal[0]) * w.dilationW() / w.strideW();
        starts[n] = -(up * s.ow() + back) * s.o();
        rows[n++] = (kh * w.kernelW() + kw) * s.og();
      }
    }
    return new WideConvProduct(starts, rows, s.og(), s.taps() * s.og());
  }
}
