package dev.tutti.engine.reference;

import dev.tutti.engine.Array;
import dev.tutti.engine.Pool;
import dev.tutti.engine.Window;

/// Pooling in float32, window by window, all channels of a position together.
final class Pools {
  private Pools() {}

  @FunctionalInterface
  private interface Position {
    /// @param top the window's first row, which may lie outside the image
    /// @param left the window's first column, likewise
    /// @param at where the position's channels start in `[leads, OH, OW, C]`
    void run(int lead, int top, int left, int at);
  }

  private static void positions(Window w, int leads, int oh, int ow, int c, Position body) {
    for (int l = 0; l < leads; l++) {
      for (int p = 0; p < oh * ow; p++) {
        int top = p / ow * w.strideH() - w.top();
        int left = p % ow * w.strideW() - w.left();
        body.run(l, top, left, (l * oh * ow + p) * c);
      }
    }
  }

  static Array max(Pool.Max pool, Array[] in, Array out) {
    Array x = in[0];
    int c = x.shape().dim(-1);
    int h = x.shape().dim(-3);
    int w = x.shape().dim(-2);
    float[] a = x.floats();
    float[] o = out.floats();
    java.util.Arrays.fill(o, Float.NEGATIVE_INFINITY);
    positions(
        pool.window(), x.shape().leads(3).size(), out.shape().dim(-3), out.shape().dim(-2), c,
        (lead, top, left, at) -> {
          Window win = pool.window();
          for (int k = 0; k < win.kernelH() * win.kernelW(); k++) {
            int y = top + k / win.kernelW() * win.dilationH();
            int z = left + k % win.kernelW() * win.dilationW();
            if (y >= 0 && y < h && z >= 0 && z < w) {
              int from = x.offset() + ((lead * h + y) * w + z) * c;
              for (int i = 0; i < c; i++) {
                o[at + i] = Math.max(o[at + i], a[from + i]);
              }
            }
          }
        });
    return out;
  }

  static Array maxInput(Pool.MaxInput pool, Array[] in, Array out) {
    Leads leads = Leads.of(pool, in);
    int c = out.shape().dim(-1);
    int h = out.shape().dim(-3);
    int w = out.shape().dim(-2);
    float[] a = in[0].floats();
    float[] g = in[1].floats();
    float[] o = out.floats();
    int oh = in[1].shape().dim(-3);
    int ow = in[1].shape().dim(-2);
    positions(
        pool.window(), leads.count, oh, ow, c,
        (lead, top, left, at) -> {
          Window win = pool.window();
          int cotangent = leads.start(1, lead) + at - lead * oh * ow * c;
          for (int i = 0; i < c; i++) {
            int best = -1;
            float largest = Float.NaN;
            for (int k = 0; k < win.kernelH() * win.kernelW(); k++) {
              int y = top + k / win.kernelW() * win.dilationH();
              int z = left + k % win.kernelW() * win.dilationW();
              if (y >= 0 && y < h && z >= 0 && z < w) {
                float v = a[leads.start(0, lead) + (y * w + z) * c + i];
                if (best < 0 || v > largest || v != v && largest == largest) {
                  best = (y * w + z) * c + i;
                  largest = v;
                }
              }
            }
            if (best >= 0) {
              o[lead * h * w * c + best] += g[cotangent + i];
            }
          }
        });
    return out;
  }

  static Array average(Pool.Average pool, Array[] in, Array out) {
    Array x = in[0];
    int c = x.shape().dim(-1);
    int h = x.shape().dim(-3);
    int w = x.shape().dim(-2);
    float[] a = x.floats();
    float[] o = out.floats();
    positions(
        pool.window(), x.shape().leads(3).size(), out.shape().dim(-3), out.shape().dim(-2), c,
        (lead, top, left, at) -> {
          Window win = pool.window();
          int inside = 0;
          for (int k = 0; k < win.kernelH() * win.kernelW(); k++) {
            int y = top + k / win.kernelW() * win.dilationH();
            int z = left + k % win.kernelW() * win.dilationW();
            if (y >= 0 && y < h && z >= 0 && z < w) {
              inside++;
              int from = x.offset() + ((lead * h + y) * w + z) * c;
              for (int i = 0; i < c; i++) {
                o[at + i] += a[from + i];
              }
            }
          }
          int count = pool.countPadding() ? win.kernelH() * win.kernelW() : inside;
          for (int i = 0; i < c; i++) {
            o[at + i] /= count;
          }
        });
    return out;
  }

  static Array averageInput(Pool.AverageInput pool, Array[] in, Array out) {
    Array g = in[0];
    int c = out.shape().dim(-1);
    int h = out.shape().dim(-3);
    int w = out.shape().dim(-2);
    float[] a = g.floats();
    float[] o = out.floats();
    positions(
        pool.window(), g.shape().leads(3).size(), g.shape().dim(-3), g.shape().dim(-2), c,
        (lead, top, left, at) -> {
          Window win = pool.window();
          int kernel = win.kernelH() * win.kernelW();
          int inside = 0;
          for (int pass = 0; pass < 2; pass++) {
            for (int k = 0; k < kernel; k++) {
              int y = top + k / win.kernelW() * win.dilationH();
              int z = left + k % win.kernelW() * win.dilationW();
              if (y >= 0 && y < h && z >= 0 && z < w) {
                int to = ((lead * h + y) * w + z) * c;
                inside += pass == 0 ? 1 : 0;
                for (int i = 0; pass == 1 && i < c; i++) {
                  o[to + i] += a[g.offset() + at + i] / (pool.countPadding() ? kernel : inside);
                }
              }
            }
          }
        });
    return out;
  }
}
