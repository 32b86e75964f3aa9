package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.Conv;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.reference.Leads;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The input's cotangent of a convolution, lanes along the input channels of a group.
///
/// For every lead entry, for every chunk of pixels, for all [WideConvPixels] that are read through
/// the same taps, for every group: the [WideConvProduct] of the positions that read a pixel
/// `[pixel, (kernel row, kernel column, output channel)]` with the transposed weight. Taps without
/// a position are skipped, which may change the sign of a zero; so every zero ends as +0.
final class WideConvInput {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  private final WideConvSizes s;
  private final Leads leads;
  private final float[] g;
  private final float[] weight;
  private final float[] out;
  private final WideConvChunks chunks;
  private final List<WideConvPixels> whole;
  private final int panels;

  private WideConvInput(WideConvSizes s, Array[] in, Leads leads, Array out) {
    this.s = s;
    this.leads = leads;
    g = in[0].floats();
    weight = in[1].floats();
    this.out = out.floats();
    chunks = WideConvChunks.of(s.n(), s.h(), s.w());
    whole = WideConvPixels.of(s, chunks.images(), 0, chunks.rows());
    panels = s.taps() * s.og() * WideConvProduct.vectors(s.cg()) * L;
  }

  static Array run(Conv.Input p, Array[] in, Array out) {
    if (out.shape().size() == 0) {
      return out;
    }
    WideConvSizes s = WideConvSizes.of(p, out.shape(), in[0].shape());
    new WideConvInput(s, in, Leads.of(p, in), out).run();
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
      if (at != packed) {
        pack(at);
        packed = at;
      }
      chunk(lead, i % perLead);
    }
  }

  private void chunk(int lead, int chunk) {
    int images = chunks.imagesOf(chunk);
    int rows = chunks.rowsOf(chunk);
    int first = chunks.firstRow(chunk);
    int firstImage = chunks.firstImage(chunk);
    boolean same = images == chunks.images() && rows == chunks.rows() && first == 0;
    int from = leads.start(0, lead) + firstImage * s.oh() * s.ow() * s.o();
    int to = ((lead * s.n() + firstImage) * s.h() + first) * s.w() * s.c();
    float[] b = Scratch.floats(Scratch.CONV + 1, 0);
    for (WideConvPixels p : same ? whole : WideConvPixels.of(s, images, first, rows)) {
      for (int j = 0; j < s.groups(); j++) {
        p.product()
            .multiply(
                g,
                from + j * s.og(),
                p.positions(),
                p.pixels(),
                p.count(),
                b,
                j * panels,
                s.cg(),
                out,
                to + j * s.cg());
      }
    }
    WideConvProduct.positiveZeros(out, to, to + images * rows * s.w() * s.c());
  }

  /// The weight `[tap, cg, o]` as panels of rows (tap, output channel).
  private void pack(int at) {
    float[] to = Scratch.floats(Scratch.CONV + 1, s.groups() * panels);
    int depth = s.taps() * s.og();
    int vectors = WideConvProduct.vectors(s.cg());
    int[] lanes = new int[L];
    for (int l = 0; l < L; l++) {
      lanes[l] = Math.min(l, s.cg() - 1) * s.o(); // lanes beyond the channels are never stored
    }
    for (int j = 0; j < s.groups(); j++) {
      for (int v = 0; v < vectors; v++) {
        int column = WideConvProduct.column(v, s.cg());
        int width = v == (vectors & ~1) ? L : 2 * L;
        int start = j * panels + (v & ~1) * L * depth + (v & 1) * L;
        for (int tap = 0; tap < s.taps(); tap++) {
          int from = at + (tap * s.cg() + column) * s.o() + j * s.og();
          transpose(weight, from, lanes, s.og(), to, start, width);
          start += s.og() * width;
        }
      }
    }
  }

  private static void transpose(
      float[] from, int at, int[] lanes, int columns, float[] to, int start, int toStep) {
    for (int c = 0; c < columns; c++) {
      FloatVector.fromArray(S, from, at + c, lanes, 0).intoArray(to, start + c * toStep);
    }
  }
}
