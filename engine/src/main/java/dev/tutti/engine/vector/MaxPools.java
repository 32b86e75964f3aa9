package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Fn;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Pool;
import dev.tutti.engine.Window;
import dev.tutti.engine.reference.Leads;
import java.util.Arrays;

/// Max pooling of `[H, W, C]` and the cotangent of its input.
///
/// Loop nest forward: for every image, for every row of positions, the maximum of the window's rows
/// over whole image rows (lanes run over pixels and channels alike), between borders of −∞; then
/// for every cell of the window's width a [PoolRows#max]. Loop nest backward (2×2 cells, strides
/// 2): for every image, for every row of positions, [PoolRows#route].
final class MaxPools {
  private static final int L = Lanes.COUNT;
  private static final int WORTH_A_TASK = 1 << 17;

  private MaxPools() {}

  /// {@return whether [#forward] computes this}
  static boolean takes(Pool.Max pool, Array[] in) {
    return in[0].dtype() == DType.FLOAT32;
  }

  /// {@return whether [#input] computes this: windows of 2×2 that touch without overlap or padding}
  static boolean takes(Pool.MaxInput pool, Array[] in) {
    return in[0].dtype() == DType.FLOAT32 && pool.window().equals(Window.of(2, 2).stride(2));
  }

  static Array forward(Pool.Max pool, Array[] in, Array out) {
    Array x = in[0];
    int images = x.shape().leads(3).size();
    int image = x.shape().suffix(3).size();
    int grain = Math.max(1, WORTH_A_TASK / Math.max(1, image));
    if (images < 2 * grain) {
      images(pool.window(), x, out, 0, images);
    } else {
      Parallel.ranges(images, grain, (from, to) -> images(pool.window(), x, out, from, to));
    }
    return out;
  }

  private static void images(Window w, Array x, Array out, int from, int to) {
    int height = x.shape().dim(-3);
    int width = x.shape().dim(-2);
    int c = x.shape().dim(-1);
    int oh = out.shape().dim(-3);
    int ow = out.shape().dim(-2);
    if (oh * ow * c == 0) {
      return;
    }
    int reach = (ow - 1) * w.strideW() + (w.kernelW() - 1) * w.dilationW() + 1;
    int padded = Math.max(reach, w.left() + width);
    float[] row = Scratch.floats(Slots.FIRST, padded * c + L);
    Arrays.fill(row, 0, padded * c + L, Float.NEGATIVE_INFINITY);
    for (int l = from; l < to; l++) {
      int at = x.offset() + l * height * width * c;
      for (int y = 0; y < oh; y++) {
        int top = y * w.strideH() - w.top();
        down(w, x.floats(), at, top, height, width * c, row, w.left() * c);
        float[] result = across(w, row, c, ow);
        System.arraycopy(result, 0, out.floats(), (l * oh + y) * ow * c, ow * c);
      }
    }
  }

  /// `row[start + i]` = the maximum of element i of the window's rows; −∞ if none is inside the
  /// image.
  private static void down(
      Window w, float[] a, int at, int top, int height, int n, float[] row, int start) {
    int first = -1;
    int inside = 0;
    for (int k = 0; k < w.kernelH(); k++) {
      int h = top + k * w.dilationH();
      if (h < 0 || h >= height) {
        continue;
      }
      if (inside == 0) {
        first = at + h * n;
      } else if (inside == 1) {
        Runs.binary(Fn.MAX, a, first, a, at + h * n, row, start, n);
      } else { // in place: taking a maximum twice changes nothing
        Runs.binary(Fn.MAX, row, start, a, at + h * n, row, start, n);
      }
      inside++;
    }
    if (inside == 0) {
      Arrays.fill(row, start, start + n, Float.NEGATIVE_INFINITY);
    } else if (inside == 1) {
      System.arraycopy(a, first, row, start, n);
    }
  }

  /// {@return a scratch array that starts with the row's pooled pixels}
  private static float[] across(Window w, float[] row, int c, int ow) {
    float[] o = Scratch.floats(Slots.SECOND, ow * c + L);
    float[] other = Scratch.floats(Slots.THIRD, ow * c + L);
    int step = w.strideW() * c;
    int apart = w.dilationW() * c;
    PoolRows.max(row, 0, step, row, w.kernelW() > 1 ? apart : 0, step, o, c, ow);
    for (int k = 2; k < w.kernelW(); k++) {
      PoolRows.max(o, 0, c, row, k * apart, step, other, c, ow);
      float[] swap = o;
      o = other;
      other = swap;
    }
    return o;
  }

  static Array input(Pool.MaxInput pool, Array[] in, Array out) {
    Leads leads = Leads.of(pool, in);
    int image = out.shape().suffix(3).size();
    int grain = Math.max(1, WORTH_A_TASK / Math.max(1, image));
    if (leads.count < 2 * grain) {
      inputs(in, leads, out, 0, leads.count);
    } else {
      Parallel.ranges(leads.count, grain, (from, to) -> inputs(in, leads, out, from, to));
    }
    return out;
  }

  private static void inputs(Array[] in, Leads leads, Array out, int from, int to) {
    int height = out.shape().dim(-3);
    int width = out.shape().dim(-2);
    int c = out.shape().dim(-1);
    int oh = in[1].shape().dim(-3);
    int ow = in[1].shape().dim(-2);
    int n = width * c;
    float[] p = Scratch.floats(Slots.FIRST, n + L);
    float[] q = Scratch.floats(Slots.SECOND, n + L);
    for (int l = from; l < to; l++) {
      int at = l * height * n;
      for (int y = 0; y < oh; y++) {
        int top = leads.start(0, l) + 2 * y * n;
        int slope = leads.start(1, l) + y * ow * c;
        route(in[0].floats(), top, n, in[1].floats(), slope, p, q, c, ow);
        Arrays.fill(p, 2 * ow * c, n, 0);
        Arrays.fill(q, 2 * ow * c, n, 0);
        System.arraycopy(p, 0, out.floats(), at + 2 * y * n, n);
        System.arraycopy(q, 0, out.floats(), at + (2 * y + 1) * n, n);
      }
      Arrays.fill(out.floats(), at + 2 * oh * n, at + height * n, 0);
    }
  }

  /// One row of positions; copies are used if a vector would reach beyond an array.
  private static void route(
      float[] a, int top, int n, float[] g, int go, float[] p, float[] q, int c, int ow) {
    boolean fits =
        PoolRows.fits(a, top + n + (2 * ow - 1) * c, c) && PoolRows.fits(g, go + (ow - 1) * c, c);
    if (fits) {
      PoolRows.route(a, top, top + n, g, go, p, q, c, ow);
      return;
    }
    int slopes = 2 * n + L;
    float[] copy = Scratch.floats(Slots.THIRD, slopes + ow * c + L);
    System.arraycopy(a, top, copy, 0, 2 * n);
    System.arraycopy(g, go, copy, slopes, ow * c);
    PoolRows.route(copy, 0, n, copy, slopes, p, q, c, ow);
  }
}
