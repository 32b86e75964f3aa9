package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The float32 kernels and derivative rules of fused primitives against their decomposition.
///
/// Differences are measured in units of 2⁻²⁴ (half an ulp of 1) of the sum of the absolute terms
/// that an element is made of, so that cancellation does not count.
class OpFusedTest {
  private static final double UNIT = 0x1p-24;

  /// The two add the same terms in different orders or round between different steps. Roundings go
  /// either way, so few remain: the samples, with up to 800 terms, differ by less than 3.
  private static final double UNITS = 4;

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#fused")
  void kernelEqualsDecomposition(OpCase c) {
    Fused p = (Fused) c.p();
    Tensor[] in = c.inputs(DType.FLOAT32, 0);
    Tensor expected = p.decompose(in);
    Tensor actual = c.apply(in);
    assertEquals(expected.shape(), actual.shape());
    near(expected, actual, terms(p, doubles(in)), "value");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#fused")
  void ruleEqualsDerivativeOfDecomposition(OpCase c) {
    Fused p = (Fused) c.p();
    Tensor[] in = c.inputs(DType.FLOAT32, 0);
    Tensor g = OpCase.cotangent(DType.FLOAT32, c.out());
    List<Tensor> expected = pulled(c, p::decompose, in, g);
    List<Tensor> actual = pulled(c, x -> Trace.bind(p, x), in, g);
    List<Tensor> terms = termsOfGradient(c, doubles(in), g.cast(DType.FLOAT64).abs());
    for (int i = 0; i < expected.size(); i++) {
      near(expected.get(i), actual.get(i), terms.get(i), "gradient " + i);
    }
  }

  private static List<Tensor> pulled(
      OpCase c, Function<Tensor[], Tensor> f, Tensor[] in, Tensor g) {
    Function<List<Tensor>, Tensor> varied = x -> f.apply(OpCase.with(in, c.varied(), x));
    return Transforms.vjp(varied, OpCase.pick(in, c.varied())).pull().apply(g);
  }

  /// The sum of the absolute terms of every element of the value.
  private static Tensor terms(Fused p, Tensor[] in) {
    return switch (p) {
      case Affine l -> new Affine(false).decompose(absolute(in));
      case Conv conv -> conv.decompose(absolute(in));
      case Pool.Max m -> GradTrace.zeros(m.decompose(in)); // a maximum is not rounded
      case Pool.MaxInput m -> m.decompose(in[0], in[1].abs());
      case Pool pool -> pool.decompose(absolute(in));
      case Gelu g -> in[0].abs();
      case ActivationInput a when a == ActivationInput.RELU ->
          GradTrace.zeros(a.decompose(in)); // chosen, not rounded
      case ActivationInput a -> in[1].abs().mul(in[0].abs().add(1));
      case Normalize n -> n.decompose(in).abs();
      // The very same steps.
      case NormalizeInput n -> GradTrace.zeros(n.decompose(in));
      case Columns columns -> GradTrace.zeros(columns.decompose(in));
      case OptimizerStep s when s == OptimizerStep.ADAM ->
          s.decompose(in[0].abs(), in[1].abs().neg(), in[2], in[3], in[4], in[5]);
      case OptimizerStep s -> s.decompose(absolute(in));
      case Softmax s -> {
        Tensor value = s.decompose(in).abs();
        yield s == Softmax.CROSS_ENTROPY ? value.add(in[0].abs().max(-1)) : value;
      }
    };
  }

  /// The same for the gradients of the varied inputs, given absolute cotangents of the value.
  private static List<Tensor> termsOfGradient(OpCase c, Tensor[] in, Tensor g) {
    Tensor x = in[0];
    return switch ((Fused) c.p()) {
      case Affine l -> pulled(c, new Affine(false)::decompose, absolute(in), g);
      case Conv conv -> pulled(c, conv::decompose, absolute(in), g);
      case Pool pool -> pulled(c, pool::decompose, in, g); // linear in g, with weights of one sign
      case Normalize n -> {
        Tensor y = n.decompose(in).abs();
        Tensor centred = x.sub(mean(n, x));
        Tensor scale = mean(n, centred.mul(centred)).add(n.eps()).rsqrt();
        yield List.of(g.add(mean(n, g)).add(y.mul(mean(n, g.mul(y)))).mul(scale));
      }
      case Columns columns -> pulled(c, t -> summed(columns, t), absolute(in), g);
      case Softmax s -> {
        Tensor y = Softmax.SOFTMAX.decompose(x);
        if (s == Softmax.SOFTMAX) {
          yield List.of(y.mul(g.add(g.mul(y).sum(-1, true))));
        }
        Tensor column = g.reshapeSuffix(0, Shape.of(1));
        Tensor hot = s == Softmax.CROSS_ENTROPY ? in[1].oneHot(x.dim(-1)) : y.zero();
        yield List.of(GradTrace.sumTo(y.add(hot.cast(DType.FLOAT64)).mul(column), x.shape()));
      }
      // These have no rule of their own: not even the last bit may differ.
      case Gelu gelu when !gelu.tanh() -> List.of(g.mul(x.abs().add(1)));
      case ActivationInput a -> Tree.map(OpCase.pick(in, c.varied()), GradTrace::zeros);
      case NormalizeInput n -> Tree.map(OpCase.pick(in, c.varied()), GradTrace::zeros);
      case Gelu gelu -> Tree.map(OpCase.pick(in, c.varied()), GradTrace::zeros);
      case OptimizerStep step -> Tree.map(OpCase.pick(in, c.varied()), GradTrace::zeros);
    };
  }

  /// The decomposition with every difference as a sum.
  private static Tensor summed(Columns p, Tensor[] in) {
    Tensor[] negated = in.clone();
    for (int i = 0; i < in.length; i++) {
      boolean mean = p == Columns.RESCALE && i == 1 || p == Columns.COLUMN_SUMS && i == 2;
      negated[i] = mean ? in[i].neg() : in[i];
    }
    if (p != Columns.MOMENTS) {
      return p.decompose(negated);
    }
    Tensor mean = in[0].bind(Reduce.sum(Ints.of(2), true)).div(Math.max(1, in[0].dim(-2)));
    Tensor apart = in[0].add(mean);
    Tensor square = apart.mul(apart).bind(Reduce.sum(Ints.of(2), true));
    return Tensor.concat(-2, mean, square.div(Math.max(1, in[0].dim(-2))));
  }

  private static Tensor mean(Normalize n, Tensor x) {
    int count = Arrays.stream(n.axes().toArray()).map(a -> x.dim(-a)).reduce(1, (a, b) -> a * b);
    return x.bind(Reduce.sum(n.axes(), true)).div(Math.max(1, count));
  }

  private static Tensor[] absolute(Tensor[] in) {
    return Arrays.stream(in).map(Tensor::abs).toArray(Tensor[]::new);
  }

  private static Tensor[] doubles(Tensor[] in) {
    return Arrays.stream(in)
        .map(t -> t.dtype().isFloat() ? t.cast(DType.FLOAT64) : t)
        .toArray(Tensor[]::new);
  }

  private static void near(Tensor expected, Tensor actual, Tensor terms, String what) {
    assertEquals(expected.shape(), actual.shape(), what);
    assertEquals(expected.shape(), terms.shape(), what);
    double[] a = expected.toDoubles();
    double[] b = actual.toDoubles();
    double[] t = terms.toDoubles();
    for (int i = 0; i < a.length; i++) {
      if (a[i] == b[i] || Double.isNaN(a[i]) && Double.isNaN(b[i])) {
        continue;
      }
      double apart = Math.abs(a[i] - b[i]) / (t[i] * UNIT);
      if (!(apart <= UNITS)) {
        fail(what + ": element " + i + " is " + b[i] + ", not " + a[i] + ": " + apart + " units");
      }
    }
  }
}
