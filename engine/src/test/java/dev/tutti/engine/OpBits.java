package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

/// Equality of tensors bit for bit; all NaNs count as one, their sign and payload being free.
final class OpBits {
  private OpBits() {}

  static void same(Tensor expected, Tensor actual, String what) {
    assertEquals(expected.shape(), actual.shape(), what);
    assertEquals(expected.dtype(), actual.dtype(), what);
    Array a = expected.array("test");
    Array b = actual.array("test");
    for (int i = 0; i < a.size(); i++) {
      // float32 and int32 are exact in a double, so equal doubles are equal bits; 0 and -0 differ.
      if (Double.doubleToLongBits(a.element(i)) != Double.doubleToLongBits(b.element(i))) {
        fail(what + ": element " + i + " is " + b.element(i) + ", not " + a.element(i));
      }
    }
  }
}
