package dev.tutti.engine.vector;

import static dev.tutti.engine.reference.FloatMath.DENSITY_MAX;
import static dev.tutti.engine.reference.FloatMath.ERF_CENTER;
import static dev.tutti.engine.reference.FloatMath.ERF_MAX;
import static dev.tutti.engine.reference.FloatMath.ERF_P0;
import static dev.tutti.engine.reference.FloatMath.ERF_P1;
import static dev.tutti.engine.reference.FloatMath.ERF_P2;
import static dev.tutti.engine.reference.FloatMath.ERF_P3;
import static dev.tutti.engine.reference.FloatMath.ERF_P4;
import static dev.tutti.engine.reference.FloatMath.ERF_P5;
import static dev.tutti.engine.reference.FloatMath.ERF_P6;
import static dev.tutti.engine.reference.FloatMath.ERF_Q0;
import static dev.tutti.engine.reference.FloatMath.ERF_Q1;
import static dev.tutti.engine.reference.FloatMath.ERF_Q2;
import static dev.tutti.engine.reference.FloatMath.ERF_Q3;
import static dev.tutti.engine.reference.FloatMath.ERF_Q4;
import static dev.tutti.engine.reference.FloatMath.ERF_Q5;
import static dev.tutti.engine.reference.FloatMath.ERF_Q6;
import static dev.tutti.engine.reference.FloatMath.ERF_Q7;
import static dev.tutti.engine.reference.FloatMath.ERF_SPLIT;
import static dev.tutti.engine.reference.FloatMath.EXPONENT_BIAS;
import static dev.tutti.engine.reference.FloatMath.EXP_C0;
import static dev.tutti.engine.reference.FloatMath.EXP_C1;
import static dev.tutti.engine.reference.FloatMath.EXP_C2;
import static dev.tutti.engine.reference.FloatMath.EXP_C3;
import static dev.tutti.engine.reference.FloatMath.EXP_C4;
import static dev.tutti.engine.reference.FloatMath.EXP_MAX;
import static dev.tutti.engine.reference.FloatMath.EXP_MIN;
import static dev.tutti.engine.reference.FloatMath.GELU_MIN;
import static dev.tutti.engine.reference.FloatMath.LN2_HI;
import static dev.tutti.engine.reference.FloatMath.LN2_LO;
import static dev.tutti.engine.reference.FloatMath.LOG2_E;
import static dev.tutti.engine.reference.FloatMath.LOG_C0;
import static dev.tutti.engine.reference.FloatMath.LOG_C1;
import static dev.tutti.engine.reference.FloatMath.LOG_C2;
import static dev.tutti.engine.reference.FloatMath.LOG_C3;
import static dev.tutti.engine.reference.FloatMath.LOG_C4;
import static dev.tutti.engine.reference.FloatMath.LOG_C5;
import static dev.tutti.engine.reference.FloatMath.LOG_C6;
import static dev.tutti.engine.reference.FloatMath.LOG_C7;
import static dev.tutti.engine.reference.FloatMath.LOG_SPLIT_BITS;
import static dev.tutti.engine.reference.FloatMath.LOG_SUBNORMAL_SCALE;
import static dev.tutti.engine.reference.FloatMath.MANTISSA_BITS;
import static dev.tutti.engine.reference.FloatMath.NORMAL_DENSITY;
import static dev.tutti.engine.reference.FloatMath.ROUND;
import static dev.tutti.engine.reference.FloatMath.ROUND_BITS;
import static dev.tutti.engine.reference.FloatMath.SIGN_BIT;
import static dev.tutti.engine.reference.FloatMath.SQRT_HALF;
import static dev.tutti.engine.reference.FloatMath.TANH_C0;
import static dev.tutti.engine.reference.FloatMath.TANH_C1;
import static dev.tutti.engine.reference.FloatMath.TANH_C2;
import static dev.tutti.engine.reference.FloatMath.TANH_C3;
import static dev.tutti.engine.reference.FloatMath.TANH_C4;
import static dev.tutti.engine.reference.FloatMath.TANH_MAX;
import static dev.tutti.engine.reference.FloatMath.TANH_SPLIT;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The elementary functions of [dev.tutti.engine.reference.FloatMath], lane by lane.
///
/// Loop nest: for every vector of a run, one load, the function's sequence of operations, one
/// store. Each lane goes through exactly the operations of the scalar function, in its order, so
/// the bits are the same; selects are blends. All methods compute `o[oo + i] = f(a[ao + i])` for `0
/// <= i < n` with n a multiple of the lanes; [Runs] deals with the rest. A polynomial that two
/// functions share is written out in both, since a vector passed to another method would become an
/// object.
final class Polynomials {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  /// `√(2/π)`, of GELU's approximation by tanh.
  private static final float GELU_SCALE = (float) Math.sqrt(2 / Math.PI);

  private static final float GELU_CUBE = (float) 0.044715;

  private Polynomials() {}

  /// `o[oo + i] = exp(a[ao + i] − shift)`; a shift of 0 changes no bit.
  static void exp(float[] a, int ao, float shift, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i).sub(shift);
      x = x.blend(EXP_MAX, x.compare(VectorOperators.GT, EXP_MAX));
      x = x.blend(EXP_MIN, x.compare(VectorOperators.LT, EXP_MIN));
      FloatVector shifted = x.fma(LOG2_E, ROUND);
      FloatVector m = shifted.sub(ROUND);
      FloatVector r =
          m.fma(FloatVector.broadcast(F, -LN2_LO), m.fma(FloatVector.broadcast(F, -LN2_HI), x));
      FloatVector q = FloatVector.broadcast(F, EXP_C4).fma(r, FloatVector.broadcast(F, EXP_C3));
      q = q.fma(r, FloatVector.broadcast(F, EXP_C2));
      q = q.fma(r, FloatVector.broadcast(F, EXP_C1));
      q = q.fma(r, FloatVector.broadcast(F, EXP_C0));
      FloatVector p = r.mul(r).fma(q, r).add(1);
      IntVector exponent = shifted.reinterpretAsInts().sub(ROUND_BITS);
      IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
      IntVector rest = exponent.sub(half);
      FloatVector first =
          half.add(EXPONENT_BIAS)
              .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
              .reinterpretAsFloats();
      FloatVector second =
          rest.add(EXPONENT_BIAS)
              .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
              .reinterpretAsFloats();
      p.mul(first).mul(second).intoArray(o, oo + i);
    }
  }

  static void log(float[] a, int ao, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      VectorMask<Float> subnormal = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
      IntVector bits = x.blend(x.mul(LOG_SUBNORMAL_SCALE), subnormal).reinterpretAsInts();
      IntVector exponent = bits.sub(LOG_SPLIT_BITS).lanewise(VectorOperators.ASHR, MANTISSA_BITS);
      FloatVector f =
          bits.sub(exponent.lanewise(VectorOperators.LSHL, MANTISSA_BITS))
              .reinterpretAsFloats()
              .sub(1);
      FloatVector e = exponent.add(ROUND_BITS).reinterpretAsFloats().sub(ROUND);
      e = e.blend(e.sub(MANTISSA_BITS), subnormal);
      FloatVector p = FloatVector.broadcast(F, LOG_C7).fma(f, FloatVector.broadcast(F, LOG_C6));
      p = p.fma(f, FloatVector.broadcast(F, LOG_C5));
      p = p.fma(f, FloatVector.broadcast(F, LOG_C4));
      p = p.fma(f, FloatVector.broadcast(F, LOG_C3));
      p = p.fma(f, FloatVector.broadcast(F, LOG_C2));
      p = p.fma(f, FloatVector.broadcast(F, LOG_C1));
      p = p.fma(f, FloatVector.broadcast(F, LOG_C0));
      FloatVector tail = f.mul(f).mul(p.fma(f, FloatVector.broadcast(F, -0.5f)));
      FloatVector low = e.fma(FloatVector.broadcast(F, LN2_LO), tail);
      FloatVector y = e.fma(FloatVector.broadcast(F, LN2_HI), f.add(low));
      y = y.blend(x, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
      y = y.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0));
      FloatVector.broadcast(F, Float.NaN)
          .blend(y, x.compare(VectorOperators.GE, 0))
          .intoArray(o, oo + i);
    }
  }

  static void tanh(float[] a, int ao, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      IntVector sign = x.reinterpretAsInts().and(SIGN_BIT);
      x = x.abs();
      FloatVector u = x.mul(x);
      FloatVector near =
          FloatVector.broadcast(F, TANH_C4).fma(u, FloatVector.broadcast(F, TANH_C3));
      near = near.fma(u, FloatVector.broadcast(F, TANH_C2));
      near = near.fma(u, FloatVector.broadcast(F, TANH_C1));
      near = near.fma(u, FloatVector.broadcast(F, TANH_C0));
      near = near.mul(u).fma(x, x);

      FloatVector y = x.blend(TANH_MAX, x.compare(VectorOperators.GT, TANH_MAX)).mul(2);
      FloatVector shifted = y.fma(LOG2_E, ROUND);
      FloatVector m = shifted.sub(ROUND);
      FloatVector r =
          m.fma(FloatVector.broadcast(F, -LN2_LO), m.fma(FloatVector.broadcast(F, -LN2_HI), y));
      FloatVector q = FloatVector.broadcast(F, EXP_C4).fma(r, FloatVector.broadcast(F, EXP_C3));
      q = q.fma(r, FloatVector.broadcast(F, EXP_C2));
      q = q.fma(r, FloatVector.broadcast(F, EXP_C1));
      q = q.fma(r, FloatVector.broadcast(F, EXP_C0));
      FloatVector p = r.mul(r).fma(q, r);
      FloatVector s =
          shifted
              .reinterpretAsInts()
              .sub(ROUND_BITS)
              .add(EXPONENT_BIAS)
              .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
              .reinterpretAsFloats();
      FloatVector far =
          FloatVector.broadcast(F, 1).sub(FloatVector.broadcast(F, 2).div(s.fma(p, s.add(1))));
      far.blend(near, x.compare(VectorOperators.LT, TANH_SPLIT))
          .reinterpretAsInts()
          .or(sign)
          .reinterpretAsFloats()
          .intoArray(o, oo + i);
    }
  }

  static void sigmoid(float[] a, int ao, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector v = FloatVector.fromArray(F, a, ao + i);
      FloatVector x = v.abs().neg();
      x = x.blend(EXP_MIN, x.compare(VectorOperators.LT, EXP_MIN));
      FloatVector shifted = x.fma(LOG2_E, ROUND);
      FloatVector m = shifted.sub(ROUND);
      FloatVector r =
          m.fma(FloatVector.broadcast(F, -LN2_LO), m.fma(FloatVector.broadcast(F, -LN2_HI), x));
      FloatVector q = FloatVector.broadcast(F, EXP_C4).fma(r, FloatVector.broadcast(F, EXP_C3));
      q = q.fma(r, FloatVector.broadcast(F, EXP_C2));
      q = q.fma(r, FloatVector.broadcast(F, EXP_C1));
      q = q.fma(r, FloatVector.broadcast(F, EXP_C0));
      FloatVector p = r.mul(r).fma(q, r).add(1);
      IntVector exponent = shifted.reinterpretAsInts().sub(ROUND_BITS);
      IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
      IntVector rest = exponent.sub(half);
      FloatVector first =
          half.add(EXPONENT_BIAS)
              .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
              .reinterpretAsFloats();
      FloatVector second =
          rest.add(EXPONENT_BIAS)
              .lanewise(VectorOperators.LSHL, MANTISSA_BITS)
              .reinterpretAsFloats();
      FloatVector z = p.mul(first).mul(second);
      FloatVector.broadcast(F, 1)
          .blend(z, v.compare(VectorOperators.LT, 0))
          .div(z.add(1))
          .intoArray(o, oo + i);
    }
  }

  static void erf(float[] a, int ao, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      IntVector sign = x.reinterpretAsInts().and(SIGN_BIT);
      x = x.abs();
      FloatVector u = x.mul(x);
      FloatVector p = FloatVector.broadcast(F, ERF_P6).fma(u, FloatVector.broadcast(F, ERF_P5));
      p = p.fma(u, FloatVector.broadcast(F, ERF_P4));
      p = p.fma(u, FloatVector.broadcast(F, ERF_P3));
      p = p.fma(u, FloatVector.broadcast(F, ERF_P2));
      p = p.fma(u, FloatVector.broadcast(F, ERF_P1));
      p = p.fma(u, FloatVector.broadcast(F, ERF_P0));
      FloatVector near = p.fma(x, x);
      FloatVector t = x.blend(ERF_MAX, x.compare(VectorOperators.GT, ERF_MAX)).sub(ERF_CENTER);
      FloatVector q = FloatVector.broadcast(F, ERF_Q7).fma(t, FloatVector.broadcast(F, ERF_Q6));
      q = q.fma(t, FloatVector.broadcast(F, ERF_Q5));
      q = q.fma(t, FloatVector.broadcast(F, ERF_Q4));
      q = q.fma(t, FloatVector.broadcast(F, ERF_Q3));
      q = q.fma(t, FloatVector.broadcast(F, ERF_Q2));
      q = q.fma(t, FloatVector.broadcast(F, ERF_Q1));
      q = q.fma(t, FloatVector.broadcast(F, ERF_Q0));
      FloatVector root = q.mul(q);
      root.neg()
          .fma(root, FloatVector.broadcast(F, 1))
          .blend(near, x.compare(VectorOperators.LT, ERF_SPLIT))
          .reinterpretAsInts()
          .or(sign)
          .reinterpretAsFloats()
          .intoArray(o, oo + i);
    }
  }

  /// What the slope of GELU takes erf and exp of: `x / √2` and `−x² / 2`.
  static void geluSlopeArguments(float[] a, int ao, float[] e, float[] d, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      x.mul(SQRT_HALF).intoArray(e, i);
      x = x.blend(DENSITY_MAX, x.compare(VectorOperators.GT, DENSITY_MAX));
      x = x.blend(-DENSITY_MAX, x.compare(VectorOperators.LT, -DENSITY_MAX));
      x.mul(x).mul(-0.5f).intoArray(d, i);
    }
  }

  /// `o[oo + i] = g[go + i] · (Φ + x φ)` with x from a, `2Φ − 1` in e and φ, not normalised, in d.
  static void geluSlope(
      float[] a, int ao, float[] g, int go, float[] e, float[] d, float[] o, int oo, int n) {
    FloatVector half = FloatVector.broadcast(F, 0.5f);
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      x = x.blend(DENSITY_MAX, x.compare(VectorOperators.GT, DENSITY_MAX));
      x = x.blend(-DENSITY_MAX, x.compare(VectorOperators.LT, -DENSITY_MAX));
      FloatVector density = FloatVector.fromArray(F, d, i).mul(NORMAL_DENSITY);
      FloatVector distribution = FloatVector.fromArray(F, e, i).fma(half, half);
      x.fma(density, distribution).mul(FloatVector.fromArray(F, g, go + i)).intoArray(o, oo + i);
    }
  }

  /// GELU by [#erf]'s polynomials.
  static void gelu(float[] a, int ao, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector v = FloatVector.fromArray(F, a, ao + i);
      FloatVector x = v.mul(SQRT_HALF);
      IntVector sign = x.reinterpretAsInts().and(SIGN_BIT);
      x = x.abs();
      FloatVector u = x.mul(x);
      FloatVector p = FloatVector.broadcast(F, ERF_P6).fma(u, FloatVector.broadcast(F, ERF_P5));
      p = p.fma(u, FloatVector.broadcast(F, ERF_P4));
      p = p.fma(u, FloatVector.broadcast(F, ERF_P3));
      p = p.fma(u, FloatVector.broadcast(F, ERF_P2));
      p = p.fma(u, FloatVector.broadcast(F, ERF_P1));
      p = p.fma(u, FloatVector.broadcast(F, ERF_P0));
      FloatVector near = p.fma(x, x);
      FloatVector t = x.blend(ERF_MAX, x.compare(VectorOperators.GT, ERF_MAX)).sub(ERF_CENTER);
      FloatVector q = FloatVector.broadcast(F, ERF_Q7).fma(t, FloatVector.broadcast(F, ERF_Q6));
      q = q.fma(t, FloatVector.broadcast(F, ERF_Q5));
      q = q.fma(t, FloatVector.broadcast(F, ERF_Q4));
      q = q.fma(t, FloatVector.broadcast(F, ERF_Q3));
      q = q.fma(t, FloatVector.broadcast(F, ERF_Q2));
      q = q.fma(t, FloatVector.broadcast(F, ERF_Q1));
      q = q.fma(t, FloatVector.broadcast(F, ERF_Q0));
      FloatVector root = q.mul(q);
      FloatVector erf =
          root.neg()
              .fma(root, FloatVector.broadcast(F, 1))
              .blend(near, x.compare(VectorOperators.LT, ERF_SPLIT))
              .reinterpretAsInts()
              .or(sign)
              .reinterpretAsFloats();
      v.blend(GELU_MIN, v.compare(VectorOperators.LT, GELU_MIN))
          .mul(erf.fma(0.5f, 0.5f))
          .intoArray(o, oo + i);
    }
  }

  /// The argument of GELU's tanh: `√(2/π) (x + 0.044715 x³)`, rounded as its decomposition is.
  static void geluArgument(float[] a, int ao, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      x.mul(x).mul(x).mul(GELU_CUBE).add(x).mul(GELU_SCALE).intoArray(o, oo + i);
    }
  }

  /// `o[oo + i] = ½ a[ao + i] (1 + o[oo + i])`.
  static void geluProduct(float[] a, int ao, float[] o, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector x = FloatVector.fromArray(F, a, ao + i);
      FloatVector phi = FloatVector.fromArray(F, o, oo + i);
      x.mul(0.5f).mul(phi.add(1)).intoArray(o, oo + i);
    }
  }
}
