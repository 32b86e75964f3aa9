package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Pool;
import dev.tutti.engine.Window;
import java.util.Arrays;

/// Average pooling of `[H, W, C]` and the cotangent of its input.
///
/// Loop nest forward: for every image, for every row of positions, for every cell of the window in
/// row-major order, one addition per vector of channels of every position ([PoolRows#add]); if
/// windows are wider than the row of positions (global pooling), for every position, for every row
/// of its window, the pixels one after another ([PoolRows#accumulate]). Loop nest backward (windows
/// that touch without overlap or padding): for every image, for every row of positions, the
/// quotients spread over one image row ([PoolRows#spread]), which is copied to the window's rows.
final class AveragePools {
  private static final int L = Lanes.COUNT;
  private static final int WORTH_A_TASK = 1 << 17;

  private AveragePools() {}

  /// {@return whether [#forward] computes this}
  static boolean takes(Pool.Average pool, Array[] in) {
    return in[0].dtype() == DType.FLOAT32;
  }

  /// {@return whether [#input] computes this: windows that touch, without padding or dilation}
  static boolean takes(Pool.AverageInput pool, Array[] in) {
    Window w = pool.window();
    Window plain = Window.of(w.kernelH(), w.kernelW());
    return in[0].dtype() == DType.FLOAT32
        && w.equals(plain.stride(w.strideH(), w.kernelW()))
        && w.strideH() >= w.kernelH();
  }

  static Array forward(Pool.Average pool, Array[] in, Array out) {
    Array x = in[0];
    int images = x.shape().leads(3).size();
    int image = x.shape().suffix(3).size();
    int grain = Math.max(1, WORTH_A_TASK / Math.max(1, image));
    if (images < 2 * grain) {
      images(pool, x, out, 0, images);
    } else {
      Parallel.ranges(images, grain, (from, to) -> images(pool, x, out, from, to));
    }
    return out;
  }

  private static void images(Pool.Average pool, Array x, Array out, int from, int to) {
    Window w = pool.window();
    int height = x.shape().dim(-3);
    int width = x.shape().dim(-2);
    int c = x.shape().dim(-1);
    int oh = out.shape().dim(-3);
    int ow = out.shape().dim(-2);
    if (oh * ow * c == 0) {
      return;
    }
    int reach = (ow - 1) * w.strideW() + (w.kernelW() - 1) * w.dilationW() + 1;
    int padded = Math.max(reach, w.left() + width);
    boolean inside = w.left() == 0 && reach <= width;
    boolean pairs = w.equals(Window.of(2, 2).stride(2));
    boolean plain = inside && w.top() == 0 && w.bottom() == 0;
    float[] row = Scratch.floats(Slots.FIRST, padded * c + L);
    for (int l = from; l < to; l++) {
      int at = x.offset() + l * height * width * c;
      for (int y = 0; y < oh; y++) {
        int target = (l * oh + y) * ow * c;
        int top = at + 2 * y * width * c;
        float[] o;
        if (pairs && PoolRows.fits(x.floats(), top + (width + 2 * ow - 1) * c, c)) {
          o = Scratch.floats(Slots.SECOND, ow * c + L);
          PoolRows.mean(x.floats(), top, top + width * c, o, c, ow);
        } else {
          o = sums(w, x.floats(), at, y, height, width, c, ow, inside, row);
          if (plain || pool.countPadding()) {
            PoolRows.divide(o, w.kernelH() * w.kernelW(), o, ow * c);
          } else {
            divide(w, y, height, width, c, ow, o);
          }
        }
        System.arraycopy(o, 0, out.floats(), target, ow * c);
      }
    }
  }

  /// {@return a scratch array that starts with the sums of one row of positions}
  private static float[] sums(
      Window w,
      float[] a,
      int at,
      int y,
      int height,
      int width,
      int c,
      int ow,
      boolean inside,
      float[] row) {
    float[] o = Scratch.floats(Slots.SECOND, ow * c + 2 * L);
    float[] other = Scratch.floats(Slots.THIRD, ow * c + 2 * L);
    Arrays.fill(o, 0, ow * c + L, 0);
    for (int k = 0; k < w.kernelH(); k++) {
      int h = y * w.strideH() - w.top() + k * w.dilationH();
      if (h < 0 || h >= height) {
        continue;
      }
      float[] cells = a;
      int start = at + h * width * c;
      if (!inside || !PoolRows.fits(a, start + (width - 1) * c, c)) {
        Arrays.fill(row, 0, row.length, 0);
        System.arraycopy(a, start, row, w.left() * c, width * c);
        cells = row;
        start = 0;
      }
      if (ow == 1) {
        PoolRows.accumulate(cells, start, w.dilationW() * c, o, c, w.kernelW());
        continue;
      }
      for (int v = 0; v < w.kernelW(); v++) {
        int cell = start + v * w.dilationW() * c;
        PoolRows.add(o, cells, cell, w.strideW() * c, other, c, ow);
        float[] swap = o;
        o = other;
        other = swap;
      }
    }
    return o;
  }

  /// Divides every position's sums by the number of its cells inside the image.
  private static void divide(Window w, int y, int height, int width, int c, int ow, float[] o) {
    int rows = 0;
    for (int k = 0; k < w.kernelH(); k++) {
      int h = y * w.strideH() - w.top() + k * w.dilationH();
      rows += h >= 0 && h < height ? 1 : 0;
    }
    for (int x = 0; x < ow; x++) {
      int columns = 0;
      for (int k = 0; k < w.kernelW(); k++) {
        int v = x * w.strideW() - w.left() + k * w.dilationW();
        columns += v >= 0 && v < width ? 1 : 0;
      }
      for (int i = x * c; i < x * c + c; i++) {
        o[i] /= rows * columns;
      }
    }
  }

  static Array input(Pool.AverageInput pool, Array[] in, Array out) {
    Array g = in[0];
    int images = g.shape().leads(3).size();
    int image = out.shape().suffix(3).size();
    int grain = Math.max(1, WORTH_A_TASK / Math.max(1, image));
    if (images < 2 * grain) {
      inputs(pool.window(), g, out, 0, images);
    } else {
      Parallel.ranges(images, grain, (from, to) -> inputs(pool.window(), g, out, from, to));
    }
    return out;
  }

  private static void inputs(Window w, Array g, Array out, int from, int to) {
    int height = out.shape().dim(-3);
    int width = out.shape().dim(-2);
    int c = out.shape().dim(-1);
    int oh = g.shape().dim(-3);
    int ow = g.shape().dim(-2);
    int n = width * c;
    int covered = ow * w.kernelW() * c;
    float divisor = w.kernelH() * w.kernelW();
    float[] row = Scratch.floats(Slots.FIRST, n + L);
    for (int l = from; l < to; l++) {
      int at = l * height * n;
      int below = 0;
      for (int y = 0; y < oh; y++) {
        float[] slope = g.floats();
        int start = g.offset() + (l * oh + y) * ow * c;
        if (!PoolRows.fits(slope, start + (ow - 1) * c, c)) {
          slope = Scratch.floats(Slots.SECOND, ow * c + L);
          System.arraycopy(g.floats(), start, slope, 0, ow * c);
          start = 0;
        }
        PoolRows.spread(slope, start, divisor, row, w.kernelW(), c, ow);
        Arrays.fill(row, covered, n, 0);
        int h = y * w.strideH();
        Arrays.fill(out.floats(), at + below * n, at + h * n, 0);
        for (int k = 0; k < w.kernelH(); k++) {
          System.arraycopy(row, 0, out.floats(), at + (h + k) * n, n);
        }
        below = h + w.kernelH();
      }
      Arrays.fill(out.floats(), at + below * n, at + height * n, 0);
    }
  }
}
