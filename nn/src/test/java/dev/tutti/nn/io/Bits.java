package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import java.util.List;

/// Comparisons of tensors and trees to the bit, NaN payloads and signs of zero included.
public final class Bits {
  private Bits() {}

  /// Asserts that two trees have leaves of the same paths, types, shapes and bits.
  public static void assertSame(Object expected, Object actual) {
    List<Tree.Leaf> a = Tree.leaves(expected);
    List<Tree.Leaf> b = Tree.leaves(actual);
    assertEquals(
        a.stream().map(Tree.Leaf::path).toList(), b.stream().map(Tree.Leaf::path).toList());
    for (int i = 0; i < a.size(); i++) {
      assertSame(a.get(i).tensor(), b.get(i).tensor(), a.get(i).path());
    }
  }

  /// Asserts that two tensors have one type, one shape and the same bits.
  public static void assertSame(Tensor expected, Tensor actual, String name) {
    assertEquals(expected.dtype(), actual.dtype(), name);
    assertEquals(expected.shape(), actual.shape(), name);
    assertArrayEquals(of(expected), of(actual), name);
  }

  private static long[] of(Tensor tensor) {
    long[] bits = new long[tensor.size()];
    switch (tensor.dtype()) {
      case FLOAT32 -> {
        float[] values = tensor.toFloats();
        for (int i = 0; i < bits.length; i++) {
          bits[i] = Float.floatToRawIntBits(values[i]);
        }
      }
      case FLOAT64 -> {
        double[] values = tensor.toDoubles();
        for (int i = 0; i < bits.length; i++) {
          bits[i] = Double.doubleToRawLongBits(values[i]);
        }
      }
      case INT32 -> {
        int[] values = tensor.toInts();
        for (int i = 0; i < bits.length; i++) {
          bits[i] = values[i];
        }
      }
    }
    return bits;
  }
}
