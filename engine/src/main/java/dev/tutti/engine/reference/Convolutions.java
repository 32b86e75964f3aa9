package dev.tutti.engine.reference;

import dev.tutti.engine.Array;
import dev.tutti.engine.Conv;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Window;
import java.util.Arrays;

/// Convolution and its two adjoints in float32, as products of a block of windows with the weights.
///
/// Forward and input gradient lay a few rows of pixels along the lanes: `rows[k][pixel]` holds the
/// operand of kernel element `k` at every pixel, zero outside the image, and each output channel
/// accumulates `k` in ascending order. The weight gradient lays the kernel elements along the lanes
/// and accumulates pixels in ascending order. Memory is one block of windows, never a whole batch's.
final class Convolutions {
  private static final int LANES = 512;
  private static final int DEPTH = 256;

  private Convolutions() {}

  /// Sizes shared by the three kernels: images n, image h·w·c, positions oh·ow, outputs o, group g.
  private record Sizes(
      int n, int h, int w, int c, int oh, int ow, int o, int groups, Window win) {
    int cg() {
      return c / groups;
    }

    int og() {
      return o / groups;
    }

    int kernel() {
      return win.kernelH() * win.kernelW();
    }
  }

  private static Sizes sizes(Conv p, Shape image, Shape positions) {
    return new Sizes(
        image.dim(-4), image.dim(-3), image.dim(-2), image.dim(-1),
        positions.dim(-3), positions.dim(-2), positions.dim(-1), p.groups(), p.window());
  }

  static Array forward(Conv.Forward p, Array[] in, Array out) {
    Sizes s = sizes(p, in[0].shape(), out.shape());
    Leads leads = Leads.of(p, in);
    int depth = s.kernel() * s.cg();
    byBlocks(
        leads.count, s.n * s.oh, s.ow,
        (lead, first, count) -> {
          for (int g = 0; g < s.groups; g++) {
            float[][] rows = Scratch.rows(depth, count * s.ow);
            int x = leads.start(0, lead) + g * s.cg();
            gatherInput(s, in[0].floats(), x, first, count, rows);
            int to = (lead * s.n * s.oh + first) * s.ow * s.o + g * s.og();
            int weight = leads.start(1, lead) + g * s.og();
            product(
                rows, depth, count * s.ow, in[1].floats(), weight, 1, s.o, s.og(),
                out.floats(), to, s.o);
          }
        });
    return out;
  }

  static Array input(Conv.Input p, Array[] in, Array out) {
    Sizes s = sizes(p, out.shape(), in[0].shape());
    Leads leads = Leads.of(p, in);
    int depth = s.kernel() * s.og();
    byBlocks(
        leads.count, s.n * s.h, s.w,
        (lead, first, count) -> {
          for (int g = 0; g < s.groups; g++) {
            float[][] rows = Scratch.rows(depth, count * s.w);
            int from = leads.start(0, lead) + g * s.og();
            gatherCotangent(s, in[0].floats(), from, first, count, rows);
            float[] weight = byOutput(s, in[1].floats(), leads.start(1, lead) + g * s.og());
            int to = (lead * s.n * s.h + first) * s.w * s.c + g * s.cg();
            product(
                rows, depth, count * s.w, weight, 0, 1, s.cg(), s.cg(), out.floats(), to, s.c);
          }
        });
    return out;
  }

  static Array weight(Conv.Weight p, Array[] in, Array out) {
    Sizes s = sizes(p, in[0].shape(), in[1].shape());
    Leads leads = Leads.of(p, in);
    int block = s.kernel() * s.cg() * s.o;
    int tasks = leads.count * s.groups;
    int halves = tasks == 1 && !Parallel.inTask() ? Math.min(Parallel.threads(), s.og()) : 1;
    Parallel.run(
        tasks * halves,
        task -> {
          int lead = task / halves / s.groups;
          int g = task / halves % s.groups;
          int from = s.og() * (task % halves) / halves;
          int to = s.og() * (task % halves + 1) / halves;
          weightOfGroup(
              s, in[0].floats(), leads.start(0, lead) + g * s.cg(),
              in[1].floats(), leads.start(1, lead) + g * s.og(), from, to,
              out.floats(), lead * block + g * s.og());
        });
    return out;
  }

  @FunctionalInterface
  private interface Block {
    /// @param first the block's first row of pixels, counted through all images
    void run(int lead, int first, int count);
  }

  /// Cuts every lead entry's pixel rows into blocks of about [#LANES] pixels, in parallel where allowed.
  private static void byBlocks(int leads, int rows, int width, Block body) {
    int count = Math.max(1, Math.min(rows, LANES / Math.max(1, width)));
    int blocks = Math.ceilDiv(rows, count);
    int total = leads * blocks;
    int pieces = Parallel.inTask() ? 1 : Math.min(total, 4 * Parallel.threads());
    Parallel.run(
        pieces,
        piece -> {
          int to = (int) ((long) total * (piece + 1) / pieces);
          for (int b = (int) ((long) total * piece / pieces); b < to; b++) {
            int first = b % blocks * count;
            body.run(b / blocks, first, Math.min(count, rows - first));
          }
        });
  }

  /// to[to + pixel · toStep + i] = Σ_k a[ao + i · ai + k · ak] · rows[k][pixel] for i < m.
  private static void product(
      float[][] rows, int depth, int pixels,
      float[] a, int ao, int ai, int ak, int m,
      float[] out, int to, int toStep) {
    float[][] sums = Scratch.sums(pixels);
    for (int i = 0; i < m; i += 2) {
      int second = Math.min(i + 1, m - 1);
      Arrays.fill(sums[0], 0, pixels, 0);
      Arrays.fill(sums[1], 0, pixels, 0);
      Gemm.twoRows(
          rows, depth, pixels, a, ao + i * ai, ao + second * ai, ak, sums[0], sums[1]);
      for (int j = 0; j < pixels; j++) {
        out[to + j * toStep + i] = sums[0][j];
        out[to + j * toStep + second] = sums[1][j];
      }
    }
  }

  /// rows[(kh, kw, c)][(row, ow)] = the input under kernel element (kh, kw, c), for output rows
  /// `first … first + count − 1` counted through all images.
  private static void gatherInput(
      Sizes s, float[] x, int at, int first, int count, float[][] rows) {
    Window win = s.win;
    for (int k = 0; k < s.kernel(); k++) {
      int dh = k / win.kernelW() * win.dilationH() - win.top();
      int dw = k % win.kernelW() * win.dilationW() - win.left();
      int low = firstInside(-dw, win.strideW(), s.ow);
      int high = Math.max(low, firstInside(s.w - dw, win.strideW(), s.ow));
      int step = win.strideW() * s.c;
      for (int c = 0; c < s.cg(); c++) {
        float[] row = rows[k * s.cg() + c];
        for (int r = 0; r < count; r++) {
          int p = r * s.ow;
          int h = (first + r) % s.oh * win.strideH() + dh;
          if (h < 0 || h >= s.h) {
            Arrays.fill(row, p, p + s.ow, 0);
            continue;
          }
          int from = at + (((first + r) / s.oh * s.h + h) * s.w + dw) * s.c + c;
          Arrays.fill(row, p, p + low, 0);
          for (int ow = low; ow < high; ow++) {
            row[p + ow] = x[from + ow * step];
          }
          Arrays.fill(row, p + high, p + s.ow, 0);
        }
      }
    }
  }

  /// {@return the first position whose column `position · stride` is at least `column`, within 0 … n}
  private static int firstInside(int column, int stride, int n) {
    return Math.max(0, Math.min(n, Math.ceilDiv(column, stride)));
  }

  /// rows[(kh, kw, o)][(row, w)] = the cotangent of the position that reads pixel (row, w) through
  /// kernel element (kh, kw), zero where there is none; image rows counted through all images.
  private static void gatherCotangent(
      Sizes s, float[] g, int at, int first, int count, float[][] rows) {
    Window win = s.win;
    for (int k = 0; k < s.kernel(); k++) {
      int dh = win.top() - k / win.kernelW() * win.dilationH();
      int dw = win.left() - k % win.kernelW() * win.dilationW();
      int low = firstInside(dw, win.strideW(), s.ow);
      int high = firstInside(s.w + dw, win.strideW(), s.ow);
      for (int o = 0; o < s.og(); o++) {
        float[] row = rows[k * s.og() + o];
        Arrays.fill(row, 0, count * s.w, 0);
        for (int r = 0; r < count; r++) {
          int scaled = (first + r) % s.h + dh;
          int oh = scaled / win.strideH();
          if (scaled < 0 || scaled % win.strideH() != 0 || oh >= s.oh) {
            continue;
          }
          int from = at + ((first + r) / s.h * s.oh + oh) * s.ow * s.o + o;
          int to = r * s.w - dw;
          for (int ow = low; ow < high; ow++) {
            row[to + ow * win.strideW()] = g[from + ow * s.o];
          }
        }
      }
    }
  }

  /// The group's weight with output channels before input channels: `[KH, KW, og, cg]`.
  private static float[] byOutput(Sizes s, float[] w, int at) {
    float[] t = new float[s.kernel() * s.og() * s.cg()];
    for (int k = 0; k < s.kernel(); k++) {
      for (int o = 0; o < s.og(); o++) {
        for (int c = 0; c < s.cg(); c++) {
          t[(k * s.og() + o) * s.cg() + c] = w[at + (k * s.cg() + c) * s.o + o];
        }
      }
    }
    return t;
  }

  /// Output channels `from … to` of one group: sums over pixels, kernel elements along the lanes.
  private static void weightOfGroup(
      Sizes s, float[] x, int xo, float[] g, int go, int from, int to, float[] out, int at) {
    int lanes = s.kernel() * s.cg();
    int pixels = s.n * s.oh * s.ow;
    float[][] sums = new float[to - from][lanes];
    for (int p = 0; p < pixels; p += DEPTH) {
      int depth = Math.min(DEPTH, pixels - p);
      float[][] rows = Scratch.rows(depth, lanes);
      for (int d = 0; d < depth; d++) {
        window(s, x, xo, p + d, rows[d]);
      }
      for (int o = from; o < to; o += 2) {
        int second = Math.min(o + 1, to - 1);
        float[] other = second == o ? Scratch.sums(lanes)[0] : sums[second - from];
        Gemm.twoRows(
            rows, depth, lanes, g, go + p * s.o + o, go + p * s.o + second, s.o,
            sums[o - from], other);
      }
    }
    for (int o = from; o < to; o++) {
      for (int k = 0; k < lanes; k++) {
        out[at + k * s.o + o] = sums[o - from][k];
      }
    }
  }

  /// row[(kh, kw, c)] = the window at pixel number `p` of `(image, oh, ow)`.
  private static void window(Sizes s, float[] x, int at, int p, float[] row) {
    Window win = s.win;
    int image = p / (s.oh * s.ow);
    int top = p / s.ow % s.oh * win.strideH() - win.top();
    int left = p % s.ow * win.strideW() - win.left();
    int to = 0;
    for (int kh = 0; kh < win.kernelH(); kh++) {
      int h = top + kh * win.dilationH();
      for (int kw = 0; kw < win.kernelW(); kw++, to += s.cg()) {
        int w = left + kw * win.dilationW();
        boolean inside = h >= 0 && h < s.h && w >= 0 && w < s.w;
        int from = at + ((image * s.h + h) * s.w + w) * s.c;
        for (int c = 0; c < s.cg(); c++) {
          row[to + c] = inside ? x[from + c] : 0;
        }
      }
    }
  }
}
