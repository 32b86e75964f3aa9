package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.reference.ReferenceBackend;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The vector backend has the reference backend's bits, for plain, member-batched and shifted
/// operands.
class OpBackendTest {
  private static final Backend REFERENCE = new ReferenceBackend("the oracle");

  static Stream<OpCase> all() {
    return OpCases.all();
  }

  @Test
  void theVectorBackendRunsTheTests() {
    assertEquals("vector", Backend.active().name(), Backend.active().why());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void bitsAreTheReferences(OpCase c) {
    check(c, c.inputs(DType.FLOAT32, 1));
    check(
        c,
        Arrays.stream(c.inputs(DType.FLOAT32, 2))
            .map(OpBackendTest::shifted)
            .toArray(Tensor[]::new));
    for (int mapped = 1; mapped < 1 << c.inputs().size(); mapped++) {
      if (lineUp(c)) {
        check(c, c.stacked(DType.FLOAT32, 3, mapped));
      }
    }
  }

  /// Whether a member axis in front of some inputs lines up with the others: so it does if no input
  /// has leads.
  private static boolean lineUp(OpCase c) {
    for (int i = 0; i < c.inputs().size(); i++) {
      if (c.inputs().get(i).shape().rank() != c.p().suffix(i)) {
        return false;
      }
    }
    return true;
  }

  private static void check(OpCase c, Tensor[] in) {
    Array[] arrays = Arrays.copyOf(in, in.length, Array[].class);
    Shape[] shapes = Arrays.stream(in).map(Tensor::shape).toArray(Shape[]::new);
    DType type = c.p().dtype(Arrays.stream(in).map(Tensor::dtype).toArray(DType[]::new));
    Shape out = c.p().shape(shapes);
    Expect.sameBits(
        c + " on " + Arrays.toString(shapes),
        REFERENCE.run(c.p(), arrays, type, out),
        Backend.active().run(c.p(), arrays, type, out));
  }

  /// The same tensor as the second row of a larger one, so that it does not start its array.
  private static Tensor shifted(Tensor t) {
    return Tensor.stack(t, t, t).slice(0, 1, 2).reshape(t.shape());
  }
}
