package dev.tutti.engine.reference;

import dev.tutti.engine.Array;
import dev.tutti.engine.Shape;

/// Walks several strided operands over one index space, run by run along the innermost axis.
public final class Strides {
  private Strides() {}

  /// Several runs along the innermost axis: run `r` of operand `i` starts at `at[i] + r ·
  /// rowStep[i]` and advances by `step[i]` for `n` elements.
  @FunctionalInterface
  public interface Rows {
    void run(int[] at, int[] rowStep, int rows, int[] step, int n);
  }

  /// One run: operand `i` starts at `at[i]` and advances by `step[i]` for `n` elements.
  @FunctionalInterface
  public interface Run {
    void run(int[] at, int[] step, int n);
  }

  /// {@return the strides of a contiguous tensor of this shape}
  public static int[] contiguous(Shape shape) {
    int[] strides = new int[shape.rank()];
    int stride = 1;
    for (int d = strides.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= shape.dim(d);
    }
    return strides;
  }

  /// {@return strides over the axes of `to` of a contiguous tensor of shape `from`, 0 for axes that
  /// repeat}
  public static int[] broadcast(Shape from, Shape to) {
    int[] own = contiguous(from);
    int[] strides = new int[to.rank()];
    int missing = to.rank() - from.rank();
    for (int d = missing; d < to.rank(); d++) {
      strides[d] = from.dim(d - missing) == 1 ? 0 : own[d - missing];
    }
    return strides;
  }

  /// Runs `body` over the output's elements; operand 0 is the output, operand `i + 1` is input `i`.
  public static void overBroadcast(Array out, Array[] in, Run body) {
    rowsOverBroadcast(out, in, byRow(body));
  }

  /// Likewise, the two innermost axes at a time.
  public static void rowsOverBroadcast(Array out, Array[] in, Rows body) {
    int[][] strides = new int[in.length + 1][];
    int[] at = new int[in.length + 1];
    strides[0] = contiguous(out.shape());
    for (int i = 0; i < in.length; i++) {
      strides[i + 1] = broadcast(in[i].shape(), out.shape());
      at[i + 1] = in[i].offset();
    }
    rowsOver(out.shape().dims(), strides, at, body);
  }

  private static Rows byRow(Run body) {
    return (at, rowStep, rows, step, n) -> {
      int[] here = at.clone();
      for (int r = 0; r < rows; r++) {
        body.run(here, step, n);
        for (int i = 0; i < here.length; i++) {
          here[i] += rowStep[i];
        }
      }
    };
  }

  /// Runs `body` over an index space of the given sizes, neighbouring axes joined if all operands
  /// allow it.
  public static void over(int[] dims, int[][] strides, int[] at, Run body) {
    rowsOver(dims, strides, at, byRow(body));
  }

  private static void rowsOver(int[] dims, int[][] strides, int[] at, Rows body) {
    int operands = at.length;
    int rank = 0;
    int[] size = new int[dims.length];
    int[][] step = new int[operands][dims.length];
    for (int d = 0; d < dims.length; d++) {
      if (dims[d] == 0) {
        return;
      }
      if (dims[d] == 1) {
        continue;
      }
      boolean joins = rank > 0;
      for (int i = 0; joins && i < operands; i++) {
        joins = step[i][rank - 1] == strides[i][d] * dims[d];
      }
      int target = joins ? rank - 1 : rank++;
      size[target] = joins ? size[target] * dims[d] : dims[d];
      for (int i = 0; i < operands; i++) {
        step[i][target] = strides[i][d];
      }
    }
    int inner = rank == 0 ? 1 : size[rank - 1];
    int rows = rank < 2 ? 1 : size[rank - 2];
    int[] innerStep = new int[operands];
    int[] rowStep = new int[operands];
    for (int i = 0; i < operands; i++) {
      innerStep[i] = rank == 0 ? 1 : step[i][rank - 1];
      rowStep[i] = rank < 2 ? 0 : step[i][rank - 2];
    }
    int[] index = new int[Math.max(rank, 1)];
    int[] here = at.clone();
    while (true) {
      body.run(here, rowStep, rows, innerStep, inner);
      int d = rank - 3;
      while (d >= 0) {
        for (int i = 0; i < operands; i++) {
          here[i] += step[i][d];
        }
        if (++index[d] < size[d]) {
          break;
        }
        for (int i = 0; i < operands; i++) {
          here[i] -= step[i][d] * size[d];
        }
        index[d--] = 0;
      }
      if (d < 0) {
        return;
      }
    }
  }
}
