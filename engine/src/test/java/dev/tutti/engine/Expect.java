package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import org.junit.jupiter.api.function.Executable;

/// What tests demand of tensors and errors.
final class Expect {
  /// Half the distance of 1 to the next float32: the relative error of one rounding.
  static final double ROUNDING = 0x1p-24;

  /// Likewise for float64.
  static final double ROUNDING_64 = 0x1p-53;

  private Expect() {}

  /// The same type, shape and bits (all NaNs count as one).
  static void sameBits(Tensor expected, Tensor actual) {
    sameBits("", expected, actual);
  }

  static void sameBits(String what, Tensor expected, Tensor actual) {
    assertEquals(expected.dtype(), actual.dtype(), what);
    assertEquals(expected.shape(), actual.shape(), what);
    double[] e = expected.toDoubles();
    double[] a = actual.toDoubles();
    for (int i = 0; i < e.length; i++) {
      if (Double.doubleToLongBits(e[i]) != Double.doubleToLongBits(a[i])) {
        fail(what + " element " + i + " of " + e.length + ": expected " + e[i] + ", got " + a[i]);
      }
    }
  }

  /// Trees with the same paths and the same bits at every leaf.
  static void sameLeaves(Object expected, Object actual) {
    List<Tree.Leaf> e = Tree.leaves(expected);
    List<Tree.Leaf> a = Tree.leaves(actual);
    assertEquals(
        e.stream().map(Tree.Leaf::path).toList(), a.stream().map(Tree.Leaf::path).toList());
    for (int i = 0; i < e.size(); i++) {
      sameBits(e.get(i).path(), e.get(i).tensor(), a.get(i).tensor());
    }
  }

  /// A float32 tensor of these values, rounded, in this shape.
  static void values(Tensor actual, double... expected) {
    float[] e = new float[expected.length];
    for (int i = 0; i < e.length; i++) {
      e[i] = (float) expected[i];
    }
    assertArrayEquals(e, actual.toFloats());
  }

  /// Equal elements (0 and −0 are): for sums of whole numbers, which are exact in any order.
  static void equal(double[] expected, Tensor actual) {
    close(expected, new double[expected.length], 0, actual);
  }

  /// `|expected − actual| ≤ relative · scale` element by element.
  ///
  /// @param scale the sum of the absolute values that an element is a sum of; 0 demands equality
  /// @param relative what rounding may cost relative to that sum
  static void close(double[] expected, double[] scale, double relative, Tensor actual) {
    double[] a = actual.toDoubles();
    assertEquals(expected.length, a.length);
    for (int i = 0; i < a.length; i++) {
      boolean same = Double.compare(expected[i], a[i]) == 0;
      if (!same && !(Math.abs(expected[i] - a[i]) <= relative * scale[i])) {
        fail(
            "element "
                + i
                + " of "
                + actual.shape()
                + ": expected "
                + expected[i]
                + ", got "
                + a[i]
                + ", allowed error "
                + relative * scale[i]);
      }
    }
  }

  /// The whole text of a [ShapeError].
  static void error(String text, Executable body) {
    assertEquals(text, assertThrows(ShapeError.class, body).getMessage());
  }
}
