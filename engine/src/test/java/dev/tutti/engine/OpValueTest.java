package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Values of the operations that work on one element or one row, against their definitions.
class OpValueTest {
  private static final float[] SPECIAL = {
    0,
    -0f,
    1,
    -1,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    0x1p-12f,
    -0x1p-12f,
    0.5f,
    -0.5f,
    2,
    -2,
    2.5f,
    -2.5f,
    9,
    -9,
    88,
    -88,
    104,
    -104,
    1e10f,
    -1e10f,
    Float.MAX_VALUE,
    -Float.MAX_VALUE
  };

  static Stream<Fn> unary() {
    return Arrays.stream(Fn.values()).filter(f -> f.arity() == 1);
  }

  private static DoubleUnaryOperator definition(Fn fn) {
    return switch (fn) {
      case NEG -> x -> -x;
      case ABS -> Math::abs;
      case SIGN -> Math::signum;
      case FLOOR -> Math::floor;
      case EXP -> Math::exp;
      case LOG -> Math::log;
      case LOG1P -> Math::log1p;
      case EXPM1 -> Math::expm1;
      case SQRT -> Math::sqrt;
      case RSQRT -> x -> 1 / Math.sqrt(x);
      case SIN -> Math::sin;
      case COS -> Math::cos;
      case TANH -> Math::tanh;
      case SIGMOID -> x -> 1 / (1 + Math.exp(-x));
      case ERF -> OpValueTest::erf;
      case RELU -> x -> x > 0 || x != x ? x : 0;
      default -> throw new IllegalArgumentException(fn + " takes more than one number");
    };
  }

  /// In ulps of float32: 0 if there is a single rounding, 1 more per further step.
  private static int bound(Fn fn) {
    return switch (fn) {
      case NEG, ABS, SIGN, FLOOR, SQRT, RELU, LOG1P, EXPM1, SIN, COS -> 0;
      case RSQRT, EXP, LOG -> 1;
      case TANH, SIGMOID, ERF -> 2;
      default -> throw new IllegalArgumentException(fn + " takes more than one number");
    };
  }

  /// `2/√π ∫₀ˣ e^(−t²) dt` by Simpson's rule; beyond 6 it is 1 in float64.
  private static double erf(double x) {
    if (!(Math.abs(x) < 6)) {
      return Math.signum(x);
    }
    int n = 2000;
    double h = x / n;
    double sum = 1 + Math.exp(-x * x);
    for (int i = 1; i < n; i++) {
      sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-(i * h) * (i * h));
    }
    return 2 / Math.sqrt(Math.PI) * sum * h / 3;
  }

  @ParameterizedTest
  @MethodSource("unary")
  void functionsOfFloats(Fn fn) {
    float[] x = Arrays.copyOf(SPECIAL, SPECIAL.length + 301);
    for (int i = SPECIAL.length; i < x.length; i++) {
      x[i] = (i - SPECIAL.length - 150) / 16f;
    }
    float[] y = Tensor.of(x).bind(fn).toFloats();
    for (int i = 0; i < x.length; i++) {
      float wanted = (float) definition(fn).applyAsDouble(x[i]);
      String what = fn + "(" + x[i] + ") is " + y[i] + ", not " + wanted;
      if (bound(fn) == 0 || !Float.isFinite(wanted)) {
        assertEquals(wanted, y[i], what);
      } else {
        assertTrue(Math.abs(y[i] - wanted) <= bound(fn) * Math.ulp(wanted), what);
      }
    }
    // A tensor that does not start its array takes another loop.
    Tensor both = Tensor.stack(Tensor.ones(x.length), Tensor.of(x));
    Expect.sameBits("as a view", Tensor.of(y), both.get(1).bind(fn));
  }

  @ParameterizedTest
  @MethodSource("unary")
  void functionsOfDoubles(Fn fn) {
    double[] x = new double[SPECIAL.length];
    Arrays.setAll(x, i -> SPECIAL[i]);
    double[] y = Tensor.of(x).bind(fn).toDoubles();
    for (int i = 0; i < x.length; i++) {
      double wanted = definition(fn).applyAsDouble(x[i]);
      // Simpson's rule is good to 1e-13; the JDK's two mathematics libraries differ by an ulp.
      double tolerance = fn == Fn.ERF ? 1e-12 : 2 * Math.ulp(wanted);
      if (Double.isFinite(wanted)) {
        assertEquals(wanted, y[i], tolerance, fn + "(" + x[i] + ")");
      } else {
        assertEquals(wanted, y[i], fn + "(" + x[i] + ")");
      }
    }
  }

  @Test
  void functionsOfInts() {
    Tensor x = Tensor.of(new int[] {0, 5, -5, Integer.MAX_VALUE, Integer.MIN_VALUE});
    assertInts(x.neg(), 0, -5, 5, -Integer.MAX_VALUE, Integer.MIN_VALUE);
    assertInts(x.abs(), 0, 5, 5, Integer.MAX_VALUE, Integer.MIN_VALUE);
    assertInts(x.sign(), 0, 1, -1, 1, -1);
    assertInts(x.relu(), 0, 5, 0, Integer.MAX_VALUE, 0);
  }

  private static void assertInts(Tensor actual, int... expected) {
    assertEquals(DType.INT32, actual.dtype());
    assertEquals(Arrays.toString(expected), Arrays.toString(actual.toInts()));
  }

  @Test
  void gelu() {
    for (double v = -6; v <= 6; v += 0.0625) {
      double exact = v * 0.5 * (1 + erf(v / Math.sqrt(2)));
      double inner = Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v);
      double tanh = 0.5 * v * (1 + Math.tanh(inner));
      // 1 + erf cancels below 0: a rounding of erf near −1 counts |x| times.
      double tolerance = 2 * 0x1p-24 * Math.abs(v);
      assertEquals(exact, Tensor.scalar(v).gelu().item(), tolerance, "gelu(" + v + ")");
      assertEquals(tanh, Tensor.scalar(v).geluTanh().item(), 2 * tolerance, "tanh, " + v);
    }
  }

  @Test
  void optimiserSteps() {
    Values values = new Values(3);
    float[] p = values.normal(33).toFloats();
    float[] m = values.normal(33).toFloats();
    float[] v = values.normal(33).abs().toFloats();
    float rate = 0.01f;
    float beta = 0.9f;
    float c2 = 0.3f;
    float eps = 1e-3f;
    float[] axpy = Tensor.of(p).axpy(Tensor.scalar(rate), Tensor.of(m)).toFloats();
    float[] ema = Tensor.of(p).ema(Tensor.of(m), Tensor.scalar(beta)).toFloats();
    float[] square = Tensor.of(v).emaSquare(Tensor.of(m), Tensor.scalar(beta)).toFloats();
    Tensor[] scalars = {Tensor.scalar(rate), Tensor.scalar(c2), Tensor.scalar(eps)};
    float[] adam =
        Tensor.of(p)
            .adam(Tensor.of(m), Tensor.of(v), scalars[0], scalars[1], scalars[2])
            .toFloats();
    for (int i = 0; i < p.length; i++) {
      assertEquals(Math.fma(rate, p[i], m[i]), axpy[i], "axpy rounds once");
      double a = Math.abs(p[i]) + Math.abs(m[i]);
      // Two products, 1 − beta and a sum are rounded, each by half an ulp of the terms at most.
      double units = 4 * 0x1p-24;
      assertEquals(beta * (double) p[i] + (1 - (double) beta) * m[i], ema[i], units * a);
      double g2 = (double) m[i] * m[i];
      assertEquals(beta * (double) v[i] + (1 - (double) beta) * g2, square[i], units * (v[i] + g2));
      double step = rate * m[i] / (Math.sqrt(v[i]) / c2 + eps);
      assertEquals(p[i] - step, adam[i], 0x1p-24 * (Math.abs(p[i]) + 8 * Math.abs(step)));
    }
  }

  @ParameterizedTest
  @EnumSource(Softmax.class)
  void softmaxFamily(Softmax s) {
    double[][] rows = {
      {0.5},
      {1, 2, 3},
      {-1e4, 0, 1e4},
      {1000, 1000, 1000},
      {-1000, -1001, -999},
      {Double.NEGATIVE_INFINITY, 0, 1},
      {3, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY}
    };
    for (double[] row : rows) {
      for (DType type : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
        Tensor x = Tensor.of(row).cast(type);
        double max = Arrays.stream(row).max().orElseThrow();
        double sum = Arrays.stream(row).map(v -> Math.exp(v - max)).sum();
        double unit = type == DType.FLOAT32 ? 0x1p-23 : 0x1p-52;
        for (int k = 0; k < row.length; k++) {
          Tensor label = Tensor.of(new int[] {k}).reshape(Shape.SCALAR);
          double lse = max + Math.log(sum);
          double wanted =
              switch (s) {
                case SOFTMAX -> Math.exp(row[k] - max) / sum;
                case LOG_SUM_EXP -> lse;
                case CROSS_ENTROPY -> lse - row[k];
              };
          double actual =
              switch (s) {
                case SOFTMAX -> x.softmax().toDoubles()[k];
                case LOG_SUM_EXP -> x.logSumExp().item();
                case CROSS_ENTROPY -> x.crossEntropy(label).item();
              };
          // exp, the sum, log or a quotient: a few ulps of the value or of the largest logit.
          double scale = s == Softmax.SOFTMAX ? wanted : Math.abs(lse) + Math.abs(max) + 1;
          String what = s + " of " + Arrays.toString(row) + ", class " + k + ", " + type;
          if (Double.isFinite(wanted)) {
            assertEquals(wanted, actual, 4 * unit * scale + Double.MIN_VALUE, what);
          } else {
            assertEquals(wanted, actual, what);
          }
        }
      }
    }
  }

  @Test
  void logSumExpAtInfinity() {
    double inf = Double.POSITIVE_INFINITY;
    assertEquals(-inf, Tensor.of(new double[] {-inf, -inf}).logSumExp().item());
    assertEquals(inf, Tensor.of(new double[] {1, inf}).logSumExp().item());
    assertEquals((float) -inf, Tensor.of((float) -inf, (float) -inf).logSumExp().item());
    assertEquals((float) inf, Tensor.of(1, (float) inf).logSumExp().item());
    assertTrue(Double.isNaN(Tensor.of(1, Float.NaN).logSumExp().item()));
  }

  @Test
  void normalize() {
    Tensor x = new Values(9).normal(4, 3, 17).mul(3).add(5);
    double[] a = x.toDoubles();
    double[] rows = x.normalize(1e-3, -1).toDoubles();
    double[] columns = x.normalize(1e-3, 0, 2).toDoubles();
    for (int i = 0; i < 12; i++) {
      double[] own = Arrays.copyOfRange(a, i * 17, i * 17 + 17);
      check(own, Arrays.copyOfRange(rows, i * 17, i * 17 + 17));
    }
    for (int c = 0; c < 3; c++) {
      double[] own = new double[4 * 17];
      double[] actual = new double[4 * 17];
      for (int i = 0; i < own.length; i++) {
        int at = (i / 17 * 3 + c) * 17 + i % 17;
        own[i] = a[at];
        actual[i] = columns[at];
      }
      check(own, actual);
    }
  }

  @Test
  void momentsAndRescaling() {
    Tensor x = new Values(9).normal(2, 40, 3).mul(3).add(5);
    double[] a = x.toDoubles();
    double[] moments = x.moments().toDoubles();
    double[] scaled =
        x.rescale(Tensor.of(1, 2, 3), Tensor.of(2, 4, 8), Tensor.of(5, 6, 7)).toDoubles();
    for (int i = 0; i < 2; i++) {
      for (int c = 0; c < 3; c++) {
        double[] own = new double[40];
        for (int r = 0; r < 40; r++) {
          own[r] = a[(i * 40 + r) * 3 + c];
          // Factors are powers of 2; two roundings of up to 8 · 20.
          double y = (own[r] - (c + 1)) * (2 << c) + 5 + c;
          assertEquals(y, scaled[(i * 40 + r) * 3 + c], 2 * 160 * 0x1p-24);
        }
        double mean = Arrays.stream(own).average().orElseThrow();
        double variance =
            Arrays.stream(own).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
        assertEquals(mean, moments[i * 6 + c], 16 * 0x1p-24 * 8); // 40 terms of about 8
        assertEquals(variance, moments[i * 6 + 3 + c], 40 * 0x1p-24 * 9);
      }
    }
  }

  private static void check(double[] x, double[] actual) {
    double mean = Arrays.stream(x).average().orElseThrow();
    double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    for (int i = 0; i < x.length; i++) {
      // Centring loses up to |mean| / deviation ulps, about 4 here.
      assertEquals((x[i] - mean) / Math.sqrt(variance + 1e-3), actual[i], 16 * 0x1p-23);
    }
  }

  /// Large offsets cost no digits: the loss of a confident row is small and exact to a few ulps.
  @org.junit.jupiter.api.Test
  void crossEntropyKeepsItsDigitsFarFromZero() {
    float[][] logits = {{30, 20}, {1000, 999}, {1e6f, 1e6f - 1}};
    for (float[] row : logits) {
      double truth = Math.log1p(Math.exp((double) row[1] - row[0]));
      Tensor x = Tensor.of(row, 1, 2);
      double loss = x.crossEntropy(Tensor.of(new int[] {0})).item();
      double log = -x.logSoftmax().slice(1, 0, 1).item();
      // the sum 1 + e^-10 has a rounding error of 2^-24 whatever the formula
      org.junit.jupiter.api.Assertions.assertEquals(truth, loss, 0x1p-23);
      org.junit.jupiter.api.Assertions.assertEquals(truth, log, 0x1p-23);
    }
  }
}
