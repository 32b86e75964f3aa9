package dev.tutti.engine.reference;

import dev.tutti.engine.Array;
import dev.tutti.engine.OptimizerStep;

/// Optimiser steps in float32, one pass over the parameters.
final class Steps {
  private Steps() {}

  static Array run(OptimizerStep p, Array[] in, Array out) {
    float[] o = out.floats();
    float[] a = in[0].floats();
    float[] b = in[1].floats();
    float[] c = in[2].floats();
    Strides.overBroadcast(
        out,
        in,
        (at, step, n) -> {
          int oo = at[0];
          int ao = at[1];
          int as = step[1];
          int bo = at[2];
          int bs = step[2];
          int co = at[3];
          int cs = step[3];
          switch (p) {
            case AXPY -> {
              for (int i = 0; i < n; i++) {
                o[oo + i] = Math.fma(c[co + i * cs], a[ao + i * as], b[bo + i * bs]);
              }
            }
            case EMA -> {
              for (int i = 0; i < n; i++) {
                float beta = c[co + i * cs];
                o[oo + i] = beta * a[ao + i * as] + (1 - beta) * b[bo + i * bs];
              }
            }
            case EMA_SQUARE -> {
              for (int i = 0; i < n; i++) {
                float beta = c[co + i * cs];
                float g = b[bo + i * bs];
                o[oo + i] = beta * a[ao + i * as] + (1 - beta) * (g * g);
              }
            }
            case ADAM -> {
              for (int i = 0; i < n; i++) {
                float rate = in[3].floats()[at[4] + i * step[4]];
                float c2 = in[4].floats()[at[5] + i * step[5]];
                float eps = in[5].floats()[at[6] + i * step[6]];
                float root = (float) Math.sqrt(c[co + i * cs]);
                o[oo + i] = a[ao + i * as] - rate * (b[bo + i * bs] / (root / c2 + eps));
              }
            }
          }
        });
    return out;
  }
}
