package dev.tutti.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/// What tests demand of tensors, trees and errors.
public final class Expect {
  private Expect() {}

  /// The same type, shape and bits.
  public static void sameBits(String what, Tensor expected, Tensor actual) {
    assertEquals(expected.dtype(), actual.dtype(), what);
    assertEquals(expected.shape(), actual.shape(), what);
    double[] e = expected.toDoubles();
    double[] a = actual.toDoubles();
    for (int i = 0; i < e.length; i++) {
      if (Double.doubleToLongBits(e[i]) != Double.doubleToLongBits(a[i])) {
        fail(what + ", element " + i + " of " + e.length + ": expected " + e[i] + ", got " + a[i]);
      }
    }
  }

  /// {@return whether two tensors of one shape have the same elements}
  public static boolean same(Tensor a, Tensor b) {
    return Arrays.equals(a.toDoubles(), b.toDoubles());
  }

  /// Trees with the same paths and the same bits at every leaf.
  public static void sameLeaves(String what, Object expected, Object actual) {
    List<Tree.Leaf> e = Tree.leaves(expected);
    List<Tree.Leaf> a = Tree.leaves(actual);
    assertEquals(paths(expected), paths(actual), what);
    for (int i = 0; i < e.size(); i++) {
      sameBits(what + ", " + e.get(i).path(), e.get(i).tensor(), a.get(i).tensor());
    }
  }

  /// {@return the names of a tree's tensors, in order}
  public static List<String> paths(Object tree) {
    return Tree.leaves(tree).stream().map(Tree.Leaf::path).toList();
  }

  /// Equal elements (0 and −0 are): for values that float arithmetic computes without rounding.
  public static void equal(double[] expected, Tensor actual) {
    close(expected, new double[expected.length], actual);
  }

  /// `|expected − actual| ≤ tolerance` element by element.
  public static void close(double[] expected, double[] tolerance, Tensor actual) {
    double[] a = actual.toDoubles();
    assertEquals(expected.length, a.length, "elements of " + actual.shape());
    for (int i = 0; i < a.length; i++) {
      if (!(Math.abs(expected[i] - a[i]) <= tolerance[i])) {
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
                + tolerance[i]);
      }
    }
  }

  /// `|expected − actual| ≤ relative · |expected|` element by element.
  public static void relative(double[] expected, double relative, Tensor actual) {
    close(expected, Arrays.stream(expected).map(v -> relative * Math.abs(v)).toArray(), actual);
  }

  /// The whole text of an error in a value that no tensor's shape decides.
  public static void refused(String text, Executable body) {
    assertEquals(text, assertThrows(IllegalArgumentException.class, body).getMessage());
  }

  /// The whole text of a [ShapeError].
  public static void error(String text, Executable body) {
    assertEquals(text, assertThrows(ShapeError.class, body).getMessage());
  }
}
