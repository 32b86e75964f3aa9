package dev.tutti.engine.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// One copy between two strided layouts of the same index space.
///
/// Loop nest: axes that both sides walk alike are joined; then, for every index of the outer axes,
/// one of: runs copied whole (both innermost strides 1); runs filled with one value (the source
/// repeats); a transpose, if the source is contiguous along another axis, in blocks that fit the
/// first cache, four columns at a time; or element by element.
final class StridedCopy {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  /// Rows of a transposed block: their cache lines stay until all their columns are read.
  private static final int BLOCK = 64;

  /// From this length on, a run is copied by a call.
  private static final int LONG = 12;

  private final float[] a;
  private final float[] o;
  private final int[] size;
  private final int[] from;
  private final int[] to;
  private int rank;

  private StridedCopy(float[] a, float[] o, int rank) {
    this.a = a;
    this.o = o;
    size = new int[rank + 2];
    from = new int[rank + 2];
    to = new int[rank + 2];
  }

  /// `o[ot + Σ index · oStrides] = a[at + Σ index · aStrides]` over an index space of sizes `dims`.
  static void run(
      int[] dims, float[] a, int at, int[] aStrides, float[] o, int ot, int[] oStrides) {
    StridedCopy c = new StridedCopy(a, o, dims.length);
    for (int d = 0; d < dims.length; d++) {
      if (dims[d] == 0) {
        return;
      }
      if (dims[d] > 1) {
        c.join(dims[d], aStrides[d], oStrides[d]);
      }
    }
    while (c.rank < 2) {
      c.unit();
    }
    int contiguous = c.sourceAxis();
    if (contiguous >= 0) {
      c.moveToRows(contiguous);
    }
    c.outer(0, at, ot, contiguous >= 0);
  }

  private void join(int n, int aStride, int oStride) {
    int last = rank - 1;
    if (rank > 0 && from[last] == aStride * n && to[last] == oStride * n) {
      size[last] *= n;
    } else {
      last = rank++;
      size[last] = n;
    }
    from[last] = aStride;
    to[last] = oStride;
  }

  /// Puts an axis of size 1 before the others.
  private void unit() {
    for (int d = rank; d > 0; d--) {
      size[d] = size[d - 1];
      from[d] = from[d - 1];
      to[d] = to[d - 1];
    }
    size[0] = 1;
    from[0] = rank == 0 ? 1 : 0;
    to[0] = rank == 0 ? 1 : 0;
    rank++;
  }

  /// {@return the axis along which the source is contiguous, if that is not the innermost and the
  /// output is contiguous along the innermost; −1 otherwise}
  private int sourceAxis() {
    int inner = rank - 1;
    if (to[inner] != 1 || from[inner] == 1 || from[inner] == 0) {
      return -1;
    }
    for (int d = 0; d < inner; d++) {
      if (from[d] == 1) {
        return d;
      }
    }
    return -1;
  }

  /// Makes an axis the last but one.
  private void moveToRows(int axis) {
    int n = size[axis];
    int f = from[axis];
    int t = to[axis];
    for (int d = axis; d < rank - 2; d++) {
      size[d] = size[d + 1];
      from[d] = from[d + 1];
      to[d] = to[d + 1];
    }
    size[rank - 2] = n;
    from[rank - 2] = f;
    to[rank - 2] = t;
  }

  private void outer(int axis, int at, int ot, boolean transposed) {
    if (axis < rank - 2) {
      for (int i = 0; i < size[axis]; i++) {
        outer(axis + 1, at + i * from[axis], ot + i * to[axis], transposed);
      }
      return;
    }
    int rows = size[axis];
    int n = size[axis + 1];
    int step = from[axis + 1];
    if (transposed) {
      for (int i = 0; i < n; i += BLOCK) {
        int count = Math.min(BLOCK, n - i);
        transpose(a, at + i * step, step, o, ot + i, to[axis], rows, count);
      }
    } else if (to[axis + 1] == 1 && step == 1) {
      runs(a, at, from[axis], o, ot, to[axis], rows, n);
    } else if (to[axis + 1] == 1 && step == 0) {
      fills(a, at, from[axis], o, ot, to[axis], rows, n);
    } else {
      elements(a, at, from[axis], step, o, ot, to[axis], to[axis + 1], rows, n);
    }
  }

  private static void runs(
      float[] a, int at, int aRow, float[] o, int ot, int oRow, int rows, int n) {
    int first = 0;
    if (n < LONG && oRow == n && aRow >= 0) {
      first = ahead(rows, n, a.length - at, aRow);
      dense(a, at, aRow, o, ot, first, n);
    }
    for (int r = first; r < rows; r++) {
      int p = at + r * aRow;
      int q = ot + r * oRow;
      if (n >= LONG) {
        System.arraycopy(a, p, o, q, n);
        continue;
      }
      for (int i = 0; i < n; i++) {
        o[q + i] = a[p + i];
      }
    }
  }

  /// {@return how many of the first rows may be copied as whole vectors: each must end inside the
  /// rows written and inside the source}
  private static int ahead(int rows, int n, int source, int aRow) {
    int inside = rows - (L - 1) / n;
    int readable = aRow == 0 ? (source >= L ? rows : 0) : (source - L + aRow) / aRow;
    return n > L ? 0 : Math.max(0, Math.min(inside, readable));
  }

  /// Short rows that follow one another in the output: whole vectors, whose excess the next row
  /// overwrites.
  private static void dense(float[] a, int at, int aRow, float[] o, int ot, int rows, int n) {
    for (int r = 0; r < rows; r++) {
      FloatVector.fromArray(F, a, at + r * aRow).intoArray(o, ot + r * n);
    }
  }

  private static void denseFills(float[] a, int at, int aRow, float[] o, int ot, int rows, int n) {
    for (int r = 0; r < rows; r++) {
      FloatVector.broadcast(F, a[at + r * aRow]).intoArray(o, ot + r * n);
    }
  }

  private static void fills(
      float[] a, int at, int aRow, float[] o, int ot, int oRow, int rows, int n) {
    int first = 0;
    if (n < LONG && oRow == n) {
      first = ahead(rows, n, L, 0);
      denseFills(a, at, aRow, o, ot, first, n);
    }
    for (int r = first; r < rows; r++) {
      float value = a[at + r * aRow];
      int q = ot + r * oRow;
      if (n >= LONG) {
        Arrays.fill(o, q, q + n, value);
        continue;
      }
      for (int i = 0; i < n; i++) {
        o[q + i] = value;
      }
    }
  }

  private static void elements(
      float[] a,
      int at,
      int aRow,
      int aStep,
      float[] o,
      int ot,
      int oRow,
      int oStep,
      int rows,
      int n) {
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < n; i++) {
        o[ot + r * oRow + i * oStep] = a[at + r * aRow + i * aStep];
      }
    }
  }

  /// `o[ot + j · oRow + i] = a[at + i · aRow + j]` for j < rows, i < n.
  private static void transpose(
      float[] a, int at, int aRow, float[] o, int ot, int oRow, int rows, int n) {
    int j = 0;
    for (; j + 4 <= rows; j += 4) {
      four(a, at + j, aRow, o, ot + j * oRow, oRow, n);
    }
    for (; j < rows; j++) {
      int q = ot + j * oRow;
      for (int i = 0; i < n; i++) {
        o[q + i] = a[at + i * aRow + j];
      }
    }
  }

  private static void four(float[] a, int at, int aRow, float[] o, int ot, int oRow, int n) {
    int p = at;
    for (int i = ot; i < ot + n; i++) {
      o[i] = a[p];
      o[i + oRow] = a[p + 1];
      o[i + 2 * oRow] = a[p + 2];
      o[i + 3 * oRow] = a[p + 3];
      p += aRow;
    }
  }
}
