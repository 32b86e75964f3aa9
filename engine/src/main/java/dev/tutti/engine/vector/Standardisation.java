package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Fn;
import dev.tutti.engine.Ints;
import dev.tutti.engine.Normalize;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Shape;
import java.util.Arrays;

/// `NORMALIZE` over neighbouring axes, with the operations and the order of its decomposition: `m =
/// Σx · (1/n)`, `c = x − m`, `v = Σc² · (1/n)`, `y = c · (1 / √(v + eps))`.
///
/// Loop nest over the last axes (layer normalisation): for every few rows, their sums, four at a
/// time; the differences; the sums of squares; the products. Loop nest over axes further left
/// (batch normalisation): the four passes over all rows, lanes along the columns.
final class Standardisation {
  /// The elements of the rows that one pass after another visits while they are in cache.
  static final int TILE = 4096;

  static final int GRAIN = 1 << 16;

  private Standardisation() {}

  /// {@return whether [#run] computes this: float32, neighbouring axes of more than one element}
  static boolean takes(Normalize p, Array[] in) {
    return takes(p.axes(), in[0]);
  }

  /// {@return whether these axes of `x`, float32, are neighbours of more than one element}
  static boolean takes(Ints axes, Array x) {
    if (x.dtype() != DType.FLOAT32 || axes.size() == 0 || x.shape().size() == 0) {
      return false;
    }
    return axes.max() - first(axes) + 1 == axes.size() && rows(axes, x.shape()) > 1;
  }

  /// {@return the rightmost axis, counted from the end}
  static int first(Ints axes) {
    return Arrays.stream(axes.toArray()).min().orElse(1);
  }

  static int rows(Ints axes, Shape s) {
    int rows = 1;
    for (int axis : axes.toArray()) {
      rows *= s.dim(-axis);
    }
    return rows;
  }

  static Array run(Normalize p, Array[] in, Array out) {
    Shape s = in[0].shape();
    int rows = rows(p.axes(), s);
    int inner = s.suffix(first(p.axes()) - 1).size();
    int outer = s.size() / rows / inner;
    float mean = (float) (1.0 / rows);
    float eps = (float) p.eps();
    if (inner > 1) {
      down(in[0], outer, rows, inner, mean, eps, out);
    } else if (s.size() < 2 * GRAIN) {
      along(in[0], 0, outer, rows, mean, eps, out);
    } else {
      Parallel.ranges(
          outer,
          Math.max(1, GRAIN / rows),
          (from, to) -> along(in[0], from, to, rows, mean, eps, out));
    }
    return out;
  }

  static float scale(float sum, float mean, float eps) {
    return 1 / (float) Math.sqrt(sum * mean + eps);
  }

  private static void along(Array x, int first, int end, int n, float mean, float eps, Array out) {
    float[] a = x.floats();
    float[] o = out.floats();
    int most = Math.max(1, TILE / n);
    float[] sums = Scratch.floats(Slots.FIRST, most);
    for (int r = first; r < end; r += most) {
      int count = Math.min(most, end - r);
      int at = x.offset() + r * n;
      Sums.runs(false, a, at, n, count, sums, 0);
      for (int i = 0; i < count; i++) {
        ScalarLoops.minus(a, at + i * n, sums[i] * mean, o, (r + i) * n, n);
      }
      Sums.runs(true, o, r * n, n, count, sums, 0);
      for (int i = 0; i < count; i++) {
        int to = (r + i) * n;
        ScalarLoops.times(o, to, scale(sums[i], mean, eps), o, to, n);
      }
    }
  }

  private static void down(
      Array x, int outer, int rows, int inner, float mean, float eps, Array out) {
    Shape whole = Shape.of(outer, rows, inner);
    Array row = Array.allocate(DType.FLOAT32, Shape.of(outer, 1, inner));
    float[] sums = row.floats();
    for (int o = 0; o < outer; o++) {
      Sums.down(false, x.floats(), x.offset() + o * rows * inner, rows, inner, sums, o * inner);
    }
    ScalarLoops.times(sums, 0, mean, sums, 0, sums.length);
    Elementwise.run(Fn.SUB, new Array[] {x.view(whole, 0), row}, out.view(whole, 0));
    for (int o = 0; o < outer; o++) {
      Sums.down(true, out.floats(), o * rows * inner, rows, inner, sums, o * inner);
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] = scale(sums[i], mean, eps);
    }
    int most = Math.min(rows, Math.max(1, TILE / inner));
    float[] tile = Scratch.floats(Slots.FIRST, most * inner);
    for (int o = 0; o < outer; o++) {
      for (int r = 0; r < most; r++) {
        System.arraycopy(sums, o * inner, tile, r * inner, inner);
      }
      for (int r = 0; r < rows; r += most) {
        int count = Math.min(most, rows - r);
        multiply(out.floats(), (o * rows + r) * inner, tile, count * inner);
      }
    }
  }

  /// o[oo + i] *= by[i] for `0 <= i < n`.
  private static void multiply(float[] o, int oo, float[] by, int n) {
    int whole = n & -Lanes.COUNT;
    BinaryLoops.mul(o, oo, by, 0, o, oo, whole);
    for (int i = whole; i < n; i++) {
      o[oo + i] *= by[i];
    }
  }
}
