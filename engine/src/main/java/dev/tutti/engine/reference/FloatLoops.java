package dev.tutti.engine.reference;

import dev.tutti.engine.Fn;

/// The float32 loops of the elementwise primitives, one loop per function and operand layout.
///
/// Loops over whole arrays index every array by the loop variable alone, which is the form that C2
/// vectorises; strided operands repeat (step 0) or advance (step 1) element by element.
final class FloatLoops {
  private FloatLoops() {}

  /// `o[i] = fn(a[i])` for from ≤ i < to.
  static void unary(Fn fn, float[] a, float[] o, int from, int to) {
    switch (fn) {
      case NEG -> {
        for (int i = from; i < to; i++) {
          o[i] = -a[i];
        }
      }
      case ABS -> {
        for (int i = from; i < to; i++) {
          o[i] = Math.abs(a[i]);
        }
      }
      case SIGN -> {
        for (int i = from; i < to; i++) {
          o[i] = Math.signum(a[i]);
        }
      }
      case FLOOR -> {
        for (int i = from; i < to; i++) {
          o[i] = (float) Math.floor(a[i]);
        }
      }
      case EXP -> {
        for (int i = from; i < to; i++) {
          o[i] = FloatMath.exp(a[i]);
        }
      }
      case LOG -> {
        for (int i = from; i < to; i++) {
          o[i] = FloatMath.log(a[i]);
        }
      }
      case LOG1P -> {
        for (int i = from; i < to; i++) {
          o[i] = (float) StrictMath.log1p(a[i]);
        }
      }
      case EXPM1 -> {
        for (int i = from; i < to; i++) {
          o[i] = (float) StrictMath.expm1(a[i]);
        }
      }
      case SQRT -> {
        for (int i = from; i < to; i++) {
          o[i] = (float) Math.sqrt(a[i]);
        }
      }
      case RSQRT -> {
        for (int i = from; i < to; i++) {
          o[i] = 1 / (float) Math.sqrt(a[i]);
        }
      }
      case SIN -> {
        for (int i = from; i < to; i++) {
          o[i] = (float) StrictMath.sin(a[i]);
        }
      }
      case COS -> {
        for (int i = from; i < to; i++) {
          o[i] = (float) StrictMath.cos(a[i]);
        }
      }
      case TANH -> {
        for (int i = from; i < to; i++) {
          o[i] = FloatMath.tanh(a[i]);
        }
      }
      case SIGMOID -> {
        for (int i = from; i < to; i++) {
          o[i] = FloatMath.sigmoid(a[i]);
        }
      }
      case ERF -> {
        for (int i = from; i < to; i++) {
          o[i] = FloatMath.erf(a[i]);
        }
      }
      case RELU -> {
        for (int i = from; i < to; i++) {
          o[i] = Math.max(a[i], 0);
        }
      }
      default -> throw new IllegalArgumentException(fn + " does not take these operands");
    }
  }

  /// `o[i] = fn(a[i], b[i])` for from ≤ i < to.
  static void binary(Fn fn, float[] a, float[] b, float[] o, int from, int to) {
    switch (fn) {
      case ADD -> {
        for (int i = from; i < to; i++) {
          o[i] = a[i] + b[i];
        }
      }
      case SUB -> {
        for (int i = from; i < to; i++) {
          o[i] = a[i] - b[i];
        }
      }
      case MUL -> {
        for (int i = from; i < to; i++) {
          o[i] = a[i] * b[i];
        }
      }
      case DIV -> {
        for (int i = from; i < to; i++) {
          o[i] = a[i] / b[i];
        }
      }
      case MAX -> {
        for (int i = from; i < to; i++) {
          o[i] = Math.max(a[i], b[i]);
        }
      }
      case MIN -> {
        for (int i = from; i < to; i++) {
          o[i] = Math.min(a[i], b[i]);
        }
      }
      case POW -> {
        for (int i = from; i < to; i++) {
          o[i] = (float) StrictMath.pow(a[i], b[i]);
        }
      }
      case LT -> {
        for (int i = from; i < to; i++) {
          o[i] = mask(a[i] < b[i]);
        }
      }
      case LE -> {
        for (int i = from; i < to; i++) {
          o[i] = mask(a[i] <= b[i]);
        }
      }
      case EQ -> {
        for (int i = from; i < to; i++) {
          o[i] = mask(a[i] == b[i]);
        }
      }
      default -> throw new IllegalArgumentException(fn + " does not take these operands");
    }
  }

  /// `o[i] = mask[i] != 0 ? a[i] : b[i]` for from ≤ i < to.
  static void where(float[] mask, float[] a, float[] b, float[] o, int from, int to) {
    for (int i = from; i < to; i++) {
      o[i] = select(mask[i], a[i], b[i]);
    }
  }

  /// `o[oo + i] = fn(a[ao + i · as])` for i < n.
  static void stridedUnary(Fn fn, float[] a, int ao, int as, float[] o, int oo, int n) {
    for (int i = 0; i < n; i++) {
      o[oo + i] = one(fn, a[ao + i * as]);
    }
  }

  /// `o[oo + i] = fn(a[ao + i · as], b[bo + i · bs])` for i < n.
  static void stridedBinary(
      Fn fn, float[] a, int ao, int as, float[] b, int bo, int bs, float[] o, int oo, int n) {
    switch (fn) {
      case ADD -> {
        for (int i = 0; i < n; i++) {
          o[oo + i] = a[ao + i * as] + b[bo + i * bs];
        }
      }
      case SUB -> {
        for (int i = 0; i < n; i++) {
          o[oo + i] = a[ao + i * as] - b[bo + i * bs];
        }
      }
      case MUL -> {
        for (int i = 0; i < n; i++) {
          o[oo + i] = a[ao + i * as] * b[bo + i * bs];
        }
      }
      case DIV -> {
        for (int i = 0; i < n; i++) {
          o[oo + i] = a[ao + i * as] / b[bo + i * bs];
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i++) {
          o[oo + i] = Math.max(a[ao + i * as], b[bo + i * bs]);
        }
      }
      case MIN -> {
        for (int i = 0; i < n; i++) {
          o[oo + i] = Math.min(a[ao + i * as], b[bo + i * bs]);
        }
      }
      case POW -> {
        for (int i = 0; i < n; i++) {
          o[oo + i] = (float) StrictMath.pow(a[ao + i * as], b[bo + i * bs]);
        }
      }
      case LT -> {
        for (int i = 0; i < n; i++) {
          o[oo + i] = mask(a[ao + i * as] < b[bo + i * bs]);
        }
      }
      case LE -> {
        for (int i = 0; i < n; i++) {
          o[oo + i] = mask(a[ao + i * as] <= b[bo + i * bs]);
        }
      }
      case EQ -> {
        for (int i = 0; i < n; i++) {
          o[oo + i] = mask(a[ao + i * as] == b[bo + i * bs]);
        }
      }
      default -> throw new IllegalArgumentException(fn + " does not take these operands");
    }
  }

  /// `o[oo + i] = mask[mo + i · ms] != 0 ? a[ao + i · as] : b[bo + i · bs]` for i < n.
  static void stridedWhere(
      float[] mask,
      int mo,
      int ms,
      float[] a,
      int ao,
      int as,
      float[] b,
      int bo,
      int bs,
      float[] o,
      int oo,
      int n) {
    for (int i = 0; i < n; i++) {
      o[oo + i] = select(mask[mo + i * ms], a[ao + i * as], b[bo + i * bs]);
    }
  }

  /// 1 or 0 through an integer, since a float result would be a branch that data mispredict.
  private static float mask(boolean holds) {
    int bit = holds ? 1 : 0;
    return bit;
  }

  /// a where the mask is not 0, else b, by bits for the same reason.
  private static float select(float mask, float a, float b) {
    int all = mask != 0 ? -1 : 0;
    int bits = Float.floatToRawIntBits(a) & all | Float.floatToRawIntBits(b) & ~all;
    return Float.intBitsToFloat(bits);
  }

  private static float one(Fn fn, float x) {
    return switch (fn) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Math.signum(x);
      case FLOOR -> (float) Math.floor(x);
      case EXP -> FloatMath.exp(x);
      case LOG -> FloatMath.log(x);
      case LOG1P -> (float) StrictMath.log1p(x);
      case EXPM1 -> (float) StrictMath.expm1(x);
      case SQRT -> (float) Math.sqrt(x);
      case RSQRT -> 1 / (float) Math.sqrt(x);
      case SIN -> (float) StrictMath.sin(x);
      case COS -> (float) StrictMath.cos(x);
      case TANH -> FloatMath.tanh(x);
      case SIGMOID -> FloatMath.sigmoid(x);
      case ERF -> FloatMath.erf(x);
      case RELU -> Math.max(x, 0);
      default -> throw new IllegalArgumentException(fn + " does not take these operands");
    };
  }
}
