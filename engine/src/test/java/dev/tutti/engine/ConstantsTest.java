package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Equal values are the hardest for a sum, as every addition rounds the same way. Their mean is the
/// value however many there are, and nothing varies.
class ConstantsTest {
  /// Some that no float holds, and some with many digits.
  static final float[] VALUES = {
    0.1f, 1.1f, -100.1f, 1000.1f, 1e5f + 0.1f, 16_777_215, 1.0000001f, -1.9999999f, 3e-30f, 7e20f
  };

  private static final double NEAR = 1e-6;

  record Reduction(String name, Function<Tensor, Tensor> mean) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Arguments> means() {
    Stream<Reduction> reductions =
        Stream.of(
            new Reduction("mean()", Tensor::mean),
            new Reduction("mean(0)", x -> x.mean(0)),
            new Reduction("mean(1)", x -> x.mean(1)),
            new Reduction("mean(2)", x -> x.mean(2)),
            new Reduction("mean(0, 2)", x -> x.mean(0, 2)),
            new Reduction("mean(1, 2)", x -> x.mean(1, 2)),
            new Reduction("sum(0)", x -> x.sum(new int[] {0}).div(x.dim(0))),
            new Reduction("sum()", x -> x.sum().div(x.size())));
    Shape[] shapes = {
      Shape.of(1, 1, 1 << 20),
      Shape.of(1, 1 << 20, 3),
      Shape.of(1 << 20, 1, 1),
      Shape.of(1, 1, (1 << 20) - 1),
      Shape.of(3, 10_007, 64),
      Shape.of(50_021, 3, 7),
      Shape.of(5, 333, 1025)
    };
    return reductions.flatMap(r -> Stream.of(shapes).map(s -> Arguments.of(r, s)));
  }

  @ParameterizedTest(name = "{0} of {1}")
  @MethodSource("means")
  void theMeanIsTheValue(Reduction reduction, Shape shape) {
    for (float v : VALUES) {
      for (float mean : reduction.mean.apply(Tensor.full(v, shape.dims())).toFloats()) {
        assertEquals(v, mean, NEAR * Math.abs(v), () -> "of " + v);
      }
    }
  }

  @Test
  void theMeanOfManyValuesIsTheValue() {
    for (float v : new float[] {0.1f, 1000.1f}) {
      Tensor x = Tensor.full(v, 1 << 24);
      assertEquals(v, x.mean().item(), NEAR * v);
      assertEquals(v, x.reshape(1 << 23, 2).mean(0).toFloats()[1], NEAR * v);
    }
  }

  static Stream<Shape> matrices() {
    return Stream.of(
        Shape.of(64 * 28 * 28, 3),
        Shape.of(64 * 128 * 128, 3),
        Shape.of(64 * 28 * 28, 1),
        Shape.of(27, 1),
        Shape.of(2, 5),
        Shape.of(63, 16),
        Shape.of(65, 17),
        Shape.of(1000, 70),
        Shape.of(33, 768),
        Shape.of(3, 2, 100, 5));
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void nothingVaries(Shape shape) {
    for (float v : VALUES) {
      if (v * v * shape.dim(-2) == Float.POSITIVE_INFINITY) {
        continue; // a square is not a float
      }
      Tensor x = Tensor.full(v, shape.dims());
      Tensor moments = x.moments();
      int rank = shape.rank();
      Tensor mean = moments.slice(rank - 2, 0, 1);
      Expect.sameBits("mean", Tensor.full(v, mean.shape().dims()), mean);
      zero("variance", moments.slice(rank - 2, 1, 2));
      zero("normalize down", x.normalize(1e-5, -2));
      zero("normalize along", x.normalize(1e-5, -1));
      zero("normalize both", x.normalize(1e-5, -2, -1));
      zero("var down", x.var(-2, 1));
      zero("var along", x.var(-1, 0));
      zero("std", x.std(-2, 0));
    }
  }

  private static void zero(String what, Tensor actual) {
    for (float v : actual.toFloats()) {
      assertEquals(0, v, what);
    }
  }

  @Test
  void aRunningSumDoesNotDrift() {
    for (float v : new float[] {0.1f, 1.1f, -1000.1f}) {
      Tensor x = Tensor.full(v, 1 << 22, 1);
      for (Tensor sums : new Tensor[] {x.cumsum(0), x.reshape(2, -1, 2).cumsum(1)}) {
        float[] s = sums.toFloats();
        int columns = sums.dim(-1);
        int rows = sums.dim(-2);
        for (int i = 0; i < s.length; i++) {
          double exact = (double) v * (i / columns % rows + 1);
          assertEquals(exact, s[i], Math.ulp((float) exact));
        }
      }
    }
  }

  /// Infinite and undefined running sums stay what plain additions make them.
  @Test
  void aRunningSumOverInfinity() {
    float inf = Float.POSITIVE_INFINITY;
    float max = Float.MAX_VALUE;
    Expect.values(Tensor.of(1, inf, 2, -inf, 1).cumsum(0), 1, inf, inf, Float.NaN, Float.NaN);
    Expect.values(Tensor.of(max, max, -max).cumsum(0), max, inf, inf);
  }

  /// A constant cotangent, summed over what was broadcast.
  @Test
  void cotangentsOfWhatWasBroadcast() {
    Tensor bias = Tensor.zeros(3);
    Tensor x = Tensor.zeros(1 << 20, 3);
    Tensor g = Transforms.grad((Tensor b) -> x.add(b).mul(0.1).sum()).apply(bias);
    for (float v : g.toFloats()) {
      assertEquals(0.1f * (1 << 20), v, NEAR * 0.1 * (1 << 20));
    }
  }

  /// The first value is the centre of differences only if it is as near to the mean as rounding.
  @Test
  void anOutlierInFrontCostsNoDigits() {
    float[] a = new float[100_000];
    double mean = 0;
    for (int i = 0; i < a.length; i++) {
      a[i] = i == 0 ? 1e8f : i % 2 == 0 ? 1.1f : -1.1f;
      mean += a[i] / 1e5;
    }
    Tensor x = Tensor.of(a).reshape(-1, 1);
    assertEquals(mean, x.moments().toFloats()[0], 4 * Expect.ROUNDING * mean);
    Tensor pairs = Tensor.concat(1, x, x);
    assertEquals(mean, pairs.moments().toFloats()[1], 4 * Expect.ROUNDING * mean);
    assertTrue(mean > 999);
  }
}
