package dev.tutti.engine.reference;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Fn;
import dev.tutti.engine.Parallel;

/// Elementwise primitives: `out[i] = fn(a[i], b[i], c[i])` over the broadcast index space.
///
/// float32 operands of one shape that start their arrays take [FloatLoops], which C2 vectorises;
/// everything else goes element by element through [#apply], with the same bits.
final class Elementwise {
  private static final int TILE = 512;
  private static final int GRAIN = 1 << 16;

  private Elementwise() {}

  static Array run(Fn fn, Array[] in, Array out) {
    if (aligned(in, out)) {
      int n = out.shape().size();
      float[] o = out.floats();
      Parallel.ranges(
          n,
          GRAIN,
          (from, to) -> {
            switch (fn.arity()) {
              case 1 -> FloatLoops.unary(fn, in[0].floats(), o, from, to);
              case 2 -> FloatLoops.binary(fn, in[0].floats(), in[1].floats(), o, from, to);
              default ->
                  FloatLoops.where(in[0].floats(), in[1].floats(), in[2].floats(), o, from, to);
            }
          });
      return out;
    }
    if (fn.arity() == 2 && out.dtype() == DType.FLOAT32 && in[0].dtype() == DType.FLOAT32) {
      Strides.rowsOverBroadcast(
          out, in, (at, rowStep, rows, step, n) -> binary(fn, in, out, at, rowStep, rows, step, n));
      return out;
    }
    DType type = in[in.length - 1].dtype();
    Strides.overBroadcast(
        out,
        in,
        (at, step, n) -> {
          switch (type) {
            case FLOAT32 -> floats(fn, in, out, at, step, n);
            case FLOAT64 -> doubles(fn, in, out, at, step, n);
            case INT32 -> ints(fn, in, out, at, step, n);
          }
        });
    return out;
  }

  private static boolean aligned(Array[] in, Array out) {
    boolean aligned = out.dtype() == DType.FLOAT32;
    for (Array a : in) {
      aligned &= a.dtype() == DType.FLOAT32 && a.offset() == 0 && a.shape().equals(out.shape());
    }
    return aligned;
  }

  /// Runs of a binary function. If the second operand repeats a short run, like a bias over a
  /// batch, it is copied many times in a row for longer loops.
  private static void binary(
      Fn fn, Array[] in, Array out, int[] at, int[] rowStep, int rows, int[] step, int n) {
    float[] a = in[0].floats();
    float[] b = in[1].floats();
    float[] o = out.floats();
    boolean whole = rowStep[0] == n && rowStep[1] == n && step[1] == 1;
    if (whole && rowStep[2] == 0 && step[2] == 1 && rows > 1 && n <= TILE / 2) {
      float[] tile = new float[Math.min(rows, TILE / n) * n];
      for (int i = 0; i < tile.length; i += n) {
        System.arraycopy(b, at[2], tile, i, n);
      }
      for (int i = 0; i < rows * n; i += tile.length) {
        int count = Math.min(tile.length, rows * n - i);
        FloatLoops.stridedBinary(fn, a, at[1] + i, 1, tile, 0, 1, o, at[0] + i, count);
      }
      return;
    }
    for (int r = 0; r < rows; r++) {
      FloatLoops.stridedBinary(
          fn,
          a,
          at[1] + r * rowStep[1],
          step[1],
          b,
          at[2] + r * rowStep[2],
          step[2],
          o,
          at[0] + r * rowStep[0],
          n);
    }
  }

  private static void floats(Fn fn, Array[] in, Array out, int[] at, int[] step, int n) {
    float[] o = out.floats();
    if (fn == Fn.WHERE) {
      float[] x = in[1].floats();
      float[] y = in[2].floats();
      if (in[0].dtype() == DType.FLOAT32) {
        float[] mask = in[0].floats();
        FloatLoops.stridedWhere(
            mask, at[1], step[1], x, at[2], step[2], y, at[3], step[3], o, at[0], n);
        return;
      }
      for (int i = 0; i < n; i++) {
        boolean first = at(in[0], at[1] + i * step[1]) != 0;
        o[at[0] + i] = first ? x[at[2] + i * step[2]] : y[at[3] + i * step[3]];
      }
      return;
    }
    FloatLoops.stridedUnary(fn, in[0].floats(), at[1], step[1], o, at[0], n);
  }

  private static void doubles(Fn fn, Array[] in, Array out, int[] at, int[] step, int n) {
    double[] o = out.doubles();
    for (int i = 0; i < n; i++) {
      double a = at(in[0], at[1] + i * step[1]);
      double b = in.length > 1 ? at(in[1], at[2] + i * step[2]) : 0;
      double c = in.length > 2 ? at(in[2], at[3] + i * step[3]) : 0;
      o[at[0] + i] = apply(fn, a, b, c);
    }
  }

  private static void ints(Fn fn, Array[] in, Array out, int[] at, int[] step, int n) {
    for (int i = 0; i < n; i++) {
      double mask = fn == Fn.WHERE ? at(in[0], at[1] + i * step[1]) : 0;
      int first = fn == Fn.WHERE ? 1 : 0;
      int a = in[first].ints()[at[first + 1] + i * step[first + 1]];
      int second = in.length - 1;
      int b = in[second].ints()[at[second + 1] + i * step[second + 1]];
      if (fn.isMask()) {
        out.floats()[at[0] + i] = (float) apply(fn, a, b, 0);
      } else {
        out.ints()[at[0] + i] = fn == Fn.WHERE ? (mask != 0 ? a : b) : apply(fn, a, b);
      }
    }
  }

  private static double at(Array a, int i) {
    return switch (a.dtype()) {
      case FLOAT32 -> a.floats()[i];
      case FLOAT64 -> a.doubles()[i];
      case INT32 -> a.ints()[i];
    };
  }

  private static int apply(Fn fn, int a, int b) {
    return switch (fn) {
      case NEG -> -a;
      case ABS -> Math.abs(a);
      case SIGN -> Integer.signum(a);
      case RELU -> Math.max(a, 0);
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> {
        if (b == 0) {
          throw new dev.tutti.engine.ShapeError("div: an int32 divisor is 0");
        }
        yield a / b;
      }
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
      default -> throw new IllegalStateException(fn + " has no int32 kernel");
    };
  }

  /// The meaning of each function in double.
  static double apply(Fn fn, double a, double b, double c) {
    return switch (fn) {
      case NEG -> -a;
      case ABS -> Math.abs(a);
      case SIGN -> Math.signum(a);
      case FLOOR -> Math.floor(a);
      case EXP -> StrictMath.exp(a);
      case LOG -> StrictMath.log(a);
      case LOG1P -> StrictMath.log1p(a);
      case EXPM1 -> StrictMath.expm1(a);
      case SQRT -> Math.sqrt(a);
      case RSQRT -> 1 / Math.sqrt(a);
      case SIN -> StrictMath.sin(a);
      case COS -> StrictMath.cos(a);
      case TANH -> StrictMath.tanh(a);
      case SIGMOID -> DoubleMath.sigmoid(a);
      case ERF -> DoubleMath.erf(a);
      case RELU -> Math.max(a, 0);
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
      case POW -> StrictMath.pow(a, b);
      case LT -> a < b ? 1 : 0;
      case LE -> a <= b ? 1 : 0;
      case EQ -> a == b ? 1 : 0;
      case WHERE -> a != 0 ? b : c;
    };
  }
}
