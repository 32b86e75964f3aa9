package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.Conv;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.reference.Leads;
import java.util.Arrays;

/// The weight's cotangent of a convolution, lanes along the output channels of a group.
///
/// For every lead entry, for every group, for every chunk of positions, for every block of them:
/// for every panel of the cotangent, for every tile of kernel elements (kernel row, kernel column,
/// channel): sums are loaded, extended by the block's positions in ascending order, and stored.
/// Kernel elements that are neighbours in the input share a tile ([WideConvColumns]); the remaining
/// elements are collected into tiles of single elements ([WideConvTaps]).
final class WideConvWeight {
  private static final int L = Lanes.COUNT;

  private final WideConvSizes s;
  private final Leads leads;
  private final float[] x;
  private final float[] g;
  private final float[] out;
  private final WideConvChunks chunks;
  private final int columns;
  private final int[] elements;
  private final int[] windows;
  private final Tiles pairs;
  private final Tiles singles;

  /// Whether sums are kept in a separate array, in rows of whole vectors: necessary if panels would
  /// overlap, since each is extended block after block.
  private final boolean aside;

  /// The kernel elements as tiles: tile t of neighbours starts at element `first[t]` and has
  /// `heights[t]`; `others` are the elements left, in tiles of 8.
  private record Tiles(int[] first, int[] heights, int[] others, int count) {
    /// @param run the length of the stretches of neighbours
    static Tiles of(int elements, int run, boolean nines, int height) {
      int[] first = new int[elements];
      int[] heights = new int[elements];
      int[] others = new int[elements];
      int n = 0;
      int m = 0;
      int nine = nines && run / height >= run % height ? run % height : 0;
      for (int start = 0; start < elements; start += run) {
        int k = 0;
        for (int t = 0; t < run / height; t++) {
          first[n] = start + k;
          heights[n] = t < nine ? 9 : height;
          k += heights[n++];
        }
        for (; k < run; k++) {
          others[m++] = start + k;
        }
      }
      return new Tiles(
          Arrays.copyOf(first, n),
          Arrays.copyOf(heights, n),
          Arrays.copyOf(others, m),
          n + Math.ceilDiv(m, 8));
    }
  }

  private WideConvWeight(WideConvSizes s, Array[] in, Leads leads, Array out) {
    this.s = s;
    this.leads = leads;
    x = in[0].floats();
    g = in[1].floats();
    this.out = out.floats();
    chunks = WideConvChunks.of(s.n(), s.oh(), s.ow());
    columns = s.padded() ? (s.ow() - 1) * s.win().strideW() + s.reachW() + 1 : s.w();
    elements = s.elements(columns * s.c());
    windows = windows(chunks.images(), chunks.rows());
    boolean joined = s.groups() == 1 && s.win().dilationW() == 1;
    int run = joined ? s.win().kernelW() * s.c() : s.cg();
    boolean many = Lanes.REGISTERS >= 32;
    pairs = Tiles.of(elements.length, run, many, many ? 8 : 4);
    singles = Tiles.of(elements.length, run, false, 8);
    aside = s.og() % L != 0 && vectors() % 2 == 1;
  }

  static Array run(Conv.Weight p, Array[] in, Array out) {
    if (out.shape().size() == 0) {
      return out;
    }
    WideConvSizes s = WideConvSizes.of(p, in[0].shape(), in[1].shape());
    if (s.n() == 0) {
      Arrays.fill(out.floats(), 0);
      return out;
    }
    new WideConvWeight(s, in, Leads.of(p, in), out).run();
    return out;
  }

  private Tiles tiles(int vectors) {
    return vectors == 2 ? pairs : singles;
  }

  private void run() {
    int products = leads.count * s.groups();
    int vectors = WideConvProduct.vectors(s.og());
    int work = vectors / 2 * pairs.count() + vectors % 2 * singles.count();
    boolean split = s.worthSplitting(leads.count) && !Parallel.inTask() && Parallel.threads() > 1;
    int parts = split ? Math.min(work, Math.ceilDiv(2 * Parallel.threads(), products)) : 1;
    if (!split) {
      for (int i = 0; i < products; i++) {
        part(i / s.groups(), i % s.groups(), 0, work);
      }
      return;
    }
    Parallel.run(
        products * parts,
        i -> {
          int product = i / parts;
          int part = i % parts;
          part(
              product / s.groups(),
              product % s.groups(),
              (int) ((long) work * part / parts),
              (int) ((long) work * (part + 1) / parts));
        });
  }

  private int imageRows(int rows) {
    return s.padded() ? (rows - 1) * s.win().strideH() + s.reachH() + 1 : s.h();
  }

  private int[] windows(int images, int rows) {
    return s.windows(images, rows, imageRows(rows) * columns * s.c(), columns * s.c());
  }

  /// Tiles `from … to − 1` of one group, counted through all panels, over all positions.
  private void part(int lead, int group, int from, int to) {
    int block = elements.length * s.o();
    int first = lead * block + group * s.og();
    float[] c = aside ? Scratch.floats(Scratch.CONV + 2, elements.length * vectors() * L) : out;
    int co = aside ? 0 : first;
    for (int i = 0; i < chunks.count(); i++) {
      chunk(lead, group, from, to, i, c, co);
    }
    if (aside) {
      int t = 0;
      for (int v = 0; v < vectors(); v++) {
        Tiles tiles = tiles(Math.min(2, vectors() - (v & ~1)));
        for (int i = Math.max(0, from - t); i < Math.min(tiles.count(), to - t); i++) {
          copyBack(tiles, i, v, c, first);
        }
        t += v % 2 == 1 ? tiles.count() : 0;
      }
    }
  }

  /// Vector `v` of the separately kept sums of one tile.
  private void copyBack(Tiles tiles, int t, int v, float[] c, int first) {
    int tall = tiles.first().length;
    int low = (t - tall) * 8;
    int height = t < tall ? tiles.heights()[t] : Math.min(8, tiles.others().length - low);
    for (int i = 0; i < height; i++) {
      int k = t < tall ? tiles.first()[t] + i : tiles.others()[low + i];
      int to = first + k * s.o() + WideConvProduct.column(v, s.og());
      System.arraycopy(c, (k * vectors() + v) * L, out, to, Math.min(L, s.og()));
    }
  }

  private void chunk(int lead, int group, int from, int to, int chunk, float[] c, int co) {
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
    base += group * s.cg();
    int[] tab = whole ? windows : windows(images, rows);
    int count = images * rows * s.ow();
    int position = (firstImage * s.oh() + chunks.firstRow(chunk)) * s.ow();
    int at = leads.start(1, lead) + position * s.o() + group * s.og();
    int blocks = Math.ceilDiv(count, WideConvProduct.DEPTH);
    for (int i = 0; i < blocks; i++) {
      int q = count * i / blocks;
      int end = count * (i + 1) / blocks;
      boolean start = chunk == 0 && q == 0;
      block(a, base, tab, q, end, at + q * s.o(), from, to, start, c, co);
    }
  }

  /// Positions `q … end − 1` of a chunk; their cotangents start at `at`.
  private void block(
      float[] a,
      int base,
      int[] tab,
      int q,
      int end,
      int at,
      int from,
      int to,
      boolean start,
      float[] c,
      int co) {
    boolean inPlace = WideConvProduct.isPanel(s.og(), s.o());
    float[] b = inPlace ? g : Scratch.floats(Scratch.CONV + 1, (end - q) * vectors() * L);
    if (!inPlace) {
      WideConvProduct.pack(g, at, s.o(), end - q, s.og(), b, 0);
    }
    float[] e = start ? WideConvProduct.ZEROS : c;
    int keep = start ? 0 : -1;
    int ci = aside ? vectors() * L : s.o();
    int t = 0;
    for (int v = 0; v < vectors(); v += 2) {
      int vectors = Math.min(2, vectors() - v);
      Tiles tiles = tiles(vectors);
      int low = Math.max(0, from - t);
      int high = Math.min(tiles.count(), to - t);
      int first = column(v);
      int last = vectors == 2 ? column(v + 1) - first : 0;
      int bo = inPlace ? at : v * L * (end - q);
      for (int i = low; i < high; i++) {
        tile(tiles, i, a, base, tab, q, end, b, bo, vectors, e, keep, c, co + first, ci, last);
      }
      t += tiles.count();
    }
  }

  private int column(int v) {
    return aside ? v * L : WideConvProduct.column(v, s.og());
  }

  private int vectors() {
    return WideConvProduct.vectors(s.og());
  }

  private void tile(
      Tiles tiles,
      int t,
      float[] a,
      int base,
      int[] tab,
      int from,
      int to,
      float[] b,
      int bo,
      int vectors,
      float[] e,
      int keep,
      float[] c,
      int co,
      int ci,
      int last) {
    int tall = tiles.first().length;
    if (t >= tall) {
      others(
          tiles, (t - tall) * 8, a, base, tab, from, to, b, bo, vectors, e, keep, c, co, ci, last);
      return;
    }
    int k = tiles.first()[t];
    int at = base + elements[k];
    int row = co + k * ci;
    if (vectors == 1) {
      WideConvColumns.tile8x1(a, at, tab, from, to, b, bo, e, keep, c, row, ci, last);
    } else if (tiles.heights()[t] == 9) {
      WideConvColumns.tile9x2(a, at, tab, from, to, b, bo, e, keep, c, row, ci, last);
    } else if (tiles.heights()[t] == 8) {
      WideConvColumns.tile8x2(a, at, tab, from, to, b, bo, e, keep, c, row, ci, last);
    } else {
      WideConvColumns.tile4x2(a, at, tab, from, to, b, bo, e, keep, c, row, ci, last);
    }
  }

  /// Up to eight elements from number `first` of those without neighbours on.
  private void others(
      Tiles tiles,
      int first,
      float[] a,
      int base,
      int[] tab,
      int from,
      int to,
      float[] b,
      int bo,
      int vectors,
      float[] e,
      int keep,
      float[] c,
      int co,
      int ci,
      int last) {
    int count = Math.min(8, tiles.others().length - first);
    int[] rows = new int[WideConvProduct.TALLEST];
    int[] cs = new int[WideConvProduct.TALLEST];
    for (int i = 0; i < rows.length; i++) {
      int k = tiles.others()[first + Math.min(i, count - 1)];
      rows[i] = elements[k];
      cs[i] = k * ci;
    }
    WideConvProduct.taps(
        a, base, tab, from, to, rows, 0, count, b, bo, vectors, e, keep, c, cs, co, last);
  }
}
