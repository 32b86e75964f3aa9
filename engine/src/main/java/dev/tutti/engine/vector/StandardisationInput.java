package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.NormalizeInput;
import dev.tutti.engine.Parallel;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// `NORMALIZE_INPUT` over the last axes, with the operations and the order of its decomposition.
///
/// Loop nest: for every few rows, which stay in cache, those of [Standardisation] to the
/// standardised rows; their products with the cotangents; the sums of both, four rows at a time;
/// the last pass.
final class StandardisationInput {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  private StandardisationInput() {}

  /// {@return whether [#run] computes this: one cotangent per input, float32, over the last axes of
  /// more than one element}
  static boolean takes(NormalizeInput p, Array[] in) {
    return in[0].shape().equals(in[1].shape())
        && Standardisation.takes(p.axes(), in[0])
        && Standardisation.first(p.axes()) == 1;
  }

  static Array run(NormalizeInput p, Array[] in, Array out) {
    int n = Standardisation.rows(p.axes(), out.shape());
    float eps = (float) p.eps();
    int size = out.shape().size();
    if (size < 2 * Standardisation.GRAIN) {
      rows(in, 0, size / n, n, eps, out.floats());
    } else {
      Parallel.ranges(
          size / n,
          Math.max(1, Standardisation.GRAIN / n),
          (from, to) -> rows(in, from, to, n, eps, out.floats()));
    }
    return out;
  }

  private static void rows(Array[] in, int first, int end, int n, float eps, float[] o) {
    float[] x = in[0].floats();
    float[] g = in[1].floats();
    float mean = (float) (1.0 / n);
    int most = Math.max(1, Standardisation.TILE / n);
    float[] scales = Scratch.floats(Slots.FIRST, 3 * most);
    float[] products = Scratch.floats(Slots.SECOND, most * n);
    for (int r = first; r < end; r += most) {
      int count = Math.min(most, end - r);
      int xo = in[0].offset() + r * n;
      int go = in[1].offset() + r * n;
      Standardisation.rows(x, xo, n, count, eps, o, r * n, scales);
      product(g, go, o, r * n, products, count * n);
      Sums.runs(null, 0, g, go, n, count, scales, most);
      Sums.runs(null, 0, products, 0, n, count, scales, 2 * most);
      for (int i = 0; i < count; i++) {
        float shift = scales[most + i] * mean;
        float slope = scales[2 * most + i] * mean;
        last(g, go + i * n, shift, slope, scales[i], o, (r + i) * n, n);
      }
    }
  }

  private static void product(float[] a, int ao, float[] b, int bo, float[] o, int n) {
    BinaryLoops.mul(a, ao, b, bo, o, 0, n & -L);
    for (int i = n & -L; i < n; i++) {
      o[i] = a[ao + i] * b[bo + i];
    }
  }

  /// `y[yo + i] = (g[go + i] - shift - y[yo + i] * slope) * scale` for `0 <= i < n`.
  private static void last(
      float[] g, int go, float shift, float slope, float scale, float[] y, int yo, int n) {
    int i = 0;
    for (; i < (n & -L); i += L) {
      FloatVector.fromArray(F, g, go + i)
          .sub(shift)
          .sub(FloatVector.fromArray(F, y, yo + i).mul(slope))
          .mul(scale)
          .intoArray(y, yo + i);
    }
    for (; i < n; i++) {
      y[yo + i] = (g[go + i] - shift - y[yo + i] * slope) * scale;
    }
  }
}
