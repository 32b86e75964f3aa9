package dev.tutti.engine.vector;

import dev.tutti.engine.Affine;
import dev.tutti.engine.Array;
import dev.tutti.engine.MatMul;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Primitive;
import dev.tutti.engine.reference.Leads;
import java.util.function.IntConsumer;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Matrix products c = e + a · b for every lead entry, e being zeros or a bias.
///
/// For every lead entry, for every group of strips of up to three vectors of c's columns, for every
/// block of k: if it pays, copy the group's columns of b, so that its rows are contiguous; for
/// every chunk of rows of a, for every strip, for every tile of rows: [Strip3Rows] and the other
/// strips. a is read in place.
///
/// Units of work are groups, or runs of rows if there are too few groups. No cut changes the order
/// in which an element's terms are added.
final class Gemm {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  /// Vectors per strip: 24 accumulators fit in 32 registers, 8 in 16.
  private static final int WIDEST = Lanes.REGISTERS >= 32 ? 3 : 2;

  /// k is cut into blocks whose group of strips of b (384 KB) stays in the L2 cache.
  private static final int DEPTH = 512;

  /// From this many rows of a on, a copy of b pays. Longer rows of b are in different pages and, at
  /// powers of two, in the same cache sets; for them fewer rows suffice.
  private static final int MANY_ROWS = 72;

  private static final int SOME_ROWS = 16;
  private static final int LONG_ROW = 256;

  /// Rows whose sums are set up together, to be in the cache when their tiles begin: a multiple of
  /// all tiles' heights.
  private static final int CHUNK = 48;

  /// Rows of a unit of work: at least this many, a multiple of all tiles' heights.
  private static final int UNIT = 24;

  /// Strips of a unit of work: their copies of b fit the second cache, and the parts read of b's
  /// rows are contiguous.
  private static final int GROUP = 4;

  private static final long WORTH_SPLITTING = 1 << 20;
  private static final float[] ZEROS = new float[3 * 16];

  private final int m;
  private final int n;
  private final int k;
  private final float[] a;
  private final boolean transA;
  private final int ai;
  private final int ak;
  private final float[] b;
  private final int bk;
  private final int bj;
  private final float[] bias;
  private final float[] c;
  private final Leads leads;

  private Gemm(Primitive p, Array[] in, boolean transA, boolean transB, float[] bias, Array out) {
    m = out.shape().dim(-2);
    n = out.shape().dim(-1);
    k = in[0].shape().dim(transA ? -2 : -1);
    a = in[0].floats();
    this.transA = transA;
    ai = transA ? 1 : k;
    ak = transA ? m : 1;
    b = in[1].floats();
    bk = transB ? 1 : n;
    bj = transB ? k : 1;
    this.bias = bias;
    c = out.floats();
    leads = Leads.of(p, in);
  }

  static Array run(MatMul p, Array[] in, Array out) {
    new Gemm(p, in, p.transA(), p.transB(), null, out).run();
    return out;
  }

  /// relu?(x · w + bias): every sum starts at the bias.
  static Array linear(Affine p, Array[] in, Array out) {
    new Gemm(p, in, false, false, in[2].floats(), out).run();
    if (p.relu()) {
      relu(out.floats(), out.shape().size());
    }
    return out;
  }

  private void run() {
    if (m == 0 || n == 0) {
      return;
    }
    int strips = Math.ceilDiv(Math.ceilDiv(n, L), WIDEST);
    int groups = bj == 1 ? Math.ceilDiv(strips, GROUP) : strips; // transposes like short rows
    int units = leads.count * groups;
    boolean split = (long) leads.count * n * m * k >= WORTH_SPLITTING && !Parallel.inTask();
    int wanted = split ? Math.ceilDiv(4 * Parallel.threads(), units) : 1;
    int runs = Math.clamp(wanted, 1, Math.ceilDiv(m, UNIT));
    int rows = Math.ceilDiv(Math.ceilDiv(m, runs), UNIT) * UNIT;
    IntConsumer unit =
        i -> {
          int u = i / runs;
          int g = u % groups;
          int from = Math.min(m, i % runs * rows);
          int to = Math.min(m, from + rows);
          group(u / groups, strips * g / groups, strips * (g + 1) / groups, strips, from, to);
        };
    if (split) {
      Parallel.run(units * runs, unit);
    } else {
      for (int i = 0; i < units; i++) {
        unit.accept(i);
      }
    }
  }

  /// Rows `from … to` of some neighbouring strips of one lead entry: for every block of k, their
  /// copies of b; for every chunk of rows, while it is in the cache, every strip.
  private void group(int lead, int first, int end, int strips, int from, int to) {
    int vectors = Math.ceilDiv(n, L);
    int j = vectors * first / strips * L;
    int width = Math.min(n, vectors * end / strips * L) - j;
    int padded = Math.ceilDiv(width, L) * L;
    int rows = to - from;
    boolean many = rows >= (n > LONG_ROW ? SOME_ROWS : MANY_ROWS);
    for (int q = 0; q < k || q == 0; q += DEPTH) {
      int depth = Math.min(DEPTH, k - q);
      int at = leads.start(1, lead) + j * bj + q * bk;
      boolean whole = bj == 1 && at + (depth - 1) * bk + padded <= b.length;
      boolean copied = !whole || many;
      float[] panel = copied ? Scratch.aligned(Scratch.GEMM, depth * padded) : b;
      if (copied) {
        copy(at, width, depth, padded, panel, Scratch.START);
      }
      int bo = copied ? Scratch.START : at;
      int step = copied ? padded : bk;
      for (int r = from; r < to; r += CHUNK) {
        int count = Math.min(CHUNK, to - r);
        for (int s = first; s < end; s++) {
          int x = vectors * s / strips * L;
          int v = vectors * (s + 1) / strips - x / L;
          strip(lead, q, depth, r, count, x, v, panel, bo + x - j, step);
        }
      }
    }
  }

  /// One chunk of rows of one strip of v vectors, for one block of k. Sums of a strip that does not
  /// end with a whole vector are kept in a separate array, in rows of whole vectors.
  private void strip(
      int lead,
      int q,
      int depth,
      int row,
      int rows,
      int j,
      int v,
      float[] panel,
      int bo,
      int step) {
    int width = Math.min(n - j, v * L);
    boolean aside = width < v * L;
    int co = (lead * m + row) * n + j;
    float[] sums = aside ? Scratch.floats(Scratch.GEMM + 1, CHUNK * WIDEST * L) : c;
    int so = aside ? 0 : co;
    int si = aside ? v * L : n;
    if (q == 0) {
      fill(start(lead, j, width), v * L, rows, sums, so, si);
    } else if (aside) {
      for (int r = 0; r < rows; r++) {
        System.arraycopy(c, co + r * n, sums, r * si, width);
      }
    }
    int ao = leads.start(0, lead) + row * ai + q * ak;
    run(v, rows, ao, panel, bo, step, sums, so, si, depth);
    for (int r = 0; aside && r < rows; r++) {
      System.arraycopy(sums, r * si, c, co + r * n, width);
    }
  }

  /// What every row of a strip starts from: whole vectors.
  private float[] start(int lead, int j, int width) {
    if (bias == null) {
      return ZEROS;
    }
    float[] start = Scratch.floats(Scratch.GEMM + 2, WIDEST * L);
    System.arraycopy(bias, leads.start(2, lead) + j, start, 0, width);
    return start;
  }

  private static void fill(float[] row, int width, int rows, float[] to, int start, int step) {
    for (int x = 0; x < width; x += L) {
      FloatVector v = FloatVector.fromArray(S, row, x);
      for (int r = 0; r < rows; r++) {
        v.intoArray(to, start + r * step + x);
      }
    }
  }

  private void run(
      int v,
      int rows,
      int ao,
      float[] strip,
      int bo,
      int step,
      float[] sums,
      int so,
      int si,
      int depth) {
    switch (transA ? v + 3 : v) {
      case 1 -> Strip1Rows.run(rows, a, ao, ai, strip, bo, step, sums, so, si, depth);
      case 2 -> Strip2Rows.run(rows, a, ao, ai, strip, bo, step, sums, so, si, depth);
      case 3 -> Strip3Rows.run(rows, a, ao, ai, strip, bo, step, sums, so, si, depth);
      case 4 -> Strip1Columns.run(rows, a, ao, ak, strip, bo, step, sums, so, si, depth);
      case 5 -> Strip2Columns.run(rows, a, ao, ak, strip, bo, step, sums, so, si, depth);
      default -> Strip3Columns.run(rows, a, ao, ak, strip, bo, step, sums, so, si, depth);
    }
  }

  /// `to[start + d · stride + x]` = b's row d, column x of a strip that starts at `at`, zero beyond
  /// `width`.
  private void copy(int at, int width, int depth, int stride, float[] to, int start) {
    if (bj != 1) {
      Transposes.transpose(b, at, bj, width, depth, to, start, stride);
      return;
    }
    int whole = width - width % L;
    for (int x = 0; x < whole; x += L) {
      copyVectors(b, at + x, bk, depth, to, start + x, stride);
    }
    for (int d = 0; d < depth && whole < width; d++) {
      int from = at + d * bk;
      int row = start + d * stride;
      for (int x = whole; x < width; x++) {
        to[row + x] = b[from + x];
      }
      for (int x = width; x < stride; x++) {
        to[row + x] = 0;
      }
    }
  }

  private static void copyVectors(
      float[] from, int at, int step, int n, float[] to, int start, int toStep) {
    for (int d = 0; d < n; d++) {
      FloatVector.fromArray(S, from, at + d * step).intoArray(to, start + d * toStep);
    }
  }

  private static void relu(float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.max(y[i], 0);
    }
  }
}
