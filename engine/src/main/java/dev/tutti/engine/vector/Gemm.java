package dev.tutti.engine.vector;

import dev.tutti.engine.Affine;
import dev.tutti.engine.Array;
import dev.tutti.engine.MatMul;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Primitive;
import dev.tutti.engine.reference.Leads;
import java.util.Arrays;

/// Matrix products c = e + a · b for every lead entry, e being zeros or a bias.
///
/// For every lead entry, for every strip of up to four vectors of c's columns, for every block of k,
/// for every tile of rows: [Strip4] to [Strip1]. Operands are read where they lie. Only a strip of b
/// is copied before use, and only where it must be (b is stored transposed, or reading whole
/// vectors would leave its array) or where that pays (many rows read a large b, whose rows lie far
/// apart).
///
/// Units of work are strips, and runs of rows where strips are too few. No cut changes an element's
/// order of additions.
final class Gemm {
  private static final int L = Lanes.COUNT;

  /// Vectors per strip: 24 accumulators fit in 32 registers, 8 in 16.
  private static final int WIDEST = Lanes.REGISTERS >= 32 ? 4 : 2;

  /// k is cut into blocks whose strip of b (256 KB) stays in the L2 cache.
  private static final int DEPTH = 1024;

  /// Rows of b that are longer lie in different pages and, with powers of two, in the same cache
  /// sets: then a copied strip is faster even for few rows of a.
  private static final int LONG_ROW = 256;

  private static final int FEW_ROWS = 16;

  private static final int ROWS_OF_UNIT = 96;
  private static final long WORTH_SPLITTING = 1 << 20;
  private static final float[] ZEROS = new float[4 * 16];

  private final int m;
  private final int n;
  private final int k;
  private final float[] a;
  private final int ai;
  private final int ak;
  private final float[] b;
  private final int bk;
  private final int bj;
  private final float[] bias;
  private final float[] c;
  private final Leads leads;

  private Gemm(
      Primitive p, Array[] in, boolean transA, boolean transB, float[] bias, Array out) {
    m = out.shape().dim(-2);
    n = out.shape().dim(-1);
    k = in[0].shape().dim(transA ? -2 : -1);
    a = in[0].floats();
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
    float[] e = start(lead, j, width, aside);
    int eo = e == bias ? leads.start(2, lead) + j : 0;
    int ao = leads.start(0, lead) + from * ai;
    int bo = leads.start(1, lead) + j * bj;
    boolean far = rows >= FEW_ROWS && n > LONG_ROW && k > LONG_ROW;
    if (k == 0) {
      run(padded / L, rows, ao, b, bo, 0, e, eo, 0, sums, so, si, 0);
    }
    for (int q = 0; q < k; q += DEPTH) {
      int depth = Math.min(DEPTH, k - q);
      int at = bo + q * bk;
      boolean whole = bj == 1 && at + (depth - 1) * bk + padded <= b.length;
      float[] strip = b;
      int step = bk;
      if (!whole || far) {
        strip = Scratch.floats(Scratch.GEMM, depth * padded);
        copy(at, width, depth, padded, strip);
        at = 0;
        step = padded;
      }
      int a0 = ao + q * ak;
      if (q == 0) {
        run(padded / L, rows, a0, strip, at, step, e, eo, 0, sums, so, si, depth);
      } else {
        run(padded / L, rows, a0, strip, at, step, sums, so, si, sums, so, si, depth);
      }
    }
    for (int r = 0; aside && r < rows; r++) {
      System.arraycopy(sums, r * padded, c, co + r * n, width);
    }
  }

  /// What every row of a strip starts from.
  private float[] start(int lead, int j, int width, boolean aside) {
    if (bias == null || !aside) {
      return bias == null ? ZEROS : bias;
    }
    float[] start = Scratch.floats(Scratch.GEMM + 2, 4 * L);
    System.arraycopy(bias, leads.start(2, lead) + j, start, 0, width);
    return start;
  }

  private void run(
      int v,
      int rows,
      int ao,
      float[] strip,
      int bo,
      int step,
      float[] e,
      int eo,
      int ei,
      float[] sums,
      int so,
      int si,
      int depth) {
    switch (v) {
      case 1 -> Strip1.run(rows, a, ao, ai, ak, strip, bo, step, e, eo, ei, sums, so, si, depth);
      case 2 -> Strip2.run(rows, a, ao, ai, ak, strip, bo, step, e, eo, ei, sums, so, si, depth);
      case 3 -> Strip3.run(rows, a, ao, ai, ak, strip, bo, step, e, eo, ei, sums, so, si, depth);
      default -> Strip4.run(rows, a, ao, ai, ak, strip, bo, step, e, eo, ei, sums, so, si, depth);
    }
  }

  /// to[d][x] = b's row d, column x of a strip that starts at `at`, zero beyond `width`.
  private void copy(int at, int width, int depth, int stride, float[] to) {
    if (bj == 1) {
      for (int d = 0; d < depth; d++) {
        System.arraycopy(b, at + d * bk, to, d * stride, width);
        Arrays.fill(to, d * stride + width, (d + 1) * stride, 0);
      }
    } else {
      Transposes.transpose(b, at, bj, width, depth, to, 0, stride);
    }
  }

  private static void relu(float[] y, int n) {
    for (int i = 0; i < n; i++) {
      y[i] = Math.max(y[i], 0);
    }
  }
}
