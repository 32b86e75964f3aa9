package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A derivative rule reads nothing that its `uses()` does not declare: with the rest replaced by
/// NaN (an impossible index, if it is int32) every cotangent keeps its bits.
class OpUsesTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#all")
  void undeclaredValuesAreNotRead(OpCase c) {
    for (DType floats : c.types()) {
      Tensor[] in = c.inputs(floats, 0);
      Tensor out = c.apply(in);
      if (!out.dtype().isFloat()) {
        continue; // never on a tape
      }
      Tensor g = OpCase.cotangent(out.dtype(), c.out());
      List<Supplier<Tensor>> expected = c.p().vjp(in, out, g);
      Uses uses = c.p().uses();
      Tensor[] poisoned = in.clone();
      for (int i = 0; i < in.length; i++) {
        poisoned[i] = uses.input(i) ? in[i] : poison(in[i]);
      }
      List<Supplier<Tensor>> actual = c.p().vjp(poisoned, uses.output() ? out : poison(out), g);
      assertEquals(in.length, expected.size(), "one cotangent per input");
      assertEquals(in.length, actual.size());
      for (int i = 0; i < in.length; i++) {
        Tensor wanted = expected.get(i).get();
        Tensor got = actual.get(i).get();
        if (wanted == null) {
          assertEquals(null, got, "cotangent " + i);
        } else {
          Expect.sameBits("cotangent " + i, wanted, got);
          assertEquals(in[i].shape(), GradTrace.sumTo(got, in[i].shape()).shape());
        }
      }
    }
  }

  private static Tensor poison(Tensor t) {
    double value = t.dtype().isFloat() ? Double.NaN : Integer.MIN_VALUE;
    return Tensor.full(t.dtype(), value, t.shape());
  }
}
