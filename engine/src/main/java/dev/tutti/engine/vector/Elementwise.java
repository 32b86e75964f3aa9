package dev.tutti.engine.vector;

import dev.tutti.engine.ActivationInput;
import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Fn;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.reference.Strides;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Elementwise primitives in float32, with any broadcasting; comparisons of int32 go to [IntMasks].
///
/// Loop nest: for every pair of the two innermost joined axes (`rows × n`), for every chunk of
/// whole rows or piece of a long row, one run of the function's loop. An operand that does not
/// advance with the run (a scalar, one row for many rows, one column for many columns) is first
/// expanded into a tile of a few KB, so that the loops see contiguous operands only; a tile is
/// refilled only if its values change.
final class Elementwise {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  /// The elements of a tile: three of them and the output's chunk fit the first cache.
  private static final int TILE = 2048;

  /// The fewest elements of a task for light and for heavy functions.
  private static final int LIGHT = 1 << 18;

  private static final int HEAVY = 1 << 16;

  private Elementwise() {}

  /// {@return whether [#run] computes this; float64, int32 arithmetic and StrictMath's functions
  /// are left to the reference backend}
  static boolean takes(Fn fn, Array[] in) {
    if (fn == Fn.WHERE) {
      return in[0].dtype() != DType.FLOAT64
          && in[1].dtype() == DType.FLOAT32
          && in[2].dtype() == DType.FLOAT32;
    }
    return in[0].dtype() == DType.FLOAT32 ? Runs.has(fn) : IntMasks.takes(fn, in);
  }

  /// `out = fn(in…)`; float32 outputs only, see [#takes].
  static Array run(Fn fn, Array[] in, Array out) {
    if (IntMasks.takes(fn, in)) {
      IntMasks.run(fn, in, out);
    } else if (!aligned(in, out)) {
      Strides.rowsOverBroadcast(
          out, in, (at, rowStep, rows, step, n) -> block(fn, in, out, at, rowStep, rows, step, n));
    } else if (in.length == 1) {
      unary(fn, in[0], out);
    } else {
      int n = out.shape().size();
      int grain = Runs.heavy(fn) ? HEAVY : LIGHT;
      if (n < 2 * grain) {
        piece(fn, in, out, 0, n);
      } else {
        Parallel.ranges(n, grain, (from, to) -> piece(fn, in, out, from, to));
      }
    }
    return out;
  }

  /// GELU by erf, in float32.
  static Array gelu(Array[] in, Array out) {
    return gelu(false, in[0], out);
  }

  /// GELU by tanh, with the operations of its decomposition, in float32.
  static Array geluByTanh(Array[] in, Array out) {
    return gelu(true, in[0], out);
  }

  private static Array gelu(boolean tanh, Array x, Array out) {
    int n = out.shape().size();
    float[] a = x.floats();
    int at = x.offset();
    float[] o = out.floats();
    if (n < 2 * HEAVY) {
      Runs.gelu(tanh, a, at, o, 0, n);
    } else {
      Parallel.ranges(n, HEAVY, (from, to) -> Runs.gelu(tanh, a, at + from, o, from, to - from));
    }
    return out;
  }

  static Array activationInput(ActivationInput p, Array[] in, Array out) {
    int n = out.shape().size();
    if (!aligned(in, out)) {
      Strides.overBroadcast(out, in, (at, step, count) -> run(p, in, out, at, step, count));
      return out;
    }
    int grain = p == ActivationInput.GELU ? HEAVY : LIGHT;
    if (n < 2 * grain) {
      piece(p, in, out, 0, n);
    } else {
      Parallel.ranges(n, grain, (from, to) -> piece(p, in, out, from, to));
    }
    return out;
  }

  private static void piece(ActivationInput p, Array[] in, Array out, int from, int to) {
    Runs.activationInput(
        p,
        in[0].floats(),
        in[0].offset() + from,
        in[1].floats(),
        in[1].offset() + from,
        out.floats(),
        from,
        to - from);
  }

  /// One run; an operand that does not advance with it is expanded chunk by chunk.
  private static void run(ActivationInput p, Array[] in, Array out, int[] at, int[] step, int n) {
    float[] tile = Scratch.floats(Slots.THIRD, 2 * TILE);
    for (int i = 0; i < n; i += TILE) {
      int count = Math.min(TILE, n - i);
      float[][] operands = new float[2][];
      int[] from = new int[2];
      for (int k = 0; k < 2; k++) {
        boolean advances = step[k + 1] == 1;
        operands[k] = advances ? in[k].floats() : tile;
        from[k] = advances ? at[k + 1] + i : k * TILE;
        if (!advances) {
          float value = in[k].floats()[at[k + 1]];
          Arrays.fill(tile, k * TILE, k * TILE + count, value);
        }
      }
      Runs.activationInput(
          p, operands[0], from[0], operands[1], from[1], out.floats(), at[0] + i, count);
    }
  }

  private static boolean aligned(Array[] in, Array out) {
    for (Array a : in) {
      if (a.dtype() != DType.FLOAT32 || !a.shape().equals(out.shape())) {
        return false;
      }
    }
    return true;
  }

  private static void unary(Fn fn, Array x, Array out) {
    int n = out.shape().size();
    int grain = Runs.heavy(fn) ? HEAVY : LIGHT;
    float[] a = x.floats();
    float[] o = out.floats();
    if (n < 2 * grain) {
      Runs.unary(fn, a, x.offset(), o, 0, n);
      return;
    }
    Parallel.ranges(
        n, grain, (from, to) -> Runs.unary(fn, a, x.offset() + from, o, from, to - from));
  }

  /// Elements `from … to − 1` of operands of the output's shape.
  private static void piece(Fn fn, Array[] in, Array out, int from, int to) {
    apply(
        fn,
        in[0].floats(),
        in[0].offset() + from,
        in[1].floats(),
        in[1].offset() + from,
        in[in.length - 1].floats(),
        in[in.length - 1].offset() + from,
        out.floats(),
        from,
        to - from);
  }

  private static void apply(
      Fn fn, float[] a, int ao, float[] b, int bo, float[] c, int co, float[] o, int oo, int n) {
    if (fn == Fn.WHERE) {
      Runs.where(a, ao, b, bo, c, co, o, oo, n);
    } else if (fn.arity() == 1) {
      Runs.unary(fn, a, ao, o, oo, n);
    } else {
      Runs.binary(fn, a, ao, b, bo, o, oo, n);
    }
  }

  /// `rows × n` elements, cut into tasks along the longer side.
  private static void block(
      Fn fn, Array[] in, Array out, int[] at, int[] rowStep, int rows, int[] step, int n) {
    int grain = Runs.heavy(fn) ? HEAVY : LIGHT;
    if ((long) rows * n < 2L * grain) {
      chunks(fn, in, out, at, rowStep, rows, step, n);
      return;
    }
    boolean byRow = rows >= n;
    Parallel.ranges(
        byRow ? rows : n,
        Math.max(1, grain / (byRow ? n : rows)),
        (from, to) -> {
          int[] here = at.clone();
          for (int i = 0; i < here.length; i++) {
            here[i] += from * (byRow ? rowStep[i] : step[i]);
          }
          chunks(fn, in, out, here, rowStep, byRow ? to - from : rows, step, byRow ? n : to - from);
        });
  }

  private static void chunks(
      Fn fn, Array[] in, Array out, int[] at, int[] rowStep, int rows, int[] step, int n) {
    boolean wholeRows = n <= TILE / 2 && rowStep[0] == n;
    if (!wholeRows) {
      for (int r = 0; r < rows; r++) {
        pieces(fn, in, out, at, rowStep, r, step, n);
      }
      return;
    }
    int most = Math.min(rows, TILE / n);
    int operands = in.length;
    float[][] from = new float[3][];
    int[] start = new int[3];
    int[] advance = new int[3];
    for (int i = 0; i < operands; i++) {
      boolean floats = in[i].dtype() == DType.FLOAT32;
      boolean whole = step[i + 1] == 1 && rowStep[i + 1] == n || rows == 1 && step[i + 1] == 1;
      if (floats && whole) {
        from[i] = in[i].floats();
        start[i] = at[i + 1];
        advance[i] = n;
        continue;
      }
      from[i] = Scratch.floats(Slots.FIRST + i, TILE + L);
      advance[i] = -1;
      if (rowStep[i + 1] == 0) {
        advance[i] = 0;
        lay(in[i], at[i + 1], 0, most, step[i + 1], n, from[i]);
      }
    }
    int last = operands - 1;
    int second = Math.min(1, last);
    for (int r = 0; r < rows; r += most) {
      int count = Math.min(most, rows - r);
      for (int i = 0; i < operands; i++) {
        if (advance[i] < 0) {
          lay(
              in[i],
              at[i + 1] + r * rowStep[i + 1],
              rowStep[i + 1],
              count,
              step[i + 1],
              n,
              from[i]);
        }
      }
      apply(
          fn,
          from[0],
          start[0] + r * Math.max(0, advance[0]),
          from[second],
          start[second] + r * Math.max(0, advance[second]),
          from[last],
          start[last] + r * Math.max(0, advance[last]),
          out.floats(),
          at[0] + r * n,
          count * n);
    }
  }

  /// One long row, a tile's length at a time if an operand needs a tile.
  private static void pieces(
      Fn fn, Array[] in, Array out, int[] at, int[] rowStep, int r, int[] step, int n) {
    int operands = in.length;
    float[][] from = new float[3][];
    int[] start = new int[3];
    int[] advance = new int[3];
    boolean tiled = false;
    for (int i = 0; i < operands; i++) {
      start[i] = at[i + 1] + r * rowStep[i + 1];
      boolean floats = in[i].dtype() == DType.FLOAT32;
      if (floats && step[i + 1] == 1) {
        from[i] = in[i].floats();
        advance[i] = 1;
        continue;
      }
      tiled = true;
      from[i] = Scratch.floats(Slots.FIRST + i, TILE + L);
      if (step[i + 1] == 0) {
        lay(in[i], start[i], 0, 1, 0, Math.min(n, TILE), from[i]);
        start[i] = 0;
      } else {
        advance[i] = -1;
      }
    }
    int most = tiled ? TILE : n;
    int last = operands - 1;
    int second = Math.min(1, last);
    for (int c = 0; c < n; c += most) {
      int count = Math.min(most, n - c);
      for (int i = 0; i < operands; i++) {
        if (advance[i] < 0) {
          lay(in[i], at[i + 1] + r * rowStep[i + 1] + c, 0, 1, 1, count, from[i]);
          start[i] = 0;
        }
      }
      apply(
          fn,
          from[0],
          start[0] + c * Math.max(0, advance[0]),
          from[second],
          start[second] + c * Math.max(0, advance[second]),
          from[last],
          start[last] + c * Math.max(0, advance[last]),
          out.floats(),
          at[0] + r * rowStep[0] + c,
          count);
    }
  }

  /// Expands `rows × n` elements of an operand into a tile, ints as 0 or 1.
  private static void lay(Array x, int at, int rowStep, int rows, int step, int n, float[] tile) {
    if (x.dtype() == DType.INT32) {
      int[] ints = x.ints();
      for (int r = 0; r < rows; r++) {
        for (int i = 0; i < n; i++) {
          tile[r * n + i] = ints[at + r * rowStep + i * step] != 0 ? 1 : 0;
        }
      }
      return;
    }
    float[] floats = x.floats();
    if (step == 0 && rowStep == 0) {
      Arrays.fill(tile, 0, rows * n, floats[at]);
      return;
    }
    for (int r = 0; r < rows; r++) {
      if (step == 1) {
        System.arraycopy(floats, at + r * rowStep, tile, r * n, n);
      } else if (n > 2 * L) {
        Arrays.fill(tile, r * n, r * n + n, floats[at + r * rowStep]);
      } else {
        spread(floats, at, rowStep, rows, n, tile);
        return;
      }
    }
  }

  /// Short rows of one value each, by whole vectors: the next row overwrites the excess.
  private static void spread(float[] a, int at, int rowStep, int rows, int n, float[] tile) {
    for (int c = 0; c < n; c += L) {
      int column = Math.min(c, Math.max(0, n - L));
      for (int r = 0; r < rows; r++) {
        FloatVector.broadcast(F, a[at + r * rowStep]).intoArray(tile, r * n + column);
      }
    }
  }
}
