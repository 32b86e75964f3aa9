package dev.tutti.engine.vector;

import dev.tutti.engine.Affine;
import dev.tutti.engine.Array;
import dev.tutti.engine.MatMul;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Primitive;
import dev.tutti.engine.reference.Leads;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Matrix products c = e + a · b for every lead entry, e being zeros or a bias.
///
/// For every lead entry, for every strip of up to three vectors of c's columns, for every block of
/// k: copy the strip of b, so that its rows lie side by side; for every tile of rows of a:
/// [Strip3Rows] and its kin. a is read where it lies. Few rows of a read b itself.
///
/// Units of work are strips, and runs of rows where strips are too few. No cut changes an element's
/// order of additions.
final class Gemm {
  private static final VectorSpecies<Float> S = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  /// Vectors per strip: 24 accumulators fit in 32 registers, 8 in 16.
  private static final int WIDEST = Lanes.REGISTERS >= 32 ? 3 : 2;

  /// k is cut into blocks whose strip of b (192 KB) stays in the L2 cache.
  private static final int DEPTH = 1024;

  /// From this many rows of a on a copy of b pays; with longer rows of b, which lie in different
  /// pages and, at powers of two, in the same cache sets, for fewer too.
  private static final int MANY_ROWS = 72;

  private static final int SOME_ROWS = 16;
  private static final int LONG_ROW = 256;

  /// Rows whose sums are set up together, to be in the cache when their tiles begin: a multiple of
  /// all tiles' heights.
  private static final int CHUNK = 48;

  private static final int ROWS_OF_UNIT = 96;
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
    int vectors = Math.ceilDiv(n, L);
    int strips = Math.ceilDiv(vectors, WIDEST);
    int units = leads.count * strips;
    if (Parallel.inTask() || (long) units * m * k * L * WIDEST < WORTH_SPLITTING) {
      for (int u = 0; u < units; u++) {
        strip(u / strips, u % strips, strips, 0, m);
      }
      return;
    }
    int wanted = 4 * Parallel.threads();
    int runs = Math.max(1, Math.min(Math.ceilDiv(wanted, units), m / ROWS_OF_UNIT));
    Parallel.run(
        units * runs,
        i -> {
          int u = i / runs;
          int run = i % runs;
          strip(u / strips, u % strips, strips, m * run / runs, m * (run + 1) / runs);
        });
  }

  /// Rows `from … to` of one strip of one lead entry. Of a strip that does not end with a whole
  /// vector, sums are kept aside in rows of whole vectors.
  private void strip(int lead, int s, int strips, int from, int to) {
    int vectors = Math.ceilDiv(n, L);
    int j = vectors * s / strips * L;
    int width = Math.min(n, vectors * (s + 1) / strips * L) - j;
    int padded = Math.ceilDiv(width, L) * L;
    int rows = to - from;
    boolean aside = width < padded;
    float[] sums = aside ? Scratch.floats(Scratch.GEMM + 1, rows * padded) : c;
    int co = (lead * m + from) * n + j;
    int so = aside ? 0 : co;
    int si = aside ? padded : n;
    float[] start = start(lead, j, width);
    int ao = leads.start(0, lead) + from * ai;
    int bo = leads.start(1, lead) + j * bj;
    for (int q = 0; q < k || q == 0; q += DEPTH) {
      int depth = Math.min(DEPTH, k - q);
      int at = bo + q * bk;
      boolean whole = bj == 1 && at + (depth - 1) * bk + padded <= b.length;
      float[] strip = b;
      int step = bk;
      if (!whole || rows >= (n > LONG_ROW ? SOME_ROWS : MANY_ROWS)) {
        strip = Scratch.aligned(Scratch.GEMM, depth * padded);
        copy(at, width, depth, padded, strip, Scratch.START);
        at = Scratch.START;
        step = padded;
      }
      for (int r = 0; r < rows; r += CHUNK) {
        int count = Math.min(CHUNK, rows - r);
        int sr = so + r * si;
        if (q == 0) {
          fill(start, padded, count, sums, sr, si);
        }
        int ar = ao + q * ak + r * ai;
        run(padded / L, count, ar, strip, at, step, sums, sr, si, depth);
      }
    }
    for (int r = 0; aside && r < rows; r++) {
      System.arraycopy(sums, r * padded, c, co + r * n, width);
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

  /// to[start + d · stride + x] = b's row d, column x of a strip that starts at `at`, zero beyond
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
