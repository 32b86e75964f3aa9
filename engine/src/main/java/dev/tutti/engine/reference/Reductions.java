package dev.tutti.engine.reference;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Reduce;
import dev.tutti.engine.Shape;
import java.util.Arrays;

/// Sums, maxima and scans. The order of additions is a function of the suffix's shape alone, so
/// that a batch axis, a member axis or a thread changes no bit.
final class Reductions {
  /// A contiguous run is summed in blocks of this many elements.
  static final int BLOCK = 1024;

  /// Rows are summed in blocks of this many.
  static final int ROWS = 64;

  private static final int LANES = 16;

  private Reductions() {}

  static Array run(Reduce r, Array[] in, Array out) {
    Array x = in[0];
    if (r.kind() != Reduce.Kind.SUM) {
      alongOne(r, x, out);
    } else if (x.dtype() == DType.FLOAT32) {
      sumFloats(r, x, out);
    } else {
      sumInOrder(r, x, out);
    }
    return out;
  }

  /// Sums the reduced groups of neighbouring axes one after another, from the right: each step sees
  /// `[outer, rows, inner]` and leaves `[outer, inner]`.
  private static void sumFloats(Reduce r, Array x, Array out) {
    int size = x.shape().size();
    if (size == 0) {
      return;
    }
    int rank = x.shape().rank();
    float[] from = x.floats();
    int offset = x.offset();
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
        size /= rows;
        float[] to = new float[size];
        for (int o = 0; o < size / inner; o++) {
          if (inner == 1) {
            to[o] = sum(from, offset + o * rows, rows);
          } else {
            sumRows(from, offset + o * rows * inner, rows, inner, to, o * inner);
          }
        }
        from = to;
        offset = 0;
      }
    }
    System.arraycopy(from, offset, out.floats(), 0, size);
  }

  /// {@return the sum of a contiguous run}: block by block, in each 16 accumulators that take every
  /// 16th element and are folded 8, 4, 2, 1.
  static float sum(float[] a, int at, int n) {
    float total = 0;
    float[] lanes = new float[LANES];
    for (int from = 0; from < n; from += BLOCK) {
      int count = Math.min(BLOCK, n - from);
      int whole = count - count % LANES;
      Arrays.fill(lanes, 0);
      for (int i = 0; i < whole; i += LANES) {
        for (int l = 0; l < LANES; l++) {
          lanes[l] += a[at + from + i + l];
        }
      }
      for (int i = whole; i < count; i++) {
        lanes[i - whole] += a[at + from + i];
      }
      total += fold(lanes);
    }
    return total;
  }

  private static float fold(float[] lanes) {
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int l = 0; l < half; l++) {
        lanes[l] += lanes[l + half];
      }
    }
    return lanes[0];
  }

  /// to[to .. to + inner) = the sum of `rows` rows, in blocks of 64 rows.
  private static void sumRows(float[] a, int at, int rows, int inner, float[] to, int start) {
    float[] total = new float[inner];
    float[] block = new float[inner];
    for (int r = 0; r < rows; r++) {
      int row = at + r * inner;
      for (int i = 0; i < inner; i++) {
        block[i] += a[row + i];
      }
      if (r % ROWS == ROWS - 1 || r == rows - 1) {
        for (int i = 0; i < inner; i++) {
          total[i] += block[i];
          block[i] = 0;
        }
      }
    }
    System.arraycopy(total, 0, to, start, inner);
  }

  /// float64 and int32: every element added in row-major order to its place.
  private static void sumInOrder(Reduce r, Array x, Array out) {
    Shape kept = new Reduce(Reduce.Kind.SUM, r.axes(), true).shape(x.shape());
    int[][] strides = {Strides.contiguous(x.shape()), Strides.broadcast(kept, x.shape())};
    Strides.over(
        x.shape().dims(),
        strides,
        new int[] {x.offset(), 0},
        (at, step, n) -> {
          for (int i = 0; i < n; i++) {
            int from = at[0] + i * step[0];
            int to = at[1] + i * step[1];
            if (x.dtype() == DType.FLOAT64) {
              out.doubles()[to] += x.doubles()[from];
            } else {
              out.ints()[to] += x.ints()[from];
            }
          }
        });
  }

  /// Maximum, its index, and running sum along one axis of `[outer, n, inner]`.
  private static void alongOne(Reduce r, Array x, Array out) {
    int axis = r.axes().get(0);
    int n = x.shape().dim(-axis);
    int inner = x.shape().suffix(axis).size() / Math.max(1, n);
    int outer = x.shape().leads(axis).size();
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < inner; i++) {
        int at = x.offset() + o * n * inner + i;
        switch (r.kind()) {
          case CUMSUM -> cumulate(x, at, inner, n, out, o * n * inner + i);
          case ARGMAX -> out.ints()[o * inner + i] = argmax(x, at, inner, n);
          default -> copy(x, at + argmax(x, at, inner, n) * inner, out, o * inner + i);
        }
      }
    }
  }

  /// {@return the index of the first largest element; a NaN is larger than everything}
  private static int argmax(Array x, int at, int step, int n) {
    int best = 0;
    if (x.dtype() == DType.FLOAT32) {
      float[] a = x.floats();
      for (int j = 1; j < n; j++) {
        float v = a[at + j * step];
        float top = a[at + best * step];
        best = v > top || v != v && top == top ? j : best;
      }
      return best;
    }
    for (int j = 1; j < n; j++) {
      double v = x.element(at - x.offset() + j * step);
      double top = x.element(at - x.offset() + best * step);
      best = v > top || v != v && top == top ? j : best;
    }
    return best;
  }

  private static void copy(Array x, int from, Array out, int to) {
    System.arraycopy(x.storage(), from, out.storage(), to, 1);
  }

  private static void cumulate(Array x, int at, int step, int n, Array out, int to) {
    switch (x.dtype()) {
      case FLOAT32 -> {
        float sum = 0;
        for (int j = 0; j < n; j++) {
          sum += x.floats()[at + j * step];
          out.floats()[to + j * step] = sum;
        }
      }
      case FLOAT64 -> {
        double sum = 0;
        for (int j = 0; j < n; j++) {
          sum += x.doubles()[at + j * step];
          out.doubles()[to + j * step] = sum;
        }
      }
      case INT32 -> {
        int sum = 0;
        for (int j = 0; j < n; j++) {
          sum += x.ints()[at + j * step];
          out.ints()[to + j * step] = sum;
        }
      }
    }
  }
}
