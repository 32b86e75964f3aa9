package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.Conv;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.reference.Leads;
import java.util.Arrays;

/// Convolution as an implicit matrix product, lanes along the output channels of a group.
///
/// For every lead entry, for every chunk of positions, for every group: the [WideConvProduct] of
/// windows `[position, (kernel row, kernel column, channel)]` with the weight. Windows are read in
/// place; a chunk of a padded image is first copied into a border of zeros.
final class WideConvForward {
  private final WideConvSizes s;
  private final Leads leads;
  private final float[] x;
  private final float[] weight;
  private final float[] bias;
  private final float[] out;
  private final WideConvChunks chunks;
  private final int columns;
  private final WideConvProduct product;
  private final int[] windows;
  private final int[] outputs;

  private WideConvForward(WideConvSizes s, Array[] in, Leads leads, Array out) {
    this.s = s;
    this.leads = leads;
    x = in[0].floats();
    weight = in[1].floats();
    bias = in.length == 2 ? null : in[2].floats();
    this.out = out.floats();
    chunks = WideConvChunks.of(s.n(), s.oh(), s.ow());
    columns = s.padded() ? (s.ow() - 1) * s.win().strideW() + s.reachW() + 1 : s.w();
    boolean joined = s.groups() == 1 && s.win().dilationW() == 1;
    product =
        new WideConvProduct(
            s.elements(columns * s.c()), joined ? s.win().kernelW() * s.c() : s.cg());
    windows = windows(chunks.images(), chunks.rows());
    outputs = new int[windows.length];
    int count = windows.length - WideConvProduct.TALLEST;
    for (int p = 0; p < count; p++) {
      outputs[p] = p * s.o();
    }
    WideConvProduct.repeatLast(outputs, count);
  }

  /// The convolution, and then the bias, if there is a third input, added to the finished sum.
  static Array run(Conv.Forward p, Array[] in, Array out) {
    if (out.shape().size() == 0) {
      return out;
    }
    WideConvSizes s = WideConvSizes.of(p, in[0].shape(), out.shape());
    new WideConvForward(s, in, Leads.of(p, in), out).run();
    return out;
  }

  private void run() {
    int total = leads.count * chunks.count();
    boolean split = s.worthSplitting(leads.count) && !Parallel.inTask();
    int pieces = split ? Math.min(total, 2 * Parallel.threads()) : 1;
    if (pieces == 1) {
      piece(0, total);
    } else {
      Parallel.run(
          pieces,
          i -> piece((int) ((long) total * i / pieces), (int) ((long) total * (i + 1) / pieces)));
    }
  }

  /// Chunks `from … to − 1`, counted through all lead entries.
  private void piece(int from, int to) {
    int perLead = chunks.count();
    int packed = -1;
    for (int i = from; i < to; i++) {
      int lead = i / perLead;
      int at = leads.start(1, lead);
      if (!inPlace() && at != packed) {
        pack(at);
        packed = at;
      }
      chunk(lead, i % perLead);
    }
  }

  private boolean inPlace() {
    return WideConvProduct.isPanel(s.og(), s.o());
  }

  private int panels() {
    return product.depth() * WideConvProduct.vectors(s.og()) * Lanes.COUNT;
  }

  private void pack(int at) {
    float[] to = Scratch.floats(Scratch.CONV + 1, s.groups() * panels());
    for (int g = 0; g < s.groups(); g++) {
      WideConvProduct.pack(
          weight, at + g * s.og(), s.o(), product.depth(), s.og(), to, g * panels());
    }
  }

  private int imageRows(int rows) {
    return s.padded() ? (rows - 1) * s.win().strideH() + s.reachH() + 1 : s.h();
  }

  private int[] windows(int images, int rows) {
    return s.windows(images, rows, imageRows(rows) * columns * s.c(), columns * s.c());
  }

  private void chunk(int lead, int chunk) {
    int images = chunks.imagesOf(chunk);
    int rows = chunks.rowsOf(chunk);
    boolean whole = images == chunks.images() && rows == chunks.rows();
    int firstImage = chunks.firstImage(chunk);
    int top = chunks.firstRow(chunk) * s.win().strideH() - s.win().top();
    float[] a = x;
    int base = leads.start(0, lead) + firstImage * s.h() * s.w() * s.c();
    if (s.padded()) {
      int high = imageRows(rows);
      a = Scratch.floats(Scratch.CONV, images * high * columns * s.c());
      WideConvBorder.copy(
          x, base, images, s.h(), s.w(), s.c(), top, high, -s.win().left(), columns, a);
      base = 0;
    } else {
      base += top * s.w() * s.c();
    }
    int count = images * rows * s.ow();
    int to = ((lead * s.n() + firstImage) * s.oh() + chunks.firstRow(chunk)) * s.ow() * s.o();
    int[] from = whole ? windows : windows(images, rows);
    int[] outputs = whole ? this.outputs : firstOf(this.outputs, count);
    float[] b = inPlace() ? weight : Scratch.floats(Scratch.CONV + 1, 0);
    for (int g = 0; g < s.groups(); g++) {
      int bo = inPlace() ? leads.start(1, lead) : g * panels();
      product.multiply(
          a, base + g * s.cg(), from, outputs, count, b, bo, s.og(), out, to + g * s.og());
    }
    if (bias != null) {
      WideConvProduct.addBias(out, to, count, s.o(), bias, leads.start(2, lead));
    }
  }

  private static int[] firstOf(int[] table, int count) {
    int[] first = Arrays.copyOf(table, count + WideConvProduct.TALLEST);
    WideConvProduct.repeatLast(first, count);
    return first;
  }
}
