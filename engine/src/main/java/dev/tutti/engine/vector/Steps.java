package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.OptimizerStep;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.reference.Strides;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Optimiser steps, one pass over the parameters.
///
/// Loop nest: for every run over which the hyper-parameters stay the same (all parameters, or one
/// member's), for every vector, the loads, the step's operations in the reference's order, one
/// store; the last elements one by one.
final class Steps {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;
  private static final int GRAIN = 1 << 18;

  private Steps() {}

  /// {@return whether [#run] computes this: float32}
  static boolean takes(OptimizerStep p, Array[] in) {
    return in[0].dtype() == DType.FLOAT32;
  }

  static Array run(OptimizerStep p, Array[] in, Array out) {
    int hyper = p == OptimizerStep.ADAM ? 3 : 2;
    boolean scalars = true;
    for (int i = 0; i < in.length; i++) {
      scalars &= i < hyper ? in[i].shape().equals(out.shape()) : in[i].shape().size() == 1;
    }
    int size = out.shape().size();
    if (scalars) {
      if (size < 2 * GRAIN) {
        scalars(p, in, out, 0, size);
      } else {
        Parallel.ranges(size, GRAIN, (from, to) -> scalars(p, in, out, from, to));
      }
      return out;
    }
    Strides.overBroadcast(out, in, (at, step, n) -> run(p, in, out.floats(), at, step, n));
    return out;
  }

  /// One run, or its elements one by one if an operand's strides require it.
  private static void run(OptimizerStep p, Array[] in, float[] o, int[] at, int[] step, int n) {
    int hyper = p == OptimizerStep.ADAM ? 3 : 2;
    boolean one = false;
    for (int i = 0; i < in.length; i++) {
      one |= step[i + 1] != (i < hyper ? 1 : 0);
    }
    int length = one ? 1 : n;
    for (int i = 0; i < n; i += length) {
      int a = at[1] + i * step[1];
      int b = at[2] + i * step[2];
      int c = at[3] + i * step[3];
      if (p == OptimizerStep.ADAM) {
        int rate = at[4] + i * step[4];
        int c2 = at[5] + i * step[5];
        adam(in, a, b, c, rate, c2, at[6] + i * step[6], o, at[0] + i, length);
      } else {
        three(p, in, a, b, c, o, at[0] + i, length);
      }
    }
  }

  private static void scalars(OptimizerStep p, Array[] in, Array out, int from, int to) {
    int a = in[0].offset() + from;
    int b = in[1].offset() + from;
    int c = in[2].offset();
    if (p == OptimizerStep.ADAM) {
      int rate = in[3].offset();
      int c2 = in[4].offset();
      adam(in, a, b, c + from, rate, c2, in[5].offset(), out.floats(), from, to - from);
    } else {
      three(p, in, a, b, c, out.floats(), from, to - from);
    }
  }

  private static void three(
      OptimizerStep p, Array[] in, int ao, int bo, int co, float[] o, int oo, int n) {
    float[] a = in[0].floats();
    float[] b = in[1].floats();
    float c = in[2].floats()[co];
    switch (p) {
      case AXPY -> axpy(a, ao, b, bo, c, o, oo, n);
      case EMA -> ema(a, ao, b, bo, c, o, oo, n);
      default -> emaSquare(a, ao, b, bo, c, o, oo, n);
    }
  }

  private static void axpy(
      float[] x, int xo, float[] y, int yo, float a, float[] o, int oo, int n) {
    FloatVector va = FloatVector.broadcast(F, a);
    int i = 0;
    for (; i < (n & -L); i += L) {
      va.fma(FloatVector.fromArray(F, x, xo + i), FloatVector.fromArray(F, y, yo + i))
          .intoArray(o, oo + i);
    }
    for (; i < n; i++) {
      o[oo + i] = Math.fma(a, x[xo + i], y[yo + i]);
    }
  }

  private static void ema(
      float[] m, int mo, float[] g, int go, float beta, float[] o, int oo, int n) {
    float rest = 1 - beta;
    int i = 0;
    for (; i < (n & -L); i += L) {
      FloatVector old = FloatVector.fromArray(F, m, mo + i).mul(beta);
      old.add(FloatVector.fromArray(F, g, go + i).mul(rest)).intoArray(o, oo + i);
    }
    for (; i < n; i++) {
      o[oo + i] = beta * m[mo + i] + rest * g[go + i];
    }
  }

  private static void emaSquare(
      float[] v, int vo, float[] g, int go, float beta, float[] o, int oo, int n) {
    float rest = 1 - beta;
    int i = 0;
    for (; i < (n & -L); i += L) {
      FloatVector old = FloatVector.fromArray(F, v, vo + i).mul(beta);
      FloatVector slope = FloatVector.fromArray(F, g, go + i);
      old.add(slope.mul(slope).mul(rest)).intoArray(o, oo + i);
    }
    for (; i < n; i++) {
      float slope = g[go + i];
      o[oo + i] = beta * v[vo + i] + rest * (slope * slope);
    }
  }

  private static void adam(
      Array[] in, int po, int mo, int vo, int ro, int co, int eo, float[] o, int oo, int n) {
    float rate = in[3].floats()[ro];
    float c2 = in[4].floats()[co];
    float eps = in[5].floats()[eo];
    float[] p = in[0].floats();
    float[] m = in[1].floats();
    float[] v = in[2].floats();
    int whole = n & -L;
    adam(p, po, m, mo, v, vo, rate, c2, eps, o, oo, whole);
    for (int i = whole; i < n; i++) {
      float root = (float) Math.sqrt(v[vo + i]);
      o[oo + i] = p[po + i] - rate * (m[mo + i] / (root / c2 + eps));
    }
  }

  private static void adam(
      float[] p,
      int po,
      float[] m,
      int mo,
      float[] v,
      int vo,
      float rate,
      float c2,
      float eps,
      float[] o,
      int oo,
      int n) {
    for (int i = 0; i < n; i += L) {
      FloatVector under = FloatVector.fromArray(F, v, vo + i).sqrt().div(c2).add(eps);
      FloatVector step = FloatVector.fromArray(F, m, mo + i).div(under).mul(rate);
      FloatVector.fromArray(F, p, po + i).sub(step).intoArray(o, oo + i);
    }
  }
}
