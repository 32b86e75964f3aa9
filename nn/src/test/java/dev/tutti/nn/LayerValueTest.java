package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// The values of the layers without windows of weights, against their definitions in plain loops.
class LayerValueTest {
  @Property(tries = 100)
  void linear(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 9) int n,
      @ForAll @IntRange(min = 1, max = 40) int in,
      @ForAll @IntRange(min = 1, max = 40) int out,
      @ForAll boolean withBias) {
    Values values = new Values(seed);
    Tensor bias = withBias ? values.whole(9, out) : null;
    Linear layer = new Linear(values.whole(9, in, out), bias);
    Tensor x = values.whole(9, n, in);
    Tensor y = layer.apply(x);
    assertEquals(Shape.of(n, out), y.shape());
    Naive rows = new Naive(n, 1, 1, in, x.toDoubles());
    Expect.equal(rows.linear(layer.weight(), bias).v(), y);
  }

  /// With normal numbers each of K products and sums rounds once, relative to the sum of absolute
  /// terms.
  @Test
  void linearRounds() {
    Values values = new Values(1);
    int in = 500;
    Linear layer = Linear.init(Key.of(1), in, 20);
    Tensor x = values.normal(6, in);
    double[] exact = new Naive(6, 1, 1, in, x.toDoubles()).linear(layer.weight(), layer.bias()).v();
    Naive absolute = new Naive(6, 1, 1, in, x.abs().toDoubles());
    double[] scale = absolute.linear(layer.weight().abs(), layer.bias().abs()).v();
    for (int i = 0; i < scale.length; i++) {
      scale[i] *= 2 * in * 0x1p-24;
    }
    Expect.close(exact, scale, layer.apply(x));
  }

  @Property(tries = 60)
  void maxPool(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int kernel,
      @ForAll @IntRange(min = 1, max = 4) int stride,
      @ForAll @IntRange(min = 4, max = 9) int h,
      @ForAll @IntRange(min = 4, max = 9) int w,
      @ForAll @IntRange(min = 1, max = 3) int c) {
    int padding = kernel / 2;
    Tensor x = new Values(seed).normal(2, h, w, c);
    Naive expected = Naive.of(x).maxPool(Naive.Slide.of(kernel, stride, padding));
    same(expected, new MaxPool2d(kernel, stride, padding).apply(x));
    same(Naive.of(x).maxPool(Naive.Slide.of(kernel, kernel, 0)), new MaxPool2d(kernel).apply(x));
  }

  @Property(tries = 60)
  void avgPool(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int kernel,
      @ForAll @IntRange(min = 1, max = 4) int stride,
      @ForAll @IntRange(min = 4, max = 9) int h,
      @ForAll @IntRange(min = 4, max = 9) int w,
      @ForAll boolean countPadding) {
    int padding = kernel / 2;
    Tensor x = new Values(seed).whole(20, 2, h, w, 3);
    Naive expected = Naive.of(x).avgPool(Naive.Slide.of(kernel, stride, padding), countPadding);
    near(expected, new AvgPool2d(kernel, stride, padding, countPadding).apply(x));
    Naive touching = Naive.of(x).avgPool(Naive.Slide.of(kernel, kernel, 0), true);
    near(touching, new AvgPool2d(kernel).apply(x));
  }

  @Property(tries = 60)
  void adaptiveAvgPool(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 9) int h,
      @ForAll @IntRange(min = 1, max = 9) int w,
      @ForAll @IntRange(min = 1, max = 10) int rows,
      @ForAll @IntRange(min = 1, max = 10) int columns) {
    Tensor x = new Values(seed).whole(20, 2, h, w, 3);
    Naive expected = Naive.of(x).adaptiveAvgPool(rows, columns);
    assertEquals(shape(expected), new AdaptiveAvgPool2d(rows, columns).apply(x).shape());
    double[] tolerance = new double[expected.v().length];
    // Means of rows of means: a dozen roundings of numbers up to 20.
    Arrays.fill(tolerance, 12 * 20 * 0x1p-24);
    Expect.close(expected.v(), tolerance, new AdaptiveAvgPool2d(rows, columns).apply(x));
  }

  /// The squares 0, 1, 4, …, 34² as an image of 5 × 7; the means are PyTorch 2.6.0's.
  @Test
  void poolsAsInPyTorch() {
    Tensor x = Tensor.arange(35).cast(DType.FLOAT32).reshape(1, 5, 7, 1);
    x = x.mul(x);
    double[] adaptive = {38.5, 77.5, 274.1666666666667, 376.1666666666667, 689.5, 854.5};
    Expect.relative(adaptive, 2 * 0x1p-24, new AdaptiveAvgPool2d(3, 2).apply(x));
    double[] inside = {
      28.5, 43.166666666666664, 69.16666666666667, 93.5, 243.16666666666666, 289.3333333333333,
      357.3333333333333, 413.1666666666667, 637.5, 715.1666666666666, 825.1666666666666, 912.5
    };
    Expect.relative(inside, 2 * 0x1p-24, new AvgPool2d(3, 2, 1, false).apply(x));
    double[] counted = {
      12.666666666666666, 28.77777777777778, 46.111111111111114, 41.55555555555556,
      162.11111111111111, 289.3333333333333, 357.3333333333333, 275.44444444444446,
      283.3333333333333, 476.77777777777777, 550.1111111111111, 405.55555555555554
    };
    Expect.relative(counted, 2 * 0x1p-24, new AvgPool2d(3, 2, 1, true).apply(x));
    double[] most = {64, 100, 144, 169, 484, 576, 676, 729, 841, 961, 1089, 1156};
    Expect.equal(most, new MaxPool2d(3, 2, 1).apply(x));
  }

  @Test
  void cellsMustBePositive() {
    Tensor x = Tensor.ones(1, 4, 4, 1);
    Expect.error(
        "adaptive_avg_pool2d: needs at least 1×1 cells, got 0×2",
        () -> new AdaptiveAvgPool2d(0, 2));
    Expect.error(
        "window: kernel 0×0, stride 1×1 and dilation 1×1 must be at least 1",
        () -> new MaxPool2d(0).apply(x));
  }

  @Test
  void windowsOfPaddingAloneAreRefused() {
    Expect.error(
        "max_pool2d: padding 2 is more than half the kernel of 3", () -> new MaxPool2d(3, 1, 2));
    Expect.error(
        "avg_pool2d: padding 2 is more than half the kernel of 3",
        () -> new AvgPool2d(3, 1, 2, true));
  }

  @Test
  void flattenOrders() {
    Values values = new Values(2);
    Tensor x = values.normal(3, 4, 2, 5);
    Naive images = Naive.of(x);
    Tensor first = new Flatten(Flatten.Order.CHANNELS_FIRST).apply(x);
    assertEquals(Shape.of(3, 40), first.shape());
    Expect.equal(images.flattenChannelsFirst().v(), first);
    Tensor last = new Flatten(Flatten.Order.CHANNELS_LAST).apply(x);
    assertEquals(Shape.of(3, 40), last.shape());
    Expect.equal(images.v(), last);
    for (Flatten.Order order : Flatten.Order.values()) {
      Tensor features = values.normal(3, 7);
      Expect.sameBits("features", features, new Flatten(order).apply(features));
      Tensor cube = values.normal(3, 4, 2);
      Expect.sameBits("no image", cube.reshape(3, 8), new Flatten(order).apply(cube));
    }
  }

  @Test
  void activations() {
    Tensor x = new Values(3).normal(DType.FLOAT64, Shape.of(200)).mul(3);
    Naive row = new Naive(1, 1, 1, 200, x.toDoubles());
    Expect.equal(row.map(Naive::relu).v(), Activation.RELU.apply(x));
    double[] gelu = row.map(Naive::gelu).v();
    double[] tolerance = new double[200];
    // erf of both sides is right to a few roundings of 1, which x scales.
    Arrays.setAll(tolerance, i -> 0x1p-50 * Math.abs(row.v()[i]));
    Expect.close(gelu, tolerance, Activation.GELU.apply(x));
  }

  /// PyTorch 2.6.0: `gelu(tensor([-3, -1, -.1, 0, .5, 2]))`; float32 leaves 4 roundings of |x|.
  @Test
  void geluAsInPyTorch() {
    float[] x = {-3, -1, -0.1f, 0, 0.5f, 2};
    double[] y = {
      -0.00404969409489031,
      -0.15865525393145702,
      -0.0460172162722971,
      0,
      0.34573123063700656,
      1.9544997361036416
    };
    double[] tolerance = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      tolerance[i] = 4 * 0x1p-24 * Math.abs(x[i]);
    }
    Expect.close(y, tolerance, Activation.GELU.apply(Tensor.of(x)));
  }

  @Test
  void sequentialIsOneAfterAnother() {
    Layer a = Linear.init(Key.of(1), 4, 6);
    Layer b = Linear.init(Key.of(2), 6, 2);
    Sequential all = Sequential.of(a, Activation.RELU, Sequential.of(b));
    Tensor x = new Values(4).normal(5, 4);
    Expect.sameBits("chain", b.apply(a.apply(x).relu()), all.apply(x));
    Expect.sameBits("nothing", x, Sequential.of().apply(x));
    assertEquals(List.of("0.weight", "0.bias", "2.0.weight", "2.0.bias"), Expect.paths(all));
    assertEquals(4 * 6 + 6 + 6 * 2 + 2, all.parameterCount());
    assertEquals(2 * (4 * 6 + 6 * 2), all.flops(Shape.of(4)));
  }

  private static void same(Naive expected, Tensor actual) {
    assertEquals(shape(expected), actual.shape());
    Expect.equal(expected.v(), actual);
  }

  /// Sums of whole numbers are exact; what is left is the division.
  private static void near(Naive expected, Tensor actual) {
    assertEquals(shape(expected), actual.shape());
    Expect.relative(expected.v(), 3 * 0x1p-24, actual);
  }

  private static Shape shape(Naive images) {
    return Shape.of(images.n(), images.h(), images.w(), images.c());
  }
}
