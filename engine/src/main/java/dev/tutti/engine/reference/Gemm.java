package dev.tutti.engine.reference;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.MatMul;
import dev.tutti.engine.Parallel;

/// Matrix products by rows: `c[i][j]` accumulates `a[i, k] · b[k][j]` for ascending k, one fma
/// each.
///
/// The right operand is copied to one Java array per row and the results to one per row, since C2
/// vectorises a loop whose arrays are all indexed by the loop variable alone. Two result rows and
/// four k at a time keep the sums in registers; neither changes the order of a single element's
/// additions. Lanes run along the longer of the result's sides; fma(a, b, c) does not care which
/// factor is which.
final class Gemm {
  private static final int PANEL = 1024;
  private static final int DEPTH = 256;
  private static final long WORTH_SPLITTING = 1 << 20;

  private Gemm() {}

  static Array run(MatMul p, Array[] in, Array out) {
    Leads leads = Leads.of(p, in);
    int m = out.shape().dim(-2);
    int n = out.shape().dim(-1);
    int k = in[0].shape().dim(p.transA() ? -2 : -1);
    int aRow = p.transA() ? 1 : k;
    int aCol = p.transA() ? m : 1;
    int bRow = p.transB() ? 1 : n;
    int bCol = p.transB() ? k : 1;
    for (int l = 0; l < leads.count; l++) {
      int a = leads.start(0, l);
      int b = leads.start(1, l);
      int c = l * m * n;
      if (out.dtype() == DType.FLOAT32) {
        multiply(
            m, n, k, in[0].floats(), a, aRow, aCol, in[1].floats(), b, bRow, bCol, out.floats(), c);
      } else {
        doubles(
            m,
            n,
            k,
            in[0].doubles(),
            a,
            aRow,
            aCol,
            in[1].doubles(),
            b,
            bRow,
            bCol,
            out.doubles(),
            c);
      }
    }
    return out;
  }

  /// `c[i · n + j]` accumulates the product of a `[m, k]` and b `[k, n]`, each with its two
  /// strides.
  static void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int ar,
      int ac,
      float[] b,
      int bo,
      int br,
      int bc,
      float[] c,
      int co) {
    boolean alongColumns = n >= 128 || n >= m;
    int lanes = alongColumns ? n : m;
    boolean split = (long) m * n * k >= WORTH_SPLITTING && !Parallel.inTask();
    int pieces = split ? Math.min(Parallel.threads(), Math.max(1, lanes / 64)) : 1;
    Parallel.run(
        pieces,
        piece -> {
          int from = (int) ((long) lanes * piece / pieces);
          int to = (int) ((long) lanes * (piece + 1) / pieces);
          if (alongColumns) {
            panels(from, to, m, k, b, bo, br, bc, a, ao, ar, ac, c, co, n, 1);
          } else {
            panels(from, to, n, k, a, ao, ac, ar, b, bo, bc, br, c, co, 1, n);
          }
        });
  }

  /// Lanes `from … to` of the lane operand `b [k, lanes]` against all rows of `a [m, k]`.
  private static void panels(
      int from,
      int to,
      int m,
      int k,
      float[] b,
      int bo,
      int br,
      int bc,
      float[] a,
      int ao,
      int ar,
      int ac,
      float[] c,
      int co,
      int cr,
      int cc) {
    for (int j = from; j < to; j += PANEL) {
      int width = Math.min(PANEL, to - j);
      for (int q = 0; q < k; q += DEPTH) {
        int depth = Math.min(DEPTH, k - q);
        float[][] rows = Scratch.rows(depth, width);
        for (int d = 0; d < depth; d++) {
          int at = bo + (q + d) * br + j * bc;
          load(b, at, bc, rows[d], width);
        }
        float[][] sums = Scratch.sums(width);
        for (int i = 0; i < m; i += 2) {
          int second = Math.min(i + 1, m - 1);
          load(c, co + i * cr + j * cc, cc, sums[0], width);
          load(c, co + second * cr + j * cc, cc, sums[1], width);
          twoRows(
              rows,
              depth,
              width,
              a,
              ao + i * ar + q * ac,
              ao + second * ar + q * ac,
              ac,
              sums[0],
              sums[1]);
          store(sums[0], c, co + i * cr + j * cc, cc, width);
          store(sums[1], c, co + second * cr + j * cc, cc, width);
        }
      }
    }
  }

  private static void load(float[] from, int at, int step, float[] to, int n) {
    if (step == 1) {
      System.arraycopy(from, at, to, 0, n);
    } else {
      for (int i = 0; i < n; i++) {
        to[i] = from[at + i * step];
      }
    }
  }

  private static void store(float[] from, float[] to, int at, int step, int n) {
    if (step == 1) {
      System.arraycopy(from, 0, to, at, n);
    } else {
      for (int i = 0; i < n; i++) {
        to[at + i * step] = from[i];
      }
    }
  }

  /// `c[j] += Σ_k a[ca + k · step] · rows[k][j]`, `d[j]` likewise with `a[da + …]`, k ascending.
  static void twoRows(
      float[][] rows, int depth, int n, float[] a, int ca, int da, int step, float[] c, float[] d) {
    int k = 0;
    for (; k + 4 <= depth; k += 4) {
      int x = ca + k * step;
      int y = da + k * step;
      fma42(
          rows[k],
          rows[k + 1],
          rows[k + 2],
          rows[k + 3],
          a[x],
          a[x + step],
          a[x + 2 * step],
          a[x + 3 * step],
          a[y],
          a[y + step],
          a[y + 2 * step],
          a[y + 3 * step],
          c,
          d,
          n);
    }
    for (; k < depth; k++) {
      fma12(rows[k], a[ca + k * step], a[da + k * step], c, d, n);
    }
  }

  private static void fma42(
      float[] b0,
      float[] b1,
      float[] b2,
      float[] b3,
      float p0,
      float p1,
      float p2,
      float p3,
      float q0,
      float q1,
      float q2,
      float q3,
      float[] c,
      float[] d,
      int n) {
    for (int j = 0; j < n; j++) {
      float x0 = b0[j];
      float x1 = b1[j];
      float x2 = b2[j];
      float x3 = b3[j];
      c[j] = Math.fma(p3, x3, Math.fma(p2, x2, Math.fma(p1, x1, Math.fma(p0, x0, c[j]))));
      d[j] = Math.fma(q3, x3, Math.fma(q2, x2, Math.fma(q1, x1, Math.fma(q0, x0, d[j]))));
    }
  }

  private static void fma12(float[] b, float p, float q, float[] c, float[] d, int n) {
    for (int j = 0; j < n; j++) {
      float x = b[j];
      c[j] = Math.fma(p, x, c[j]);
      d[j] = Math.fma(q, x, d[j]);
    }
  }

  private static void doubles(
      int m,
      int n,
      int k,
      double[] a,
      int ao,
      int ar,
      int ac,
      double[] b,
      int bo,
      int br,
      int bc,
      double[] c,
      int co) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int q = 0; q < k; q++) {
          sum = Math.fma(a[ao + i * ar + q * ac], b[bo + q * br + j * bc], sum);
        }
        c[co + i * n + j] = sum;
      }
    }
  }
}
