package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Indexing;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.reference.Leads;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// `TAKE` and `SCATTER_ADD`: rows by number.
///
/// Loop nest: for every lead entry, for every index in order, one row copied, or added vector by
/// vector.
final class Rows {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;

  private Rows() {}

  /// {@return whether [#take] or [#scatterAdd] computes this}
  static boolean takes(Indexing p, Array[] in) {
    return in[0].dtype() == DType.FLOAT32;
  }

  static Array take(Indexing.Take p, Array[] in, Array out) {
    Leads leads = Leads.of(p, in);
    int rows = in[1].shape().dim(-1);
    int width = in[0].shape().dim(-1);
    int height = in[0].shape().dim(-2);
    float[] a = in[0].floats();
    float[] o = out.floats();
    for (int l = 0; l < leads.count; l++) {
      int from = leads.start(0, l);
      int index = leads.start(1, l);
      for (int r = 0; r < rows; r++) {
        int row = row("take", in[1].ints()[index + r], height);
        System.arraycopy(a, from + row * width, o, (l * rows + r) * width, width);
      }
    }
    return out;
  }

  static Array scatterAdd(Indexing.ScatterAdd p, Array[] in, Array out) {
    Leads leads = Leads.of(p, in);
    int rows = in[1].shape().dim(-1);
    int width = in[0].shape().dim(-1);
    float[] a = in[0].floats();
    float[] o = out.floats();
    Arrays.fill(o, 0);
    for (int l = 0; l < leads.count; l++) {
      int from = leads.start(0, l);
      int index = leads.start(1, l);
      for (int r = 0; r < rows; r++) {
        int row = row("scatter_add", in[1].ints()[index + r], p.rows());
        add(a, from + r * width, o, (l * p.rows() + row) * width, width);
      }
    }
    return out;
  }

  private static int row(String op, int row, int rows) {
    if (row < 0 || row >= rows) {
      throw new ShapeError(op + ": index " + row + " is outside 0 … " + (rows - 1));
    }
    return row;
  }

  private static void add(float[] a, int ao, float[] o, int oo, int n) {
    int i = 0;
    for (; i < (n & -L); i += L) {
      FloatVector sum = FloatVector.fromArray(F, o, oo + i);
      sum.add(FloatVector.fromArray(F, a, ao + i)).intoArray(o, oo + i);
    }
    for (; i < n; i++) {
      o[oo + i] += a[ao + i];
    }
  }
}
