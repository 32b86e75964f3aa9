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
/// and accumulates pixels in ascending order. The memory needed is one block of windows, never a
/// whole batch's.
final class Convolutions {
  private static final int LANES = 512;
  private static final int DEPTH = 256;

  private Convolutions() {}

  /// Sizes shared by the three kernels: images n, image h·w·c, positions oh·ow, outputs o, channels
  /// cg and outputs og of a group, kernel elements.
  private record Sizes(
      int n,
      int h,
      int w,
      int c,
      int oh,
      int ow,
      int o,
      int groups,
      Window win,
      int cg,
      int og,
      int kernel) {}

  private static Sizes sizes(Conv p, Shape image, Shape positions) {
    int c = image.dim(-1);
    int o = positions.dim(-1);
    Window w = p.window();
    return new Sizes(
        image.dim(-4),
        image.dim(-3),
        image.dim(-2),
        c,
        positions.dim(-3),
        positions.dim(-2),
        o,
        p.groups(),
        w,
        c / p.groups(),
        o / p.groups(),
        w.kernelH() * w.kernelW());
  }

  static Array forward(Conv.Forward p, Array[] in, Array out) {
    Sizes s = sizes(p, in[0].shape(), out.shape());
    Leads leads = Leads.of(p, in);
    int depth = s.kernel * s.cg;
    byBlocks(
        leads.count,
        s.n,
        s.oh,
        s.ow,
        (lead, first, count) -> {
          for (int g = 0; g < s.groups; g++) {
            float[][] rows = Scratch.rows(depth, count * s.ow);
            int x = leads.start(0, lead) + g * s.cg;
            gatherInput(s, in[0].floats(), x, first, count, rows);
            int to = (lead * s.n * s.oh + first) * s.ow * s.o + g * s.og;
            int weight = leads.start(1, lead) + g * s.og;
            product(
                rows,
                depth,
                count * s.ow,
                in[1].floats(),
                weight,
                1,
                s.o,
                s.og,
                out.floats(),
                to,
                s.o);
          }
          if (in.length == 3) {
            int to = (lead * s.n * s.oh + first) * s.ow * s.o;
            addBias(in[2].floats(), leads.start(2, lead), out.floats(), to, count * s.ow, s.o);
          }
        });
    return out;
  }

  private static void addBias(float[] bias, int at, float[] y, int to, int pixels, int channels) {
    for (int p = 0; p < pixels; p++) {
      for (int o = 0; o < channels; o++) {
        y[to + p * channels + o] += bias[at + o];
      }
    }
  }

  static Array input(Conv.Input p, Array[] in, Array out) {
    Sizes s = sizes(p, out.shape(), in[0].shape());
    Leads leads = Leads.of(p, in);
    int depth = s.kernel * s.og;
    byBlocks(
        leads.count,
        s.n,
        s.h,
        s.w,
        (lead, first, count) -> {
          for (int g = 0; g < s.groups; g++) {
            float[][] rows = Scratch.rows(depth, count * s.w);
            int from = leads.start(0, lead) + g * s.og;
            gatherCotangent(s, in[0].floats(), from, first, count, rows);
            float[] weight = byOutput(s, in[1].floats(), leads.start(1, lead) + g * s.og);
            int to = (lead * s.n * s.h + first) * s.w * s.c + g * s.cg;
            product(rows, depth, count * s.w, weight, 0, 1, s.cg, s.cg, out.floats(), to, s.c);
          }
        });
    for (int i = 0; i < out.shape().size(); i++) {
      out.floats()[i] +=
          0f; // −0 + 0 is 0: a backend may leave out the positions that count as zeros
    }
    return out;
  }

  static Array weight(Conv.Weight p, Array[] in, Array out) {
    Sizes s = sizes(p, in[0].shape(), in[1].shape());
    Leads leads = Leads.of(p, in);
    int block = s.kernel * s.cg * s.o;
    int tasks = leads.count * s.groups;
    int halves = tasks == 1 && !Parallel.inTask() ? Math.min(Parallel.threads(), s.og) : 1;
    Parallel.run(
        tasks * halves,
        task -> {
          int lead = task / halves / s.groups;
          int g = task / halves % s.groups;
          int from = s.og * (task % halves) / halves;
          int to = s.og * (task % halves + 1) / halves;
          weightOfGroup(
              s,
              in[0].floats(),
              leads.start(0, lead) + g * s.cg,
              in[1].floats(),
              leads.start(1, lead) + g * s.og,
              from,
              to,
              out.floats(),
              lead * block + g * s.og);
        });
    return out;
  }

  @FunctionalInterface
  private interface Block {
    /// @param first the block's first row of pixels, counted through all images
    void run(int lead, int first, int count);
  }

  /// Cuts every lead entry's pixel rows into blocks of about [#LANES] pixels, whole images if they
  /// are small, in parallel if allowed.
  private static void byBlocks(int leads, int images, int height, int width, Block body) {
    int rows = images * height;
    int image = Math.max(1, height * width);
    int count =
        image <= 2 * LANES
            ? Math.max(1, height) * Math.max(1, LANES / image)
            : Math.max(1, LANES / Math.max(1, width));
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

  /// `to[to + pixel · toStep + i] = Σ_k a[ao + i · ai + k · ak] · rows[k][pixel]` for i < m.
  private static void product(
      float[][] rows,
      int depth,
      int pixels,
      float[] a,
      int ao,
      int ai,
      int ak,
      int m,
      float[] out,
      int to,
      int toStep) {
    float[][] sums = Scratch.sums(pixels);
    for (int i = 0; i < m; i += 2) {
      int second = Math.min(i + 1, m - 1);
      Arrays.fill(sums[0], 0, pixels, 0);
      Arrays.fill(sums[1], 0, pixels, 0);
      Gemm.twoRows(rows, depth, pixels, a, ao + i * ai, ao + second * ai, ak, sums[0], sums[1]);
      for (int j = 0; j < pixels; j++) {
        out[to + j * toStep + i] = sums[0][j];
        out[to + j * toStep + second] = sums[1][j];
      }
    }
  }

  /// `rows[(kh, kw, c)][(row, ow)]` = the input under kernel element (kh, kw, c), for output rows
  /// `first … first + count − 1` counted through all images; image by image, channel planes first.
  private static void gatherInput(
      Sizes s, float[] x, int at, int first, int count, float[][] rows) {
    Window win = s.win;
    int reach = win.dilationH() * (win.kernelH() - 1);
    for (int r = 0; r < count; ) {
      int image = (first + r) / s.oh;
      int from = (first + r) % s.oh;
      int to = Math.min(s.oh, from + count - r);
      int low = Math.max(0, from * win.strideH() - win.top());
      int high = Math.max(low, Math.min(s.h, (to - 1) * win.strideH() - win.top() + reach + 1));
      int start = at + (image * s.h + low) * s.w * s.c;
      float[][] planes = planes(x, start, (high - low) * s.w, s.c, s.cg);
      for (int oh = from; oh < to; oh++, r++) {
        inputRow(s, planes, oh * win.strideH() - win.top(), low, high, rows, r * s.ow);
      }
    }
  }

  /// Row `top` of windows: `rows[(kh, kw, c)][p …]` from the planes' image rows `low … high − 1`.
  private static void inputRow(
      Sizes s, float[][] planes, int top, int low, int high, float[][] rows, int p) {
    Window win = s.win;
    for (int k = 0; k < s.kernel; k++) {
      int h = top + k / win.kernelW() * win.dilationH();
      int dw = k % win.kernelW() * win.dilationW() - win.left();
      boolean inside = h >= low && h < high;
      int left = inside ? firstInside(-dw, win.strideW(), s.ow) : s.ow;
      int right = inside ? Math.max(left, firstInside(s.w - dw, win.strideW(), s.ow)) : s.ow;
      int source = (h - low) * s.w + dw;
      for (int c = 0; c < s.cg; c++) {
        float[] row = rows[k * s.cg + c];
        float[] plane = planes[c];
        Arrays.fill(row, p, p + left, 0);
        if (win.strideW() == 1 && left < right) {
          System.arraycopy(plane, source + left, row, p + left, right - left);
        } else {
          for (int ow = left; ow < right; ow++) {
            row[p + ow] = plane[source + ow * win.strideW()];
          }
        }
        Arrays.fill(row, p + right, p + s.ow, 0);
      }
    }
  }

  /// `channels` of the pixels from `at` on, each channel by itself: `planes[c][pixel]`.
  private static float[][] planes(float[] x, int at, int pixels, int step, int channels) {
    float[][] planes = Scratch.planes(channels, pixels);
    for (int c = 0; c < channels; c++) {
      float[] plane = planes[c];
      for (int p = 0; p < pixels; p++) {
        plane[p] = x[at + p * step + c];
      }
    }
    return planes;
  }

  /// {@return the first position whose column `position · stride` is at least `column`, within 0 …
  /// n}
  private static int firstInside(int column, int stride, int n) {
    return Math.max(0, Math.min(n, Math.ceilDiv(column, stride)));
  }

  /// `rows[(kh, kw, o)][(row, w)]` = the cotangent of the position that reads pixel (row, w)
  /// through kernel element (kh, kw), zero if there is none; image rows counted through all images.
  private static void gatherCotangent(
      Sizes s, float[] g, int at, int first, int count, float[][] rows) {
    Window win = s.win;
    int reach = win.dilationH() * (win.kernelH() - 1);
    for (int r = 0; r < count; ) {
      int image = (first + r) / s.h;
      int from = (first + r) % s.h;
      int to = Math.min(s.h, from + count - r);
      int low = firstInside(from + win.top() - reach, win.strideH(), s.oh);
      int high = firstInside(to + win.top(), win.strideH(), s.oh);
      int start = at + (image * s.oh + low) * s.ow * s.o;
      float[][] planes = planes(g, start, Math.max(0, high - low) * s.ow, s.o, s.og);
      for (int h = from; h < to; h++, r++) {
        cotangentRow(s, planes, h + win.top(), low, rows, r * s.w);
      }
    }
  }

  /// Pixel row `h − top`: `rows[(kh, kw, o)][p …]` from the planes' output rows from `low` on.
  private static void cotangentRow(
      Sizes s, float[][] planes, int h, int low, float[][] rows, int p) {
    Window win = s.win;
    for (int k = 0; k < s.kernel; k++) {
      int scaled = h - k / win.kernelW() * win.dilationH();
      int oh = Math.floorDiv(scaled, win.strideH());
      boolean inside = scaled >= 0 && scaled % win.strideH() == 0 && oh < s.oh;
      int dw = k % win.kernelW() * win.dilationW() - win.left();
      int left = inside ? firstInside(-dw, win.strideW(), s.ow) : 0;
      int right = inside ? Math.max(left, firstInside(s.w - dw, win.strideW(), s.ow)) : 0;
      int source = (oh - low) * s.ow;
      for (int o = 0; o < s.og; o++) {
        float[] row = rows[k * s.og + o];
        if (right > left && win.strideW() == 1) {
          Arrays.fill(row, p, p + dw + left, 0);
          System.arraycopy(planes[o], source + left, row, p + dw + left, right - left);
          Arrays.fill(row, p + dw + right, p + s.w, 0);
        } else {
          Arrays.fill(row, p, p + s.w, 0);
          for (int ow = left; ow < right; ow++) {
            row[p + dw + ow * win.strideW()] = planes[o][source + ow];
          }
        }
      }
    }
  }

  /// The group's weight with output channels before input channels: `[KH, KW, og, cg]`.
  private static float[] byOutput(Sizes s, float[] w, int at) {
    float[] t = new float[s.kernel * s.og * s.cg];
    for (int k = 0; k < s.kernel; k++) {
      for (int o = 0; o < s.og; o++) {
        for (int c = 0; c < s.cg; c++) {
          t[(k * s.og + o) * s.cg + c] = w[at + (k * s.cg + c) * s.o + o];
        }
      }
    }
    return t;
  }

  /// Output channels `from … to` of one group: sums over pixels, kernel elements along the lanes.
  private static void weightOfGroup(
      Sizes s, float[] x, int xo, float[] g, int go, int from, int to, float[] out, int at) {
    int lanes = s.kernel * s.cg;
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
            rows,
            depth,
            lanes,
            g,
            go + p * s.o + o,
            go + p * s.o + second,
            s.o,
            sums[o - from],
            other);
      }
    }
    for (int o = from; o < to; o++) {
      for (int k = 0; k < lanes; k++) {
        out[at + k * s.o + o] = sums[o - from][k];
      }
    }
  }

  /// `row[(kh, kw, c)]` = the window at pixel number `p` of `(image, oh, ow)`. A kernel row of an
  /// ungrouped, undilated convolution is one contiguous run of the image.
  private static void window(Sizes s, float[] x, int at, int p, float[] row) {
    Window win = s.win;
    int image = p / (s.oh * s.ow);
    int top = p / s.ow % s.oh * win.strideH() - win.top();
    int left = p % s.ow * win.strideW() - win.left();
    boolean joined = s.groups == 1 && win.dilationW() == 1;
    int pieces = joined ? 1 : win.kernelW();
    int columns = joined ? win.kernelW() : 1;
    int to = 0;
    for (int kh = 0; kh < win.kernelH(); kh++) {
      int h = top + kh * win.dilationH();
      boolean inside = h >= 0 && h < s.h;
      for (int piece = 0; piece < pieces; piece++) {
        int w = left + piece * win.dilationW();
        int low = inside ? Math.max(0, Math.min(columns, -w)) : columns;
        int high = inside ? Math.max(low, Math.min(columns, s.w - w)) : columns;
        int from = at + ((image * s.h + h) * s.w + w) * s.c - to;
        int end = to + columns * s.cg;
        int copyFrom = to + low * s.cg;
        int copyTo = to + high * s.cg;
        for (; to < copyFrom; to++) {
          row[to] = 0;
        }
        for (; to < copyTo; to++) {
          row[to] = x[from + to];
        }
        for (; to < end; to++) {
          row[to] = 0;
        }
      }
    }
  }
}
