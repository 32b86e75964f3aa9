package dev.tutti.engine.reference;

import dev.tutti.engine.Array;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Pool;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Window;
import java.util.Arrays;

/// Pooling in float32: for every position, for every cell of its window inside the image, all
/// channels.
final class Pools {
  private static final int WORTH_A_TASK = 1 << 16;

  private Pools() {}

  /// One cell of one window.
  @FunctionalInterface
  private interface Cell {
    /// @param lead the lead entry
    /// @param position the position's number in `OH · OW`
    /// @param pixel the cell's number in `H · W`
    void run(int lead, int position, int pixel);
  }

  /// Visits the lead entries, in parallel if allowed; for each entry its positions, and for each
  /// position the window's cells inside the image, in row-major order.
  private static void cells(Window w, int leads, Shape image, Shape positions, Cell body) {
    int height = image.dim(-3);
    int width = image.dim(-2);
    int oh = positions.dim(-3);
    int ow = positions.dim(-2);
    int grain = Math.max(1, WORTH_A_TASK / Math.max(1, height * width * image.dim(-1)));
    Parallel.ranges(leads, grain, (from, to) -> cells(w, from, to, height, width, oh, ow, body));
  }

  private static void cells(
      Window w, int first, int end, int height, int width, int oh, int ow, Cell body) {
    for (int l = first; l < end; l++) {
      for (int y = 0; y < oh; y++) {
        for (int x = 0; x < ow; x++) {
          for (int kh = 0; kh < w.kernelH(); kh++) {
            int h = y * w.strideH() - w.top() + kh * w.dilationH();
            if (h < 0 || h >= height) {
              continue;
            }
            for (int kw = 0; kw < w.kernelW(); kw++) {
              int v = x * w.strideW() - w.left() + kw * w.dilationW();
              if (v >= 0 && v < width) {
                body.run(l, y * ow + x, h * width + v);
              }
            }
          }
        }
      }
    }
  }

  /// The number of pixels of an image or of positions of `[…, H, W, C]`.
  private static int pixels(Shape s) {
    return s.dim(-3) * s.dim(-2);
  }

  static Array max(Pool.Max pool, Array[] in, Array out) {
    Array x = in[0];
    int c = x.shape().dim(-1);
    int image = pixels(x.shape());
    int positions = pixels(out.shape());
    float[] a = x.floats();
    float[] o = out.floats();
    Arrays.fill(o, Float.NEGATIVE_INFINITY);
    cells(
        pool.window(),
        x.shape().leads(3).size(),
        x.shape(),
        out.shape(),
        (lead, position, pixel) -> {
          int from = x.offset() + (lead * image + pixel) * c;
          int to = (lead * positions + position) * c;
          for (int i = 0; i < c; i++) {
            o[to + i] = Math.max(o[to + i], a[from + i]);
          }
        });
    return out;
  }

  /// Finds each window's first maximum (a NaN is the largest), then adds the cotangents there.
  static Array maxInput(Pool.MaxInput pool, Array[] in, Array out) {
    Leads leads = Leads.of(pool, in);
    int c = out.shape().dim(-1);
    int image = pixels(out.shape());
    int positions = pixels(in[1].shape());
    float[] a = in[0].floats();
    float[] g = in[1].floats();
    int[] first = new int[leads.count * positions * c];
    Arrays.fill(first, -1);
    cells(
        pool.window(),
        leads.count,
        out.shape(),
        in[1].shape(),
        (lead, position, pixel) -> {
          int from = leads.start(0, lead);
          int to = (lead * positions + position) * c;
          for (int i = 0; i < c; i++) {
            int candidate = pixel * c + i;
            int best = first[to + i];
            float v = a[from + candidate];
            float top = best < 0 ? 0 : a[from + best];
            boolean wins = best < 0 || v > top || v != v && top == top;
            first[to + i] = wins ? candidate : best;
          }
        });
    for (int l = 0; l < leads.count; l++) {
      int from = leads.start(1, l);
      for (int i = 0; i < positions * c; i++) {
        int at = first[l * positions * c + i];
        if (at >= 0) {
          out.floats()[l * image * c + at] += g[from + i];
        }
      }
    }
    return out;
  }

  static Array average(Pool.Average pool, Array[] in, Array out) {
    Array x = in[0];
    int c = x.shape().dim(-1);
    int image = pixels(x.shape());
    int positions = pixels(out.shape());
    int leads = x.shape().leads(3).size();
    float[] a = x.floats();
    float[] o = out.floats();
    cells(
        pool.window(),
        leads,
        x.shape(),
        out.shape(),
        (lead, position, pixel) -> {
          int from = x.offset() + (lead * image + pixel) * c;
          int to = (lead * positions + position) * c;
          for (int i = 0; i < c; i++) {
            o[to + i] += a[from + i];
          }
        });
    int[] counts = counts(pool.window(), pool.countPadding(), x.shape(), out.shape());
    for (int i = 0; i < o.length; i++) {
      o[i] /= counts[i / c % positions];
    }
    return out;
  }

  static Array averageInput(Pool.AverageInput pool, Array[] in, Array out) {
    Array g = in[0];
    int c = out.shape().dim(-1);
    int image = pixels(out.shape());
    int positions = pixels(g.shape());
    int[] counts = counts(pool.window(), pool.countPadding(), out.shape(), g.shape());
    float[] a = g.floats();
    float[] o = out.floats();
    cells(
        pool.window(),
        g.shape().leads(3).size(),
        out.shape(),
        g.shape(),
        (lead, position, pixel) -> {
          int from = g.offset() + (lead * positions + position) * c;
          int to = (lead * image + pixel) * c;
          for (int i = 0; i < c; i++) {
            o[to + i] += a[from + i] / counts[position];
          }
        });
    return out;
  }

  /// What each position's sum is divided by: the window's size, or its cells inside the image.
  private static int[] counts(Window w, boolean whole, Shape image, Shape positions) {
    int[] counts = new int[pixels(positions)];
    if (whole) {
      Arrays.fill(counts, w.kernelH() * w.kernelW());
    } else {
      cells(w, 1, image, positions, (lead, position, pixel) -> counts[position]++);
    }
    return counts;
  }
}
