package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Values of the activations against their formulas, and their derivatives at kinks and at points
/// where a careless formula overflows.
class ActivationTest {
  /// An elementwise activation, its formula, and its derivatives at −3, 0, 3 and 6, which are
  /// PyTorch 2.15.0's.
  record Row(String name, Layer layer, DoubleUnaryOperator formula, double... slopes) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final double[] KINKS = {-3, 0, 3, 6};

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  /// Beyond 8 the normal distribution is 0 or 1 but for 1e-15, which the series of [Naive#phi] has
  /// not.
  private static double gelu(double x) {
    return Math.abs(x) > 8 ? Math.max(x, 0) : Naive.gelu(x);
  }

  private static double geluTanh(double x) {
    return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  private static double hardSigmoid(double x) {
    return Math.min(Math.max(x + 3, 0), 6) / 6;
  }

  private static double elu(double x, double alpha) {
    return x > 0 ? x : alpha * Math.expm1(x);
  }

  private static double selu(double x) {
    return 1.0507009873554805 * elu(x, 1.6732632423543772);
  }

  private static double slopedSoftplus(double x) {
    return 2 * x > 6 ? x : softplus(2 * x) / 2;
  }

  static List<Row> rows() {
    return List.of(
        row("RELU", Activation.RELU, x -> Math.max(x, 0), 0, 0, 1, 1),
        row("RELU6", Activation.RELU6, x -> Math.clamp(x, 0, 6), 0, 0, 1, 0),
        row(
            "GELU",
            Activation.GELU,
            ActivationTest::gelu,
            -0.01194564720418392,
            0.5,
            1.011945647204184,
            1.0000000354687093),
        row(
            "GELU_TANH",
            Activation.GELU_TANH,
            ActivationTest::geluTanh,
            -0.011584166630969648,
            0.5,
            1.0115841666309695,
            1.0000000007709977),
        row(
            "SILU",
            Activation.SILU,
            x -> x * sigmoid(x),
            -0.08810410601516962,
            0.5,
            1.0881041060151693,
            1.0123264325915249),
        row(
            "MISH",
            Activation.MISH,
            x -> x * Math.tanh(softplus(x)),
            -0.09339311453232084,
            0.6,
            1.0211069109294435,
            1.00013414050621),
        row(
            "SELU",
            Activation.SELU,
            ActivationTest::selu,
            0.08753061208026487,
            1.7580993408473766,
            1.0507009873554805,
            1.0507009873554805),
        row(
            "TANH",
            Activation.TANH,
            Math::tanh,
            0.009866037165440211,
            1,
            0.009866037165440211,
            2.4576547405302974e-05),
        row(
            "SIGMOID",
            Activation.SIGMOID,
            ActivationTest::sigmoid,
            0.045176659730912144,
            0.25,
            0.04517665973091213,
            0.002466509291359931),
        row("HARDSIGMOID", Activation.HARDSIGMOID, ActivationTest::hardSigmoid, 0, 1.0 / 6, 0, 0),
        row("HARDSWISH", Activation.HARDSWISH, x -> x * hardSigmoid(x), 0, 0.5, 1, 1),
        row("LeakyReLU", new LeakyReLU(), x -> x > 0 ? x : 0.01 * x, 0.01, 0.01, 1, 1),
        row("LeakyReLU 0.2", new LeakyReLU(0.2), x -> x > 0 ? x : 0.2 * x, 0.2, 0.2, 1, 1),
        row("ELU", new ELU(), x -> elu(x, 1), Math.exp(-3), 1, 1, 1),
        row("ELU 1.5", new ELU(1.5), x -> elu(x, 1.5), 1.5 * Math.exp(-3), 1.5, 1, 1),
        row(
            "Softplus",
            new Softplus(),
            ActivationTest::softplus,
            sigmoid(-3),
            0.5,
            sigmoid(3),
            sigmoid(6)),
        row(
            "Softplus 2, 6",
            new Softplus(2, 6),
            ActivationTest::slopedSoftplus,
            sigmoid(-6),
            0.5,
            // βx is not above the threshold
            sigmoid(6),
            1));
  }

  private static Row row(String name, Layer layer, DoubleUnaryOperator formula, double... slopes) {
    return new Row(name, layer, formula, slopes);
  }

  private static Tensor slopes(Layer layer, Tensor x) {
    return Transforms.grad((Tensor t) -> layer.apply(t).sum()).apply(x);
  }

  /// A few roundings of |x| + 1 each.
  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void valuesAreTheFormulas(Row row) {
    double[] x = DoubleStream.iterate(-20, v -> v <= 20, v -> v + 0.25).toArray();
    double[] expected = Arrays.stream(x).map(row.formula()).toArray();
    double[] scale = Arrays.stream(x).map(v -> Math.abs(v) + 1).toArray();
    Expect.close(scaled(expected, 1), scaled(scale, 4 * 0x1p-53), row.layer().apply(Tensor.of(x)));
    Tensor single = row.layer().apply(Tensor.of(x).cast(DType.FLOAT32));
    Expect.close(scaled(expected, 1), scaled(scale, 4 * 0x1p-24), single);
  }

  private static double[] scaled(double[] v, double factor) {
    return Arrays.stream(v).map(e -> e * factor).toArray();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void derivativesAtKinksAreTorchs(Row row) {
    double[] tolerance = new double[KINKS.length];
    Arrays.fill(tolerance, 1e-14);
    Expect.close(row.slopes(), tolerance, slopes(row.layer(), Tensor.of(KINKS)));
  }

  /// Far out every derivative is that of the asymptote; nothing overflows on the way.
  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void derivativesFarOutAreFinite(Row row) {
    for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
      Tensor x = Tensor.of(new double[] {-1e18, -1000, 1000, 1e18}).cast(type);
      double[] far = slopes(row.layer(), x).toDoubles();
      double[] values = row.layer().apply(x).toDoubles();
      for (int i = 0; i < far.length; i++) {
        assertTrue(Double.isFinite(far[i]) && Double.isFinite(values[i]), row + " " + x);
      }
      double right = row.layer().apply(Tensor.scalar(1000).cast(type)).item();
      double expected = row.formula().applyAsDouble(1000);
      assertEquals(expected, right, 2 * 0x1p-24 * Math.abs(expected));
      assertEquals(far[2], far[3]);
    }
  }

  /// Of rows of five, not of the whole batch.
  @Test
  void softmaxesRunAlongTheLastAxis() {
    Tensor x = new Values(4).normal(DType.FLOAT64, Shape.of(2, 3, 5));
    double[] v = x.toDoubles();
    double[] p = new double[v.length];
    for (int row = 0; row < 6; row++) {
      double sum = 0;
      for (int i = 0; i < 5; i++) {
        sum += Math.exp(v[row * 5 + i]);
      }
      for (int i = 0; i < 5; i++) {
        p[row * 5 + i] = Math.exp(v[row * 5 + i]) / sum;
      }
    }
    Expect.relative(p, 8 * 0x1p-53, Activation.SOFTMAX.apply(x));
    double[] log = Arrays.stream(p).map(Math::log).toArray();
    Expect.relative(log, 32 * 0x1p-53, Activation.LOG_SOFTMAX.apply(x));
  }

  @Test
  void softplusNeedsAPositiveBeta() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new Softplus(0, 20));
    assertEquals("softplus: beta must be positive, got 0.0", e.getMessage());
  }
}
