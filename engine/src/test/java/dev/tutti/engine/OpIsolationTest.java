package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Members do not touch each other: whatever one of them gets as input, NaN included, the outputs
/// and gradients of the others keep their bits.
class OpIsolationTest {
  private static final int MEMBERS = 3;
  private static final int CHANGED = 1;

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#all")
  void outputs(OpCase c) {
    int everything = (1 << c.inputs().size()) - 1;
    Tensor[] in = c.stacked(DType.FLOAT32, MEMBERS, everything);
    Vmap<List<Tensor>, Tensor> f = Transforms.vmap(OpVmapTest.function(c, in, everything));
    Tensor before = f.apply(List.of(in));
    for (int i = 0; i < in.length; i++) {
      Tensor after = f.apply(List.of(changed(c, in, i)));
      assertOthersAgree(before, after, "input " + i);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#differentiable")
  void gradients(OpCase c) {
    int everything = (1 << c.inputs().size()) - 1;
    Tensor[] in = c.stacked(DType.FLOAT32, MEMBERS, everything);
    Vmap<List<Tensor>, List<Tensor>> f =
        Transforms.vmap(OpMemberGradientTest.gradient(c, in, OpCase.bits(everything)));
    List<Tensor> before = f.apply(List.of(in));
    for (int i = 0; i < in.length; i++) {
      List<Tensor> after = f.apply(List.of(changed(c, in, i)));
      for (int k = 0; k < before.size(); k++) {
        assertOthersAgree(before.get(k), after.get(k), "input " + i + ", gradient " + k);
      }
    }
  }

  /// The inputs with one member's part of input `i` made NaN, or other int32 numbers.
  private static Tensor[] changed(OpCase c, Tensor[] in, int i) {
    Tensor[] members = new Tensor[MEMBERS];
    for (int m = 0; m < MEMBERS; m++) {
      members[m] = in[i].get(m);
    }
    Tensor own = members[CHANGED];
    members[CHANGED] =
        own.dtype().isFloat()
            ? Tensor.full(own.dtype(), Double.NaN, own.shape())
            : other(c, i, own);
    Tensor[] changed = in.clone();
    changed[i] = Tensor.stack(members);
    return changed;
  }

  /// Another draw of input `i`, which differs if the domain has more than one number.
  private static Tensor other(OpCase c, int i, Tensor own) {
    OpCase.In spec = c.inputs().get(i);
    for (int seed = MEMBERS; seed < 100; seed++) {
      Tensor drawn = c.inputs(DType.FLOAT32, seed)[i];
      if (!Arrays.equals(drawn.toInts(), own.toInts())) {
        return drawn;
      }
    }
    assertFalse(own.size() > 0 && spec.high() - spec.low() > 1, "no other draw of input " + i);
    return own;
  }

  private static void assertOthersAgree(Tensor before, Tensor after, String what) {
    for (int m = 0; m < MEMBERS; m++) {
      if (m != CHANGED) {
        Expect.sameBits(what + ", member " + m, before.get(m), after.get(m));
      }
    }
  }
}
