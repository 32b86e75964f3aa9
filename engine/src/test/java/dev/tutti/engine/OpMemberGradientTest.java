package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Gradients and members: the map of a gradient is the loop of gradients, and the gradient of a sum
/// over members is the sum of their gradients.
class OpMemberGradientTest {
  private static final int MEMBERS = 3;

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#differentiable")
  void mapOfGradientIsTheLoopOfGradients(OpCase c) {
    for (int mapped = 1; mapped < 1 << c.inputs().size(); mapped++) {
      List<Integer> which = OpCase.bits(mapped);
      Tensor[] in = c.stacked(DType.FLOAT32, MEMBERS, mapped);
      List<Tensor> all =
          Transforms.vmap(gradient(c, in, which)).apply(OpVmapTest.arguments(in, mapped));
      for (int m = 0; m < MEMBERS; m++) {
        Tensor[] member = OpVmapTest.entry(in, mapped, m);
        List<Tensor> one = gradient(c, member, List.of()).apply(List.of());
        for (int i = 0; i < one.size(); i++) {
          String what = "mapped " + which + ", member " + m + ", gradient " + i;
          Expect.sameBits(what, one.get(i), all.get(i).get(m));
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#differentiable")
  void gradientOfTheSumIsTheSumOfGradients(OpCase c) {
    for (DType floats : c.types()) {
      for (int mapped = 1; mapped < 1 << c.inputs().size(); mapped++) {
        sumOfGradients(c, floats, mapped);
      }
    }
  }

  private static void sumOfGradients(OpCase c, DType floats, int mapped) {
    Tensor[] in = c.stacked(floats, MEMBERS, mapped);
    Function<List<Tensor>, Tensor> total =
        all -> {
          Tensor[] inside = OpCase.with(in, c.varied(), all);
          Function<List<Tensor>, Tensor> one =
              members -> c.scalar(floats, OpCase.with(inside, OpCase.bits(mapped), members));
          return Transforms.vmap(one).apply(OpVmapTest.arguments(inside, mapped)).sum();
        };
    List<Tensor> together = Transforms.grad(total).apply(OpCase.pick(in, c.varied()));
    List<List<Tensor>> single = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      single.add(gradient(c, OpVmapTest.entry(in, mapped, m), List.of()).apply(List.of()));
    }
    for (int i = 0; i < c.varied().size(); i++) {
      int input = i;
      List<Tensor> each = single.stream().map(g -> g.get(input)).toList();
      String what = "mapped " + OpCase.bits(mapped) + ", gradient " + i;
      if ((mapped >> c.varied().get(i) & 1) != 0) {
        Expect.sameBits(what, Tensor.stack(each.toArray(Tensor[]::new)), together.get(i));
      } else {
        nearSum(each, together.get(i), what);
      }
    }
  }

  /// The two add the same terms in different orders. Ten bits beyond an ulp of the largest element
  /// are for terms that cancel each other.
  private static void nearSum(List<Tensor> each, Tensor actual, String what) {
    double[] sum = new double[actual.size()];
    double most = 0;
    for (Tensor t : each) {
      double[] v = t.toDoubles();
      for (int j = 0; j < v.length; j++) {
        sum[j] += v[j];
        most = Math.max(most, Math.abs(v[j]));
      }
    }
    double ulp = actual.dtype() == DType.FLOAT32 ? 0x1p-23 : 0x1p-52;
    double[] a = actual.toDoubles();
    for (int j = 0; j < a.length; j++) {
      assertEquals(sum[j], a[j], 0x1p10 * ulp * most + Double.MIN_VALUE, what + ", element " + j);
    }
  }

  /// All gradients of the case as a function of the inputs numbered `which`; the others of `in` are
  /// captured, and differentiated all the same.
  static Function<List<Tensor>, List<Tensor>> gradient(OpCase c, Tensor[] in, List<Integer> which) {
    DType floats = in[c.varied().getFirst()].dtype();
    return members -> {
      Tensor[] inside = OpCase.with(in, which, members);
      Function<List<Tensor>, Tensor> f = x -> c.scalar(floats, OpCase.with(inside, c.varied(), x));
      return Transforms.grad(f).apply(OpCase.pick(inside, c.varied()));
    };
  }
}
