package dev.tutti.nn.loss;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.DType;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The gamma functions against mpmath's 30 digits.
class GammaFunctionsTest {
  private static final double[] X = {
    0.001,
    0.1,
    0.5,
    1,
    1.25,
    1.4616321449683623,
    1.5,
    2,
    2.5,
    3,
    4.75,
    8,
    10,
    20.25,
    100,
    12345.5,
    1e6
  };

  enum Function {
    LOG_GAMMA(
        GammaFunctions::lgamma,
        10,
        6.9071788853838537,
        2.2527126517342059,
        0.57236494292470009,
        0.0,
        -0.098271836421813161,
        -0.12148629053584961,
        -0.12078223763524522,
        0.0,
        0.28468287047291916,
        0.69314718055994531,
        2.8085714185757365,
        8.5251613610654143,
        12.80182748008147,
        40.084110597917349,
        359.1342053695754,
        103958.24296512323,
        12815504.569147612),
    DIGAMMA(
        GammaFunctions::digamma,
        3,
        -1000.5755719318103,
        -10.423754940411076,
        -1.9635100260214235,
        -0.57721566490153286,
        -0.22745353337626541,
        -9.2412655217294275e-17,
        0.036489973978576521,
        0.42278433509846714,
        0.70315664064524319,
        0.92278433509846714,
        1.4492040552784629,
        2.01564147795561,
        2.2517525890667211,
        2.9832602639753078,
        4.6001618527380874,
        9.421006402052685,
        13.815510057964191),
    /// The tape's derivative of the digamma function.
    TRIGAMMA(
        slope(GammaFunctions::digamma),
        0,
        1000001.6425331958,
        101.43329915079275,
        4.9348022005446793,
        1.6449340668482264,
        1.1973291545071107,
        0.96767224544762125,
        0.93480220054467931,
        0.64493406684822644,
        0.49035775610023486,
        0.39493406684822644,
        0.23422874157914196,
        0.13313701469403143,
        0.10516633568168575,
        0.050622103814419773,
        0.010050166663333571,
        8.1004455200744419e-5,
        1.0000005000001667e-6);

    final UnaryOperator<Tensor> function;
    final double floor;
    final double[] values;

    Function(UnaryOperator<Tensor> function, double floor, double... values) {
      this.function = function;
      this.floor = floor;
      this.values = values;
    }
  }

  private static UnaryOperator<Tensor> slope(UnaryOperator<Tensor> f) {
    return x -> Transforms.grad((Tensor t) -> f.apply(t).sum()).apply(x);
  }

  /// In units of the type's rounding, 2⁻⁵³ or 2⁻²⁴, of the larger of value and floor.
  private static double worst(UnaryOperator<Tensor> f, Function known, DType type) {
    double[] y = f.apply(Tensor.of(X).cast(type)).toDoubles();
    double most = 0;
    for (int i = 0; i < X.length; i++) {
      double unit = type == DType.FLOAT32 ? 0x1p-24 : 0x1p-53;
      double scale = unit * Math.max(known.floor, Math.abs(known.values[i]));
      most = Math.max(most, Math.abs(y[i] - known.values[i]) / scale);
    }
    return most;
  }

  @ParameterizedTest
  @EnumSource
  void valuesAreKnown(Function known) {
    for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
      double worst = worst(known.function, known, type);
      assertTrue(worst <= 4, known + " in " + type + " is off by " + worst + " roundings");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DIGAMMA"})
  void derivativeOfLogGammaIsDigamma(Function digamma) {
    double worst = worst(slope(GammaFunctions::lgamma), digamma, DType.FLOAT64);
    assertTrue(worst <= 4, "off by " + worst + " roundings");
  }
}
