package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Fn;
import dev.tutti.engine.reference.Strides;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Comparisons of int32 as masks of 1 and 0.
///
/// Loop nest for a row compared with a column (the class numbers and every row's label): for every
/// row, for every vector of the row, one compare, one store, whose excess the next row overwrites.
/// Everything else runs element by element.
final class IntMasks {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final VectorSpecies<Integer> I = Lanes.INTS;
  private static final int L = Lanes.COUNT;

  private IntMasks() {}

  /// {@return whether [#run] computes this}
  static boolean takes(Fn fn, Array[] in) {
    return fn.isMask() && in[0].dtype() == DType.INT32;
  }

  static Array run(Fn fn, Array[] in, Array out) {
    Strides.rowsOverBroadcast(
        out, in, (at, rowStep, rows, step, n) -> block(fn, in, out, at, rowStep, rows, step, n));
    return out;
  }

  private static void block(
      Fn fn, Array[] in, Array out, int[] at, int[] rowStep, int rows, int[] step, int n) {
    int row = step[1] == 1 ? 0 : 1;
    int column = 1 - row;
    boolean crossed = step[row + 1] == 1 && rowStep[row + 1] == 0 && step[column + 1] == 0;
    int done = 0;
    if (fn == Fn.EQ && crossed && rowStep[0] == n) {
      int from = at[row + 1];
      int[] padded = Arrays.copyOfRange(in[row].ints(), from, from + (n + L - 1) / L * L);
      done = Math.max(0, (rows * n - padded.length) / n + 1);
      done = rows * n < padded.length ? 0 : done;
      equal(
          padded,
          in[column].ints(),
          at[column + 1],
          rowStep[column + 1],
          out.floats(),
          at[0],
          done,
          n);
    }
    for (int r = done; r < rows; r++) {
      compare(fn, in, out, at, rowStep, r, step, n);
    }
  }

  private static void equal(
      int[] row, int[] column, int at, int columnStep, float[] o, int oo, int rows, int n) {
    FloatVector zero = FloatVector.zero(F);
    for (int r = 0; r < rows; r++) {
      int value = column[at + r * columnStep];
      for (int i = 0; i < n; i += L) {
        VectorMask<Integer> same =
            IntVector.fromArray(I, row, i).compare(VectorOperators.EQ, value);
        zero.blend(1, same.cast(F)).intoArray(o, oo + r * n + i);
      }
    }
  }

  private static void compare(
      Fn fn, Array[] in, Array out, int[] at, int[] rowStep, int row, int[] step, int n) {
    int[] a = in[0].ints();
    int[] b = in[1].ints();
    float[] o = out.floats();
    int to = at[0] + row * rowStep[0];
    int first = at[1] + row * rowStep[1];
    int second = at[2] + row * rowStep[2];
    int firstStep = step[1];
    int secondStep = step[2];
    boolean less = fn != Fn.EQ;
    boolean equal = fn != Fn.LT;
    for (int i = 0; i < n; i++) {
      int x = a[first + i * firstStep];
      int y = b[second + i * secondStep];
      int bit = less & x < y | equal & x == y ? 1 : 0;
      o[to + i] = bit;
    }
  }
}
