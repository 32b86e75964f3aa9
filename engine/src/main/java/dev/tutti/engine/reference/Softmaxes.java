package dev.tutti.engine.reference;

import dev.tutti.engine.Array;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Softmax;

/// The softmax family in float32, row by row.
final class Softmaxes {
  private Softmaxes() {}

  static Array run(Softmax p, Array[] in, Array out) {
    Leads leads = Leads.of(p, in);
    int c = in[0].shape().dim(-1);
    float[] x = in[0].floats();
    float[] o = out.floats();
    float[] e = new float[c];
    for (int l = 0; l < leads.count; l++) {
      int at = leads.start(0, l);
      if (p == Softmax.SOFTMAX) {
        float sum = exponentials(x, at, c, maximum(x, at, c), e);
        for (int i = 0; i < c; i++) {
          o[l * c + i] = e[i] / sum;
        }
        continue;
      }
      float max = maximum(x, at, c);
      float shift = Float.isInfinite(max) ? 0 : max;
      float logSum = FloatMath.log(exponentials(x, at, c, shift, e));
      o[l] =
          p == Softmax.LOG_SUM_EXP
              ? logSum + shift
              : logSum - (x[at + in[1].ints()[leads.start(1, l)]] - shift);
    }
    return out;
  }

  /// Raises an error for a label that is not a class.
  static void checkLabels(Array logits, Array labels) {
    int classes = logits.shape().dim(-1);
    for (int i = 0; i < labels.shape().size(); i++) {
      int label = labels.ints()[labels.offset() + i];
      if (label < 0 || label >= classes) {
        throw new ShapeError(
            "cross_entropy: label "
                + label
                + " at position "
                + i
                + " is outside 0 … "
                + (classes - 1));
      }
    }
  }

  private static float maximum(float[] x, int at, int n) {
    float max = x[at];
    for (int i = 1; i < n; i++) {
      max = Math.max(max, x[at + i]);
    }
    return max;
  }

  private static float exponentials(float[] x, int at, int n, float shift, float[] e) {
    for (int i = 0; i < n; i++) {
      e[i] = FloatMath.exp(x[at + i] - shift);
    }
    return Reductions.sum(e, 0, n);
  }
}
