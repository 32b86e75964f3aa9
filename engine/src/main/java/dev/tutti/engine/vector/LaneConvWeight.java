package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.Conv;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Window;
import dev.tutti.engine.reference.Leads;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// The weight's cotangent with kernel elements along the lanes, for channels too few to fill a
/// vector.
///
/// A row of a group's kernel is a run of `KW · C / groups` floats of an image row. A vector holds
/// one or several rows of a pixel's window, or a row takes several vectors. Since kernel row kh of
/// output row oh reads image row `oh · stride + kh · dilation`, the same vectors serve all kernel
/// rows, and every accumulator walks them with a constant step.
///
/// The loop nest:
///
/// ```
/// for every image, for every band of output rows, for every group:
///   copy the window vectors, once for all lead entries that share the images
///   for every lead entry, for every tile of output channels:
///     copy the cotangent's channels, pixel by pixel
///     for every tile of vectors:
///       LaneConvSums: continue the sums over the band's pixels
/// ```
///
/// Images and bands ascend, so that the pixels of every element do.
final class LaneConvWeight {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  /// Floats of a band's window vectors: half of a first-level cache.
  private static final int BAND = 6144;

  private static final long WORTH_SPLITTING = 1 << 20;

  private final Window win;
  private final Leads leads;
  private final float[] x;
  private final float[] g;
  private final float[] out;

  private final int images;
  private final int h;
  private final int w;
  private final int c;
  private final int oh;
  private final int ow;
  private final int o;
  private final int groups;
  private final int cg;
  private final int og;

  /// Floats of a kernel row, kernel rows per vector, vectors per kernel row, vectors in all.
  private final int run;

  private final int rows;
  private final int parts;
  private final int vectors;

  /// The tiles of a group's output channels.
  private final int[] widths;

  /// Output rows of a band.
  private final int band;

  private final int[] places;

  /// Columns of the padded image, floats of a group's padded row.
  private final int columns;

  private final int rowSize;
  private final int[] corners;

  private LaneConvWeight(Conv.Weight p, Array[] in, Array out) {
    win = p.window();
    leads = Leads.of(p, in);
    x = in[0].floats();
    g = in[1].floats();
    this.out = out.floats();
    Shape image = in[0].shape();
    Shape positions = in[1].shape();
    images = image.dim(-4);
    h = image.dim(-3);
    w = image.dim(-2);
    c = image.dim(-1);
    oh = positions.dim(-3);
    ow = positions.dim(-2);
    o = positions.dim(-1);
    groups = p.groups();
    cg = c / groups;
    og = o / groups;
    run = win.kernelW() * cg;
    rows = Math.max(1, Math.min(Math.min(win.kernelH(), 3), L / run));
    parts = Math.ceilDiv(run, L);
    vectors = Math.ceilDiv(win.kernelH(), rows) * parts;
    widths = widths();
    int fit = Math.min(BAND / (parts * ow * L), LaneConvSums.PIXELS / ow);
    band = Math.max(1, Math.min(oh, fit));
    places = places();
    int reach = win.dilationW() * (win.kernelW() - 1);
    columns = Math.max(win.left() + w, (ow - 1) * win.strideW() + reach + 1);
    rowSize = columns * cg;
    corners = corners();
  }

  static Array run(Conv.Weight p, Array[] in, Array out) {
    Shape image = in[0].shape();
    if (out.shape().size() == 0 || image.dim(-4) == 0) {
      Arrays.fill(out.floats(), 0, out.shape().size(), 0);
      return out;
    }
    new LaneConvWeight(p, in, out).run();
    return out;
  }

  private int[] widths() {
    int[] found = new int[og];
    int n = 0;
    for (int left = og; left > 0; left -= found[n++]) {
      if (left == 12 && vectors == 2 && Lanes.REGISTERS >= 32) {
        found[n] = 12;
      } else if (left == 6 || left == 12) {
        found[n] = 6;
      } else if (left >= 8) {
        found[n] = 8;
      } else if (left >= 6) {
        found[n] = 6;
      } else {
        found[n] = left >= 4 ? 4 : left == 3 ? 3 : 1;
      }
    }
    return Arrays.copyOf(found, n);
  }

  private void run() {
    int units = leads.count * groups * widths.length;
    long work = (long) images * oh * ow * o * run * win.kernelH() * leads.count;
    boolean split = !Parallel.inTask() && work > WORTH_SPLITTING;
    int pieces = split ? Math.min(units, Parallel.threads()) : 1;
    if (pieces == 1) {
      units(0, units);
    } else {
      Parallel.run(
          pieces,
          i -> units((int) ((long) units * i / pieces), (int) ((long) units * (i + 1) / pieces)));
    }
  }

  /// Computes units `from … to − 1`, numbered by lead entry, group and tile of channels.
  private void units(int from, int to) {
    int ofLead = groups * widths.length;
    for (int lead = from / ofLead; lead * ofLead < to; ) {
      int next = lead + 1;
      while (next * ofLead < to && leads.start(0, next) == leads.start(0, lead)) {
        next++;
      }
      shared(lead, next, from, to);
      lead = next;
    }
  }

  /// Those of units `from … to − 1` that belong to lead entries `first … last − 1`, which read the
  /// same images.
  private void shared(int first, int last, int from, int to) {
    int ofLead = groups * widths.length;
    int ofUnit = vectors * og * L;
    int sums = Scratch.START;
    int windows = sums + (last - first) * groups * ofUnit;
    int cotangents = windows + parts * windowRows(band) * win.strideH() * ow * L + L;
    int image = cotangents + band * ow * 12 + L;
    int imageRows = (band - 1) * win.strideH() + rowsBelow() + 1;
    float[] s = Scratch.aligned(Scratch.CONV, image + groups * imageRows * rowSize + 4 * L);
    Arrays.fill(s, sums, windows, 0);
    for (int n = 0; n < images; n++) {
      for (int top = 0; top < oh; top += band) {
        int bottom = Math.min(oh, top + band);
        image(s, image, imageRows, leads.start(0, first) + n * h * w * c, top, bottom);
        for (int group = 0; group < groups; group++) {
          boolean built = false;
          for (int lead = first; lead < last; lead++) {
            int channel = 0;
            for (int t = 0; t < widths.length; t++) {
              int unit = lead * ofLead + group * widths.length + t;
              if (unit >= from && unit < to) {
                if (!built) {
                  windows(s, image + group * imageRows * rowSize, windows, bottom - top);
                  built = true;
                }
                int at = leads.start(1, lead) + (n * oh + top) * ow * o + group * og + channel;
                int a = sums + ((lead - first) * groups + group) * ofUnit + channel * vectors * L;
                int n0 = (bottom - top) * ow;
                if (widths[t] == o) {
                  tiles(s, windows, n0, g, at, a, o);
                } else {
                  LaneConvPlan.copyRows(g, at, o, s, cotangents, n0, widths[t]);
                  tiles(s, windows, n0, s, cotangents, a, widths[t]);
                }
              }
              channel += widths[t];
            }
          }
        }
      }
    }
    for (int unit = Math.max(from, first * ofLead); unit < Math.min(to, last * ofLead); unit++) {
      int lead = unit / ofLead;
      int group = unit % ofLead / widths.length;
      int channel = 0;
      for (int t = 0; t < unit % widths.length; t++) {
        channel += widths[t];
      }
      int a = sums + ((lead - first) * groups + group) * ofUnit + channel * vectors * L;
      int at = lead * win.kernelH() * run * o + group * og + channel;
      store(s, a, at, widths[unit % widths.length]);
    }
  }

  /// The distance from a pixel's first row to the last row of its vectors: kernel rows rounded up
  /// to whole vectors.
  private int rowsBelow() {
    return (Math.ceilDiv(win.kernelH(), rows) * rows - 1) * win.dilationH();
  }

  /// The window rows of one residue of the stride that `n` output rows use.
  private int windowRows(int n) {
    int reach = (Math.ceilDiv(win.kernelH(), rows) - 1) * rows * win.dilationH();
    return n + reach / win.strideH();
  }

  /// Copies the rows under output rows `top … bottom − 1`, group by group, with a zero border.
  private void image(float[] s, int image, int imageRows, int from, int top, int bottom) {
    int first = top * win.strideH() - win.top();
    int last = first + (bottom - top - 1) * win.strideH() + rowsBelow();
    int count = last - first + 1;
    int low = Math.clamp(-(long) first, 0, count);
    int high = Math.clamp((long) h - first, low, count);
    for (int group = 0; group < groups; group++) {
      int to = image + group * imageRows * rowSize;
      Arrays.fill(s, to, to + low * rowSize, 0);
      Arrays.fill(s, to + high * rowSize, to + count * rowSize, 0);
      int at = from + (first + low) * w * c + group * cg;
      if (columns == w) {
        channels(at, s, to + low * rowSize, (high - low) * w);
      } else {
        for (int r = low; r < high; r++) {
          int row = to + r * rowSize;
          Arrays.fill(s, row, row + rowSize, 0);
          channels(at + (r - low) * w * c, s, row + win.left() * cg, w);
        }
      }
    }
    int end = image + groups * imageRows * rowSize;
    Arrays.fill(s, end, end + 2 * L, 0);
  }

  /// Copies one group's channels of `n` pixels.
  private void channels(int from, float[] s, int to, int n) {
    if (n > 0 && groups == 1) {
      System.arraycopy(x, from, s, to, n * c);
    } else if (n > 0) {
      LaneConvPlan.copyRows(x, from, c, s, to, n, cg);
    }
  }

  /// Copies the window vectors of `n` output rows to `[part][residue][row][ow][lane]`.
  private void windows(float[] s, int image, int windows, int n) {
    int sh = win.strideH();
    int down = win.dilationH() * rowSize;
    int readable = (n - 1) * sh + rowsBelow() + 1 - (rows - 1) * win.dilationH();
    for (int plane = 0; plane < parts * sh; plane++) {
      int count = Math.ceilDiv(readable - plane % sh, sh) * ow;
      int from = image + plane % sh * rowSize;
      int to = windows + plane * windowRows(band) * ow * L;
      if (win.dilationW() > 1) {
        dilated(s, from, plane / sh, to, count);
      } else if (rows == 2) {
        two(s, from, corners, down - run, run, to, count);
      } else if (rows == 3) {
        three(s, from, corners, down - run, run, to, count);
      } else {
        one(s, from + plane / sh * L, corners, to, count);
      }
    }
  }

  /// The start of the window of each position of a band's rows.
  private int[] corners() {
    int[] found = new int[windowRows(band) * ow];
    for (int i = 0; i < found.length; i++) {
      found[i] = i / ow * win.strideH() * rowSize + i % ow * win.strideW() * cg;
    }
    return found;
  }

  private void dilated(float[] s, int from, int part, int to, int n) {
    for (int i = 0; i < n; i++) {
      for (int lane = 0; lane < L; lane++) {
        int k = part * L + lane;
        boolean exists = k < rows * run;
        int at = from + corners[i] + k / run * win.dilationH() * rowSize;
        at += k % run / cg * win.dilationW() * cg + k % cg;
        s[to + i * L + lane] = exists ? s[at] : 0;
      }
    }
  }

  /// One kernel row per vector. Lanes beyond a window's own are not read.
  private static void one(float[] s, int from, int[] corners, int to, int n) {
    for (int i = 0; i < n; i++) {
      FloatVector.fromArray(F, s, from + corners[i]).intoArray(s, to + i * L);
    }
  }

  /// Two kernel rows per vector, the second's lanes read at `next` from the first's.
  private static void two(float[] s, int from, int[] corners, int next, int run, int to, int n) {
    VectorMask<Float> second = VectorMask.fromLong(F, -1L << run);
    for (int i = 0; i < n; i++) {
      int at = from + corners[i];
      FloatVector.fromArray(F, s, at)
          .blend(FloatVector.fromArray(F, s, at + next), second)
          .intoArray(s, to + i * L);
    }
  }

  private static void three(float[] s, int from, int[] corners, int next, int run, int to, int n) {
    VectorMask<Float> second = VectorMask.fromLong(F, -1L << run);
    VectorMask<Float> third = VectorMask.fromLong(F, -1L << 2 * run);
    for (int i = 0; i < n; i++) {
      int at = from + corners[i];
      FloatVector.fromArray(F, s, at)
          .blend(FloatVector.fromArray(F, s, at + next), second)
          .blend(FloatVector.fromArray(F, s, at + 2 * next), third)
          .intoArray(s, to + i * L);
    }
  }

  /// The place of each vector of a window for the band's first pixel.
  private int[] places() {
    int[] found = new int[vectors];
    int sh = win.strideH();
    for (int v = 0; v < vectors; v++) {
      int row = v / parts * rows * win.dilationH();
      int plane = v % parts * sh + row % sh;
      found[v] = (plane * windowRows(band) + row / sh) * ow * L;
    }
    return found;
  }

  /// All vectors times one tile of channels, at most [LaneConvSums#PIXELS] pixels at a time.
  private void tiles(
      float[] s, int windows, int pixels, float[] y, int cotangents, int a, int width) {
    for (int p = 0; p < pixels; p += LaneConvSums.PIXELS) {
      int count = Math.min(LaneConvSums.PIXELS, pixels - p);
      int x = windows + p * L;
      int q = cotangents + p * width;
      for (int v = 0; v < vectors; ) {
        v += tile(s, x, v, count, y, q, a + v * width * L, width);
      }
    }
  }

  /// Vectors from `v` on; {@return how many}
  private int tile(float[] s, int x, int v, int n, float[] y, int q, int a, int width) {
    int left = vectors - v;
    boolean many = Lanes.REGISTERS >= 32;
    int v0 = x + places[v];
    int v1 = left > 1 ? x + places[v + 1] : 0;
    int v2 = left > 2 ? x + places[v + 2] : 0;
    int v3 = left > 3 ? x + places[v + 3] : 0;
    if (width == 12) {
      LaneConvSums.sums2x12(s, v0, v1, n, y, q, a);
      return 2;
    }
    if (width == 8 && many && (left == 3 || left > 4)) {
      LaneConvSums.sums3x8(s, v0, v1, v2, n, y, q, a);
      return 3;
    }
    if (width == 8 && many && left > 1) {
      LaneConvSums.sums2x8(s, v0, v1, n, y, q, a);
      return 2;
    }
    if (width == 6 && many && left > 3) {
      LaneConvSums.sums4x6(s, v0, v1, v2, v3, n, y, q, a);
      return 4;
    }
    if (width == 6 && left > 1) {
      LaneConvSums.sums2x6(s, v0, v1, n, y, q, a);
      return 2;
    }
    return small(s, v0, v1, v2, v3, left, n, y, q, a, width);
  }

  private static int small(
      float[] s,
      int v0,
      int v1,
      int v2,
      int v3,
      int left,
      int n,
      float[] y,
      int q,
      int a,
      int width) {
    boolean four = left > 3;
    switch (width) {
      case 8 -> LaneConvSmallSums.sums1x8(s, v0, n, y, q, a);
      case 6 -> LaneConvSmallSums.sums1x6(s, v0, n, y, q, a);
      case 4 -> {
        if (four && Lanes.REGISTERS >= 32) {
          LaneConvSmallSums.sums4x4(s, v0, v1, v2, v3, n, y, q, a);
          return 4;
        }
        LaneConvSmallSums.sums1x4(s, v0, n, y, q, a);
      }
      case 3 -> {
        if (four) {
          LaneConvSmallSums.sums4x3(s, v0, v1, v2, v3, n, y, q, a);
          return 4;
        }
        LaneConvSmallSums.sums1x3(s, v0, n, y, q, a);
      }
      default -> {
        if (four) {
          LaneConvSmallSums.sums4x1(s, v0, v1, v2, v3, n, y, q, a);
          return 4;
        }
        LaneConvSmallSums.sums1x1(s, v0, n, y, q, a);
      }
    }
    return 1;
  }

  /// Writes one unit's sums to the weights of its channels.
  private void store(float[] s, int a, int at, int width) {
    for (int v = 0; v < vectors; v++) {
      for (int lane = 0; lane < L; lane++) {
        int k = v / parts * rows * run + v % parts * L + lane;
        int end = Math.min(win.kernelH(), (v / parts + 1) * rows) * run;
        if (k < end) {
          for (int j = 0; j < width; j++) {
            out[at + k * o + j] = s[a + (v * width + j) * L + lane];
          }
        }
      }
    }
  }
}
