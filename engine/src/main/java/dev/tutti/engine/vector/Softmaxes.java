package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Softmax;
import dev.tutti.engine.reference.FloatMath;
import dev.tutti.engine.reference.Leads;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Softmax, log-sum-exp and cross-entropy over the last axis.
///
/// Loop nest for short rows: for every L rows, transposed so that lanes are rows, for every class:
/// the maximum; the difference from it; the exponential; the sum; the quotient. Loop nest for long
/// rows: for every row, the same passes along the row. Sums are those of a contiguous run: 16
/// accumulators (here 16 vectors of rows, there [Sums]) folded 8, 4, 2, 1.
///
/// A maximum here may ignore a NaN, since the exponentials make the row NaN in any case.
final class Softmaxes {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;
  private static final int SIXTEEN = 16;

  private static final int GRAIN = 1 << 16;

  private Softmaxes() {}

  /// {@return whether [#run] computes this}
  static boolean takes(Softmax p, Array[] in) {
    return in[0].dtype() == DType.FLOAT32;
  }

  /// Raises an error for a label that is not a class.
  static Array run(Softmax p, Array[] in, Array out) {
    int c = in[0].shape().dim(-1);
    if (p == Softmax.CROSS_ENTROPY) {
      checkLabels(in[1], c);
    }
    int rows = p == Softmax.SOFTMAX ? out.shape().size() / c : out.shape().size();
    boolean repeats =
        p == Softmax.CROSS_ENTROPY
            && (in[0].shape().size() != rows * c || in[1].shape().size() != rows);
    Leads leads = repeats ? Leads.of(p, in) : null;
    if ((long) rows * c < 2 * GRAIN) {
      part(p, in, leads, 0, rows, c, out.floats());
    } else {
      int grain = Math.max(1, GRAIN / c);
      Parallel.ranges(rows, grain, (first, end) -> part(p, in, leads, first, end, c, out.floats()));
    }
    return out;
  }

  private static void checkLabels(Array labels, int classes) {
    int[] label = labels.ints();
    for (int i = 0; i < labels.shape().size(); i++) {
      int y = label[labels.offset() + i];
      if (y < 0 || y >= classes) {
        throw new ShapeError(
            "cross_entropy: label " + y + " at position " + i + " is outside 0 … " + (classes - 1));
      }
    }
  }

  private static void part(
      Softmax p, Array[] in, Leads leads, int first, int end, int c, float[] o) {
    if (c > RowTransposes.LONGEST) {
      for (int r = first; r < end; r++) {
        row(p, in, leads, r, c, o);
      }
      return;
    }
    float[] t = Scratch.floats(Slots.FIRST, c * L);
    float[] sums = Scratch.floats(Slots.SECOND, SIXTEEN * L);
    float[] shift = Scratch.floats(Slots.THIRD, 2 * L);
    for (int r = first; r < end; r += L) {
      rows(p, in, leads, r, Math.min(L, end - r), c, o, t, sums, shift);
    }
  }

  private static int start(Array[] in, Leads leads, int i, int row, int size) {
    return leads == null ? in[i].offset() + row * size : leads.start(i, row);
  }

  /// Up to L rows; the lanes beyond `count` are left unchanged.
  private static void rows(
      Softmax p,
      Array[] in,
      Leads leads,
      int first,
      int count,
      int c,
      float[] o,
      float[] t,
      float[] sums,
      float[] shift) {
    float[] x = in[0].floats();
    if (leads == null && count == L) {
      RowTransposes.toLanes(x, start(in, leads, 0, first, c), c, t);
    } else {
      for (int r = 0; r < count; r++) {
        RowTransposes.toLane(x, start(in, leads, 0, first + r, c), c, t, r);
      }
    }
    shift(t, c, p != Softmax.SOFTMAX, shift);
    Polynomials.exp(t, 0, 0, t, 0, c * L);
    sum(t, c, sums);
    if (p == Softmax.SOFTMAX) {
      divide(t, c, sums);
      RowTransposes.toRows(t, c, o, first * c, count);
      return;
    }
    Polynomials.log(sums, 0, sums, 0, L);
    for (int r = 0; r < count; r++) {
      float logSum = sums[r];
      o[first + r] =
          p == Softmax.LOG_SUM_EXP
              ? logSum + shift[r]
              : logSum - (x[own(in, leads, first + r, c)] - shift[r]);
    }
  }

  /// {@return the place of the logit of a row's label}
  private static int own(Array[] in, Leads leads, int row, int c) {
    return start(in, leads, 0, row, c) + in[1].ints()[start(in, leads, 1, row, 1)];
  }

  /// Subtracts every lane's maximum, or 0 if that is infinite and `finite` is set.
  private static void shift(float[] t, int c, boolean finite, float[] shift) {
    FloatVector max = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < c * L; i += L) {
      FloatVector v = FloatVector.fromArray(F, t, i);
      max = max.blend(v, v.compare(VectorOperators.GT, max));
    }
    if (finite) {
      VectorMask<Float> infinite = max.abs().compare(VectorOperators.EQ, Float.POSITIVE_INFINITY);
      max = max.blend(0, infinite);
    }
    max.intoArray(shift, 0);
    subtract(t, c, shift);
  }

  private static void subtract(float[] t, int c, float[] shift) {
    FloatVector s = FloatVector.fromArray(F, shift, 0);
    for (int i = 0; i < c * L; i += L) {
      FloatVector.fromArray(F, t, i).sub(s).intoArray(t, i);
    }
  }

  /// `sums[0 … L − 1]` = every lane's sum over the classes; exponentials are never −0, so the
  /// accumulators may start at the first 16 of them.
  private static void sum(float[] t, int c, float[] sums) {
    int whole = Math.min(c, SIXTEEN) * L;
    System.arraycopy(t, 0, sums, 0, whole);
    Arrays.fill(sums, whole, SIXTEEN * L, 0);
    for (int from = SIXTEEN * L; from < c * L; from += SIXTEEN * L) {
      BinaryLoops.add(sums, 0, t, from, sums, 0, Math.min(SIXTEEN * L, c * L - from));
    }
    for (int half = SIXTEEN / 2 * L; half >= L; half /= 2) {
      BinaryLoops.add(sums, 0, sums, half, sums, 0, half);
    }
  }

  private static void divide(float[] t, int c, float[] sums) {
    FloatVector s = FloatVector.fromArray(F, sums, 0);
    for (int i = 0; i < c * L; i += L) {
      FloatVector.fromArray(F, t, i).div(s).intoArray(t, i);
    }
  }

  private static void row(Softmax p, Array[] in, Leads leads, int row, int c, float[] o) {
    float[] x = in[0].floats();
    int at = start(in, leads, 0, row, c);
    float[] e = Scratch.floats(Slots.FIRST, c + L);
    int whole = c & -L;
    float max = maximum(x, at, c);
    float shift = p != Softmax.SOFTMAX && Float.isInfinite(max) ? 0 : max;
    System.arraycopy(x, at + whole, e, whole, c - whole);
    Polynomials.exp(x, at, shift, e, 0, whole);
    Polynomials.exp(e, whole, shift, e, whole, L);
    float sum = Sums.run(e, 0, c);
    if (p == Softmax.SOFTMAX) {
      ScalarLoops.over(e, 0, sum, o, row * c, c);
      return;
    }
    float logSum = FloatMath.log(sum);
    o[row] =
        p == Softmax.LOG_SUM_EXP ? logSum + shift : logSum - (x[own(in, leads, row, c)] - shift);
  }

  private static float maximum(float[] x, int at, int n) {
    float[] lanes = Scratch.floats(Slots.PAD, L);
    lanes(x, at, n & -L, lanes);
    float max = Float.NEGATIVE_INFINITY;
    for (int l = 0; l < L; l++) {
      max = lanes[l] > max ? lanes[l] : max;
    }
    for (int i = n & -L; i < n; i++) {
      max = x[at + i] > max ? x[at + i] : max;
    }
    return max;
  }

  private static void lanes(float[] x, int at, int n, float[] lanes) {
    FloatVector max = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < n; i += L) {
      FloatVector v = FloatVector.fromArray(F, x, at + i);
      max = max.blend(v, v.compare(VectorOperators.GT, max));
    }
    max.intoArray(lanes, 0);
  }
}
