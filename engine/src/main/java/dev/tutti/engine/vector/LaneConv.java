package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.Conv;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Window;
import dev.tutti.engine.reference.Leads;
import java.util.Arrays;

/// Convolution and its input's cotangent with images along the lanes, for channels too few to fill
/// a vector.
///
/// The loop nest:
///
/// ```
/// for every block of L images, for every lead entry:
///   transpose the images to [row][channel][column][lane], once for lead entries that share them
///   for every band of target rows:
///     for every group, for every row, for every run of pixels with the same taps:
///       for every tile of channels, for every tile of pixels:
///         LaneConvTiles: sum over the taps, then add the bias
///     transpose the band back
/// ```
///
/// Lanes beyond the last image hold zeros and are dropped. Source rows that do not all fit in
/// [#SOURCE] floats are transposed for each band instead.
final class LaneConv {
  private static final int L = Lanes.COUNT;

  /// Floats of a band of target rows. With few taps there is little arithmetic between the
  /// transposes, so bands are smaller and stay in a nearer cache.
  private static final int TARGET = 1 << 14;

  private static final int SMALL_TARGET = 1 << 12;
  private static final int FEW_TAPS = 32;

  /// Floats of the source rows that are held at once.
  private static final int SOURCE = 1 << 17;

  private static final long WORTH_SPLITTING = 1 << 20;

  private final LaneConvPlan plan;
  private final int images;
  private final Leads leads;
  private final float[] x;
  private final float[] weights;
  private final float[] out;
  private final int band;
  private final boolean whole;
  private final int[] places;
  private final int blocks;

  /// Whether all lead entries read the same images.
  private final boolean shared;

  private LaneConv(LaneConvPlan plan, Leads leads, float[] x, float[] weights, Array out) {
    this.plan = plan;
    this.leads = leads;
    this.x = x;
    this.weights = weights;
    this.out = out.floats();
    images = out.shape().dim(-4);
    blocks = Math.ceilDiv(images, L);
    places = plan.places();
    boolean same = true;
    for (int l = 1; l < leads.count; l++) {
      same &= leads.start(0, l) == leads.start(0, 0);
    }
    shared = same;
    int row = plan.targetW * plan.targetC * L;
    int low = plan.rows.stream().mapToInt(LaneConvPlan.Run::low).min().orElse(0);
    int high = plan.rows.stream().mapToInt(LaneConvPlan.Run::high).max().orElse(0);
    whole = (long) (high - low) * plan.rowSize <= SOURCE;
    int taps = plan.taps.stream().mapToInt(t -> t.offsets().length).max().orElse(0);
    int rows = Math.max(1, (taps <= FEW_TAPS ? SMALL_TARGET : TARGET) / row);
    if (!whole) {
      int slope = plan.rows.get(0).slope();
      rows = Math.min(rows, Math.max(1, SOURCE / slope / plan.rowSize));
    }
    band = Math.min(plan.targetH, rows);
  }

  /// The convolution, starting at 0, and then the bias, if there is a third input.
  static Array forward(Conv.Forward p, Array[] in, Array out) {
    if (out.shape().size() == 0) {
      return out;
    }
    int o = in[1].shape().dim(-1);
    LaneConvPlan plan = LaneConvPlan.forward(p.window(), p.groups(), hwc(in[0]), hwc(out));
    Leads leads = Leads.of(p, in);
    int size = plan.weights + o;
    float[] packed = Scratch.floats(Scratch.CONV + 1, leads.count * size);
    for (int l = 0; l < leads.count; l++) {
      plan.pack(in[1].floats(), leads.start(1, l), packed, l * size);
      int to = l * size + plan.weights;
      if (in.length == 2) {
        Arrays.fill(packed, to, to + o, -0f); // s + −0 = s, also for s = −0
      } else {
        System.arraycopy(in[2].floats(), leads.start(2, l), packed, to, o);
      }
    }
    new LaneConv(plan, leads, in[0].floats(), packed, out).run();
    return out;
  }

  static Array input(Conv.Input p, Array[] in, Array out) {
    if (out.shape().size() == 0) {
      return out;
    }
    Window win = p.window();
    LaneConvPlan plan = LaneConvPlan.input(win, p.groups(), hwc(out), hwc(in[0]));
    Leads leads = Leads.of(p, in);
    int size = plan.weights + plan.targetC;
    float[] packed = Scratch.floats(Scratch.CONV + 1, leads.count * size);
    int kernel = win.kernelH() * win.kernelW();
    float[] all = Scratch.floats(Scratch.CONV + 3, kernel * plan.sourceC * plan.targetG);
    for (int l = 0; l < leads.count; l++) {
      plan.packTransposed(
          in[1].floats(), leads.start(1, l), win.kernelH(), win.kernelW(), all, packed, l * size);
      int to = l * size + plan.weights;
      Arrays.fill(packed, to, to + plan.targetC, 0); // −0 + 0 = 0: a zero result is +0
    }
    new LaneConv(plan, leads, in[0].floats(), packed, out).run();
    return out;
  }

  private static int[] hwc(Array a) {
    Shape s = a.shape();
    return new int[] {s.dim(-3), s.dim(-2), s.dim(-1)};
  }

  private void run() {
    int units = blocks * leads.count;
    long work = (long) units * L * plan.targetH * plan.targetW * plan.targetC * plan.sourceG;
    boolean split =
        !Parallel.inTask() && work * plan.rows.get(0).elements().length > WORTH_SPLITTING;
    int pieces = split ? Math.min(units, 4 * Parallel.threads()) : 1;
    if (pieces == 1) {
      units(0, units);
    } else {
      Parallel.run(
          pieces,
          i -> units((int) ((long) units * i / pieces), (int) ((long) units * (i + 1) / pieces)));
    }
  }

  private void units(int from, int to) {
    int block = -1;
    int start = -1;
    int bands = Math.ceilDiv(plan.targetH, band);
    int heldRows = 0;
    int[][] ranges = new int[bands][];
    for (int b = 0; b < bands; b++) {
      ranges[b] = whole ? sources(0, plan.targetH) : sources(b * band, rowsOf(b));
      heldRows = Math.max(heldRows, ranges[b][1] - ranges[b][0]);
    }
    int size = plan.weights + plan.targetC;
    int x = Scratch.START + (size + L - 1) / L * L;
    int y = x + heldRows * plan.rowSize;
    float[] s = Scratch.aligned(Scratch.CONV, y + band * plan.targetW * plan.targetC * L);
    int lead = -1;
    for (int u = from; u < to; u++) {
      int nextBlock = shared ? u / leads.count : u % blocks;
      int nextLead = shared ? u % leads.count : u / blocks;
      if (lead != nextLead) {
        lead = nextLead;
        System.arraycopy(weights, lead * size, s, 0, size);
      }
      for (int b = 0; b < bands; b++) {
        if (!whole || block != nextBlock || start != leads.start(0, lead)) {
          block = nextBlock;
          start = leads.start(0, lead);
          source(s, x, block * L, start, ranges[b]);
        }
        band(s, x - ranges[b][0] * plan.rowSize, b, y);
        target(s, y, lead, block * L, b * band, rowsOf(b));
      }
    }
  }

  /// The end of band `b`.
  private int rowsOf(int b) {
    return Math.min(plan.targetH, (b + 1) * band);
  }

  /// The source rows that target rows `from … to − 1` read.
  private int[] sources(int from, int to) {
    int low = Integer.MAX_VALUE;
    int high = Integer.MIN_VALUE;
    for (LaneConvPlan.Run r : plan.rows) {
      LaneConvPlan.Run rows = r.within(from, to);
      if (rows.count() > 0 && rows.elements().length > 0) {
        low = Math.min(low, rows.low());
        high = Math.max(high, rows.high());
      }
    }
    return low < high ? new int[] {low, high} : new int[] {0, 0};
  }

  /// Transposes rows `range` of up to L images into the lanes.
  private void source(float[] s, int x0, int first, int start, int[] range) {
    int count = Math.min(L, images - first);
    int row = plan.sourceW * plan.sourceC;
    int image = plan.sourceH * row;
    for (int r = range[0]; r < range[1]; r++) {
      int to = x0 + (r - range[0]) * plan.rowSize;
      boolean inside = r >= 0 && r < plan.sourceH;
      if (!inside || !plan.filled()) {
        Arrays.fill(s, to, to + plan.rowSize, 0);
      }
      if (inside) {
        int at = start + first * image + r * row;
        LaneConvTransposes.toLanes(x, at, image, count, s, to, places);
      }
    }
  }

  /// Computes one band of target rows into `s` from `y` on, `[row][column][channel][lane]`, group
  /// by group, since a group's source rows may fit in a first-level cache.
  private void band(float[] s, int x, int b, int y) {
    int from = b * band;
    int row = plan.targetW * plan.targetC * L;
    for (int g = 0; g < plan.groups; g++) {
      for (LaneConvPlan.Run all : plan.rows) {
        LaneConvPlan.Run rows = all.within(from, rowsOf(b));
        for (int i = 0; i < rows.count(); i++) {
          int source = x + (rows.skip() + i) * rows.slope() * plan.rowSize + g * plan.groupSize();
          int target = y + (rows.first() + i * rows.step() - from) * row;
          for (LaneConvPlan.Run columns : plan.columns) {
            row(s, source, plan.taps(rows, columns), columns, target, g * plan.targetG);
          }
        }
      }
    }
  }

  /// Target pixels of one row and one run of columns, the channels of one group.
  private void row(
      float[] s, int source, LaneConvPlan.Taps t, LaneConvPlan.Run run, int y, int first) {
    int[] taps = t.offsets();
    int step = run.step() * plan.targetC * L;
    int x = source + run.skip() * L;
    int channel = first;
    for (int width : plan.widths) {
      int to = y + (run.first() * plan.targetC + channel) * L;
      int at = t.weights() + channel * taps.length;
      tiles(s, x, taps, at, plan.weights + channel, to, step, run.count(), width);
      channel += width;
    }
  }

  private void tiles(
      float[] s, int x, int[] taps, int w, int b, int y, int step, int n, int width) {
    int i = 0;
    boolean eights = width == 1 || width == 3 && Lanes.REGISTERS >= 32;
    for (; eights && n >= 8 && n - i > 4; i += 8) {
      int at = Math.min(i, n - 8);
      if (width == 3) {
        LaneConvTiles.tile8x3(s, x + at * L, taps, w, b, y + at * step, step);
      } else {
        LaneConvTiles.tile8x1(s, x + at * L, taps, w, b, y + at * step, step);
      }
    }
    for (; n >= 4 && i < n; i += 4) {
      int at = Math.min(i, n - 4);
      four(s, x + at * L, taps, w, b, y + at * step, step, width);
    }
    for (; i < n; i++) {
      int c = 0;
      for (; c + 4 <= width; c += 4) {
        LaneConvTiles.tile1x4(s, x + i * L, taps, w + c, width, b + c, y + i * step + c * L);
      }
      for (; c < width; c++) {
        LaneConvTiles.tile1x1(s, x + i * L, taps, w + c, width, b + c, y + i * step + c * L);
      }
    }
  }

  private void four(float[] s, int x, int[] taps, int w, int b, int y, int step, int width) {
    switch (width) {
      case 6 -> LaneConvTiles.tile4x6(s, x, taps, w, b, y, step);
      case 4 -> LaneConvTiles.tile4x4(s, x, taps, w, b, y, step);
      case 3 -> LaneConvTiles.tile4x3(s, x, taps, w, b, y, step);
      case 2 -> LaneConvTiles.tile4x2(s, x, taps, w, b, y, step);
      default -> LaneConvTiles.tile4x1(s, x, taps, w, b, y, step);
    }
  }

  /// Transposes target rows `from … to − 1` of a block of images back.
  private void target(float[] s, int y, int lead, int first, int from, int to) {
    int row = plan.targetW * plan.targetC;
    int image = plan.targetH * row;
    int at = (lead * images + first) * image + from * row;
    int count = Math.min(L, images - first);
    LaneConvTransposes.fromLanes(s, y, (to - from) * row, out, at, image, count);
  }
}
