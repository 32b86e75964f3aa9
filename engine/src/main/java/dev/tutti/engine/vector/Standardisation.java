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
/// Σx · (1/n)`, or the first x if that is as near, `c = x − m`, `d = Σc · (1/n)`, `v = Σc² · (1/n)
/// − d²`, `y = (c − d) · (1 / √(v + eps))`.
///
/// Loop nest over the last axes (layer normalisation): for every few rows, their sums, four at a
/// time; the differences; their sums and sums of squares; the products. Loop nest over axes further
/// left (batch normalisation): the same passes over all rows, lanes along the columns.
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
      along(in[0], 0, outer, rows, eps, out);
    } else {
      Parallel.ranges(
          outer, Math.max(1, GRAIN / rows), (from, to) -> along(in[0], from, to, rows, eps, out));
    }
    return out;
  }

  /// Standardises `count` rows of `n` elements at x[xo], to y[yo]; working[i] is then the factor of
  /// row i.
  static void rows(
      float[] x, int xo, int n, int count, float eps, float[] y, int yo, float[] working) {
    float mean = (float) (1.0 / n);
    Sums.runs(false, x, xo, n, count, working, 0);
    for (int i = 0; i < count; i++) {
      int from = xo + i * n;
      ScalarLoops.minus(x, from, Centre.of(x[from], working[i] * mean), y, yo + i * n, n);
    }
    Sums.runs(true, y, yo, n, count, working, 0);
    Sums.runs(false, y, yo, n, count, working, count);
    for (int i = 0; i < count; i++) {
      float shift = working[count + i] * mean;
      working[i] = scale(Centre.variance(shift, working[i] * mean), eps);
      ScalarLoops.minusTimes(y, yo + i * n, shift, working[i], n);
    }
  }

  private static float scale(float variance, float eps) {
    return 1 / (float) Math.sqrt(variance + eps);
  }

  private static void along(Array x, int first, int end, int n, float eps, Array out) {
    int most = Math.max(1, TILE / n);
    float[] working = Scratch.floats(Slots.FIRST, 2 * most);
    for (int r = first; r < end; r += most) {
      int count = Math.min(most, end - r);
      rows(x.floats(), x.offset() + r * n, n, count, eps, out.floats(), r * n, working);
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
    for (int i = 0; i < sums.length; i++) {
      int first = x.offset() + i / inner * rows * inner + i % inner;
      sums[i] = Centre.of(x.floats()[first], sums[i] * mean);
    }
    Elementwise.run(Fn.SUB, new Array[] {x.view(whole, 0), row}, out.view(whole, 0));
    float[] shifts = new float[sums.length];
    for (int o = 0; o < outer; o++) {
      int from = o * rows * inner;
      Sums.down(false, out.floats(), from, rows, inner, shifts, o * inner);
      Sums.down(true, out.floats(), from, rows, inner, sums, o * inner);
    }
    for (int i = 0; i < sums.length; i++) {
      shifts[i] *= mean;
      sums[i] = scale(Centre.variance(shifts[i], sums[i] * mean), eps);
    }
    int most = Math.min(rows, Math.max(1, TILE / inner));
    float[] minus = Scratch.floats(Slots.FIRST, most * inner);
    float[] times = Scratch.floats(Slots.SECOND, most * inner);
    for (int o = 0; o < outer; o++) {
      for (int r = 0; r < most; r++) {
        System.arraycopy(shifts, o * inner, minus, r * inner, inner);
        System.arraycopy(sums, o * inner, times, r * inner, inner);
      }
      for (int r = 0; r < rows; r += most) {
        int count = Math.min(most, rows - r);
        ColumnLoops.standardise(out.floats(), (o * rows + r) * inner, minus, times, count * inner);
      }
    }
  }
}
