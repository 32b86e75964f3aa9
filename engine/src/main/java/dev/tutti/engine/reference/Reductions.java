package dev.tutti.engine.reference;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Reduce;
import dev.tutti.engine.Shape;

/// Sums, maxima and scans. The order of additions is a function of the suffix's shape alone, so
/// that a batch axis, a member axis or a thread changes no bit.
final class Reductions {
  /// This many rows are added one after another; the sums of such chains pairwise.
  private static final int CHAIN = 16;

  /// A contiguous run is summed as rows of this many elements.
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

  /// {@return the sum of a contiguous run}: that of its rows of 16 elements, folded 8, 4, 2, 1. A
  /// last row that is shorter is filled up with zeros.
  static float sum(float[] a, int at, int n) {
    float[] chains = new float[Math.max(1, Math.ceilDiv(n, CHAIN * LANES)) * LANES];
    for (int i = 0; i < n; i += LANES) {
      addRow(a, at + i, Math.min(LANES, n - i), chains, i / (CHAIN * LANES) * LANES);
    }
    addPairs(chains, LANES);
    for (int half = LANES / 2; half > 0; half /= 2) {
      addRow(chains, half, half, chains, 0);
    }
    return chains[0];
  }

  /// to[start .. start + inner) = the sum of `rows` rows.
  private static void sumRows(float[] a, int at, int rows, int inner, float[] to, int start) {
    float[] chains = new float[Math.ceilDiv(rows, CHAIN) * inner];
    for (int r = 0; r < rows; r++) {
      addRow(a, at + r * inner, inner, chains, r / CHAIN * inner);
    }
    addPairs(chains, inner);
    System.arraycopy(chains, 0, to, start, inner);
  }

  /// Adds rows of `width` pairwise: neighbours, then neighbours of their sums, until the first row
  /// is the sum. A last row without a neighbour is kept for the next round.
  private static void addPairs(float[] rows, int width) {
    for (int step = width; step < rows.length; step *= 2) {
      for (int r = 0; r + step < rows.length; r += 2 * step) {
        addRow(rows, r + step, width, rows, r);
      }
    }
  }

  private static void addRow(float[] a, int at, int n, float[] to, int start) {
    for (int i = 0; i < n; i++) {
      to[start + i] += a[at + i];
    }
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

  /// The running sum. In float32 it is kept in two parts, `sum` and the `rest` that does not fit:
  /// what the addition of an element rounds away is found exactly (Knuth's two-sum) and joins them.
  private static void cumulate(Array x, int at, int step, int n, Array out, int to) {
    switch (x.dtype()) {
      case FLOAT32 -> {
        float sum = 0;
        float rest = 0;
        for (int j = 0; j < n; j++) {
          float v = x.floats()[at + j * step];
          float next = sum + v;
          float taken = next - sum;
          float lost = (sum - (next - taken)) + (v - taken) + rest;
          boolean finite = Float.isFinite(lost);
          sum = finite ? next + lost : next;
          rest = finite ? lost - (sum - next) : 0;
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
