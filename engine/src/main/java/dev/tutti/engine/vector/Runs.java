package dev.tutti.engine.vector;

import dev.tutti.engine.ActivationInput;
import dev.tutti.engine.Fn;

/// Elementwise functions over contiguous runs of any length and start, cut for the loops of
/// [UnaryLoops], [BinaryLoops] and [Polynomials], which take whole vectors only.
///
/// A run that is not a multiple of the lanes ends in a vector that overlaps the one before it, so
/// its last elements are computed twice with the same bits; a run shorter than a vector goes
/// through a padded copy. The output must therefore not be an operand.
final class Runs {
  private static final int L = Lanes.COUNT;

  /// The elements of a piece, which stays in the first cache between passes.
  private static final int TILE = 2048;

  private Runs() {}

  /// {@return whether the function has float32 loops here; the others are StrictMath's or left to
  /// the compiler}
  static boolean has(Fn fn) {
    return switch (fn) {
      case FLOOR, LOG1P, EXPM1, SIN, COS, POW -> false;
      default -> true;
    };
  }

  /// {@return whether the function costs so much arithmetic that short runs are worth a task}
  static boolean heavy(Fn fn) {
    return switch (fn) {
      case EXP, LOG, TANH, SIGMOID, ERF, SQRT, RSQRT, DIV -> true;
      default -> false;
    };
  }

  /// `o[oo + i] = fn(a[ao + i])` for `0 <= i < n`.
  static void unary(Fn fn, float[] a, int ao, float[] o, int oo, int n) {
    int whole = n & -L;
    if (whole > 0) {
      vectors(fn, a, ao, o, oo, whole);
      if (whole < n) {
        vectors(fn, a, ao + n - L, o, oo + n - L, L);
      }
    } else if (n > 0) {
      float[] pad = Scratch.floats(Slots.PAD, 4 * L);
      System.arraycopy(a, ao, pad, 0, n);
      vectors(fn, pad, 0, pad, 3 * L, L);
      System.arraycopy(pad, 3 * L, o, oo, n);
    }
  }

  private static void vectors(Fn fn, float[] a, int ao, float[] o, int oo, int n) {
    switch (fn) {
      case NEG -> UnaryLoops.neg(a, ao, o, oo, n);
      case ABS -> UnaryLoops.abs(a, ao, o, oo, n);
      case SIGN -> UnaryLoops.sign(a, ao, o, oo, n);
      case SQRT -> UnaryLoops.sqrt(a, ao, o, oo, n);
      case RSQRT -> UnaryLoops.rsqrt(a, ao, o, oo, n);
      case RELU -> UnaryLoops.relu(a, ao, o, oo, n);
      case EXP -> Polynomials.exp(a, ao, 0, o, oo, n);
      case LOG -> Polynomials.log(a, ao, o, oo, n);
      case TANH -> Polynomials.tanh(a, ao, o, oo, n);
      case SIGMOID -> Polynomials.sigmoid(a, ao, o, oo, n);
      case ERF -> Polynomials.erf(a, ao, o, oo, n);
      default ->
          throw new IllegalArgumentException(fn + " is not a vector function of one operand");
    }
  }

  /// `o[oo + i] = gelu(a[ao + i])` for `0 <= i < n`, by erf or by tanh.
  static void gelu(boolean tanh, float[] a, int ao, float[] o, int oo, int n) {
    int whole = n & -L;
    for (int i = 0; i < whole; i += TILE) {
      geluVectors(tanh, a, ao + i, o, oo + i, Math.min(TILE, whole - i));
    }
    if (whole < n) {
      float[] pad = Scratch.floats(Slots.PAD, 4 * L);
      System.arraycopy(a, ao + whole, pad, 0, n - whole);
      geluVectors(tanh, pad, 0, pad, 3 * L, L);
      System.arraycopy(pad, 3 * L, o, oo + whole, n - whole);
    }
  }

  private static void geluVectors(boolean tanh, float[] a, int ao, float[] o, int oo, int n) {
    if (tanh) {
      Polynomials.geluArgument(a, ao, o, oo, n);
      Polynomials.tanh(o, oo, o, oo, n);
      Polynomials.geluProduct(a, ao, o, oo, n);
    } else {
      Polynomials.gelu(a, ao, o, oo, n);
    }
  }

  /// The cotangent of an activation's input, `0 <= i < n`, from `a[ao + i]` and `g[go + i]`.
  static void activationInput(
      ActivationInput p, float[] a, int ao, float[] g, int go, float[] o, int oo, int n) {
    int whole = n & -L;
    for (int i = 0; i < whole; i += TILE) {
      vectors(p, a, ao + i, g, go + i, o, oo + i, Math.min(TILE, whole - i));
    }
    if (whole < n) {
      int rest = n - whole;
      float[] pad = Scratch.floats(Slots.PAD, 4 * L);
      System.arraycopy(a, ao + whole, pad, 0, rest);
      System.arraycopy(g, go + whole, pad, L, rest);
      vectors(p, pad, 0, pad, L, pad, 3 * L, L);
      System.arraycopy(pad, 3 * L, o, oo + whole, rest);
    }
  }

  private static void vectors(
      ActivationInput p, float[] a, int ao, float[] g, int go, float[] o, int oo, int n) {
    if (p == ActivationInput.RELU) {
      BinaryLoops.gate(a, ao, g, go, o, oo, n);
      return;
    }
    float[] distribution = Scratch.floats(Slots.FIRST, TILE);
    float[] density = Scratch.floats(Slots.SECOND, TILE);
    Polynomials.geluSlopeArguments(a, ao, distribution, density, n);
    Polynomials.erf(distribution, 0, distribution, 0, n);
    Polynomials.exp(density, 0, 0, density, 0, n);
    Polynomials.geluSlope(a, ao, g, go, distribution, density, o, oo, n);
  }

  /// `o[oo + i] = fn(a[ao + i], b[bo + i])` for `0 <= i < n`.
  static void binary(Fn fn, float[] a, int ao, float[] b, int bo, float[] o, int oo, int n) {
    int whole = n & -L;
    if (whole > 0) {
      vectors(fn, a, ao, b, bo, o, oo, whole);
      if (whole < n) {
        vectors(fn, a, ao + n - L, b, bo + n - L, o, oo + n - L, L);
      }
    } else if (n > 0) {
      float[] pad = Scratch.floats(Slots.PAD, 4 * L);
      System.arraycopy(a, ao, pad, 0, n);
      System.arraycopy(b, bo, pad, L, n);
      vectors(fn, pad, 0, pad, L, pad, 3 * L, L);
      System.arraycopy(pad, 3 * L, o, oo, n);
    }
  }

  private static void vectors(
      Fn fn, float[] a, int ao, float[] b, int bo, float[] o, int oo, int n) {
    switch (fn) {
      case ADD -> BinaryLoops.add(a, ao, b, bo, o, oo, n);
      case SUB -> BinaryLoops.sub(a, ao, b, bo, o, oo, n);
      case MUL -> BinaryLoops.mul(a, ao, b, bo, o, oo, n);
      case DIV -> BinaryLoops.div(a, ao, b, bo, o, oo, n);
      case MAX -> BinaryLoops.max(a, ao, b, bo, o, oo, n);
      case MIN -> BinaryLoops.min(a, ao, b, bo, o, oo, n);
      case LT -> BinaryLoops.lt(a, ao, b, bo, o, oo, n);
      case LE -> BinaryLoops.le(a, ao, b, bo, o, oo, n);
      case EQ -> BinaryLoops.eq(a, ao, b, bo, o, oo, n);
      default ->
          throw new IllegalArgumentException(fn + " is not a vector function of two operands");
    }
  }

  /// `o[oo + i] = m[mo + i] != 0 ? a[ao + i] : b[bo + i]` for `0 <= i < n`.
  static void where(
      float[] m, int mo, float[] a, int ao, float[] b, int bo, float[] o, int oo, int n) {
    int whole = n & -L;
    if (whole > 0) {
      BinaryLoops.where(m, mo, a, ao, b, bo, o, oo, whole);
      if (whole < n) {
        int last = n - L;
        BinaryLoops.where(m, mo + last, a, ao + last, b, bo + last, o, oo + last, L);
      }
    } else if (n > 0) {
      float[] pad = Scratch.floats(Slots.PAD, 4 * L);
      System.arraycopy(m, mo, pad, 0, n);
      System.arraycopy(a, ao, pad, L, n);
      System.arraycopy(b, bo, pad, 2 * L, n);
      BinaryLoops.where(pad, 0, pad, L, pad, 2 * L, pad, 3 * L, L);
      System.arraycopy(pad, 3 * L, o, oo, n);
    }
  }
}
