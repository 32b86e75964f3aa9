package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Reduce;
import java.util.Arrays;

/// `SUM` over any axes and `MAX`, `ARGMAX` along one, in float32.
///
/// Loop nest of sums: for every group of neighbouring reduced axes, from the right, for every index
/// left of it, one of the loops of [Sums]. Loop nest of maxima: see [Maxima].
final class Reductions {
  /// The fewest elements of a task.
  private static final int GRAIN = 1 << 18;

  private Reductions() {}

  /// {@return whether [#run] computes this; int32, float64 and `CUMSUM` are left to the reference
  /// backend}
  static boolean takes(Reduce r, Array[] in) {
    return in[0].dtype() == DType.FLOAT32 && r.kind() != Reduce.Kind.CUMSUM;
  }

  static Array run(Reduce r, Array[] in, Array out) {
    if (r.kind() == Reduce.Kind.SUM) {
      sum(r, in[0], out.floats());
    } else {
      maximum(r, in[0], out);
    }
    return out;
  }

  private static void sum(Reduce r, Array x, float[] out) {
    int size = x.shape().size();
    if (size == 0) {
      Arrays.fill(out, 0);
      return;
    }
    int rank = x.shape().rank();
    int[] rowsOf = new int[rank];
    int[] innerOf = new int[rank];
    int groups = 0;
    int inner = 1;
    for (int d = rank - 1; d >= 0; d--) {
      int rows = x.shape().dim(d);
      if (!r.axes().contains(rank - d)) {
        inner *= rows;
        continue;
      }
      while (d > 0 && r.axes().contains(rank - d + 1)) {
        rows *= x.shape().dim(--d);
      }
      if (rows > 1) {
        rowsOf[groups] = rows;
        innerOf[groups++] = inner;
      }
    }
    float[] from = x.floats();
    int offset = x.offset();
    for (int g = 0; g < groups; g++) {
      size /= rowsOf[g];
      float[] to = g == groups - 1 ? out : new float[size];
      group(from, offset, rowsOf[g], innerOf[g], size / innerOf[g], to);
      from = to;
      offset = 0;
    }
    if (groups == 0) {
      System.arraycopy(from, offset, out, 0, size);
    }
  }

  /// Sums `[outer, rows, inner]` to `[outer, inner]`.
  private static void group(float[] a, int offset, int rows, int inner, int outer, float[] to) {
    long each = (long) rows * inner;
    if (outer * each < 2 * GRAIN || Parallel.inTask()) {
      part(a, offset, rows, inner, 0, outer, to);
      return;
    }
    int grain = (int) Math.max(1, GRAIN / each);
    Parallel.ranges(outer, grain, (first, end) -> part(a, offset, rows, inner, first, end, to));
  }

  private static void part(
      float[] a, int offset, int rows, int inner, int first, int end, float[] to) {
    if (inner == 1) {
      Sums.runs(null, 0, a, offset + first * rows, rows, end - first, to, first);
      return;
    }
    for (int o = first; o < end; o++) {
      Sums.down(null, a, offset + o * rows * inner, rows, inner, to, o * inner);
    }
  }

  private static void maximum(Reduce r, Array x, Array out) {
    int axis = r.axes().get(0);
    int n = x.shape().dim(-axis);
    int inner = 1;
    for (int d = 1; d < axis; d++) {
      inner *= x.shape().dim(-d);
    }
    int cells = out.shape().size();
    if (cells == 0) {
      return;
    }
    int outer = cells / inner;
    int columns = inner;
    int grain = Math.max(1, GRAIN / Math.max(1, n * inner));
    if ((long) n * cells < 2 * GRAIN) {
      Maxima.along(r.kind(), x.floats(), x.offset(), n, columns, 0, outer, out);
    } else {
      Parallel.ranges(
          outer,
          grain,
          (first, end) ->
              Maxima.along(r.kind(), x.floats(), x.offset(), n, columns, first, end, out));
    }
  }
}
