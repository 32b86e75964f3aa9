package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Window;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Pooling against its definition in plain loops.
class PoolTest {
  /// Windows along one axis, any padding that PyTorch allows, and an axis of that many cells.
  record Axis(Naive.Steps steps, int size) {}

  @Provide
  Arbitrary<Axis> axes() {
    Arbitrary<Integer> small = Arbitraries.integers().between(1, 4);
    return Combinators.combine(
            small,
            small,
            Arbitraries.integers().between(1, 2),
            Arbitraries.integers().between(0, 2),
            Arbitraries.integers().between(7, 10))
        .as((kernel, stride, dilation, padding, size) -> {
          int p = Math.min(padding, kernel / 2);
          return new Axis(new Naive.Steps(kernel, stride, dilation, p, p, false), size);
        });
  }

  private static Naive.Steps with(Naive.Steps s, int dilation, boolean ceil) {
    return new Naive.Steps(s.kernel(), s.stride(), dilation, s.low(), s.high(), ceil);
  }

  private static Window window(Naive.Steps h, Naive.Steps w) {
    return Window.of(h.kernel(), w.kernel())
        .stride(h.stride(), w.stride())
        .dilation(h.dilation(), w.dilation())
        .padding(h.low(), h.high(), w.low(), w.high());
  }

  @Property(tries = 150)
  void windows(
      @ForAll("axes") Axis h,
      @ForAll("axes") Axis w,
      @ForAll boolean ceil,
      @ForAll boolean countPadding,
      @ForAll long seed) {
    Tensor x = new Values(seed).whole(20, 2, h.size, w.size, 3);
    Naive.Slide dilated =
        new Naive.Slide(
            with(h.steps, h.steps.dilation(), ceil), with(w.steps, w.steps.dilation(), ceil));
    same(Naive.of(x).maxPool(dilated), new MaxPool2d(window(h.steps, w.steps), ceil).apply(x));
    Naive.Slide plain = new Naive.Slide(with(h.steps, 1, ceil), with(w.steps, 1, ceil));
    Window window = window(plain.rows(), plain.columns());
    near(
        Naive.of(x).avgPool(plain, countPadding),
        new AvgPool2d(window, ceil, countPadding).apply(x));

    Tensor line = x.slice(1, 0, 1);
    Naive.Steps none = new Naive.Steps(1, 1, 1, 0, 0, false);
    Naive.Steps s = dilated.columns();
    Tensor sequence = line.reshape(2, w.size, 3);
    same(
        Naive.of(line).maxPool(new Naive.Slide(none, s)),
        new MaxPool1d(s.kernel(), s.stride(), s.low(), s.dilation(), ceil)
            .apply(sequence)
            .unsqueeze(1));
    near(
        Naive.of(line).avgPool(new Naive.Slide(none, plain.columns()), countPadding),
        new AvgPool1d(s.kernel(), s.stride(), s.low(), ceil, countPadding)
            .apply(sequence)
            .unsqueeze(1));
  }

  @Test
  void aKernelAloneIsAlsoTheStride() {
    Tensor x = new Values(4).whole(20, 2, 7, 8, 3);
    same(Naive.of(x).maxPool(Naive.Slide.of(3, 3, 0)), new MaxPool2d(3).apply(x));
    near(Naive.of(x).avgPool(Naive.Slide.of(3, 3, 0), true), new AvgPool2d(3).apply(x));
    Tensor line = x.slice(1, 0, 1);
    Tensor sequence = line.reshape(2, 8, 3);
    Expect.sameBits(
        "max", new MaxPool1d(2, 2, 0).apply(sequence), new MaxPool1d(2).apply(sequence));
    Expect.sameBits(
        "mean",
        new AvgPool1d(2, 2, 0, false, true).apply(sequence),
        new AvgPool1d(2).apply(sequence));
  }

  /// Equal values everywhere: the first cell of a window in reading order gets its gradient.
  @Test
  void tiesGoToTheFirstMaximum() {
    Tensor x = Tensor.ones(1, 3, 3, 1);
    Tensor byCells =
        Transforms.grad((Tensor t) -> new AdaptiveMaxPool2d(2, 2).apply(t).sum()).apply(x);
    Expect.equal(new double[] {1, 1, 0, 1, 1, 0, 0, 0, 0}, byCells);
    Tensor diagonal = Tensor.of(new float[] {0, 1, 0, 1, 0, 0, 0, 0, 0}, 1, 3, 3, 1);
    Tensor first =
        Transforms.grad((Tensor t) -> new AdaptiveMaxPool2d(2, 2).apply(t).sum()).apply(diagonal);
    Expect.equal(new double[] {0, 2, 0, 1, 1, 0, 0, 0, 0}, first);
  }

  @Test
  void globalMeans() {
    Tensor x = new Values(4).whole(20, 2, 7, 8, 3);
    Naive expected = Naive.of(x).adaptiveAvgPool(1, 1);
    Tensor y = new GlobalAvgPool().apply(x);
    assertEquals(Shape.of(2, 3), y.shape());
    near(expected, y.reshape(2, 1, 1, 3));
    near(expected, new GlobalAvgPool().apply(x.reshape(2, 56, 3)).reshape(2, 1, 1, 3));
  }

  @Property(tries = 60)
  void adaptive(
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
    same(Naive.of(x).adaptiveMaxPool(rows, columns), new AdaptiveMaxPool2d(rows, columns).apply(x));
    if (h == 1 && rows == 1) {
      Tensor line = x.reshape(2, w, 3);
      Expect.close(expected.v(), tolerance, new AdaptiveAvgPool1d(columns).apply(line));
      Expect.sameBits(
          "one row",
          new AdaptiveMaxPool2d(1, columns).apply(x).reshape(2, columns, 3),
          new AdaptiveMaxPool1d(columns).apply(line));
    }
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
    Expect.refused(
        "adaptive_avg_pool2d: needs at least 1×1 cells, got 0×2",
        () -> new AdaptiveAvgPool2d(0, 2));
    Expect.error(
        "window: kernel 0×0, stride 1×1 and dilation 1×1 must be at least 1",
        () -> new MaxPool2d(0));
    Expect.refused(
        "adaptive_max_pool1d: needs at least 1×1 cells, got 1×0", () -> new AdaptiveMaxPool1d(0));
  }

  @Test
  void windowsOfPaddingAloneAreRefused() {
    Expect.refused(
        "max_pool2d: padding 2 is more than half the kernel of 3", () -> new MaxPool2d(3, 1, 2));
    Expect.refused(
        "avg_pool2d: padding 2 is more than half the kernel of 3",
        () -> new AvgPool2d(3, 1, 2, true));
    Expect.refused(
        "max_pool1d: padding 1 is more than half the kernel of 1",
        () -> new MaxPool1d(1, 1, 1, 1, false));
    Expect.refused(
        "avg_pool2d: padding 1 is more than half the kernel of 1",
        () -> new AvgPool2d(Window.of(3, 1).padding(0, 0, 0, 1), false, true));
    Expect.error(
        "max_pool1d: needs an input of [N, L, C], got [2, 3]",
        () -> new MaxPool1d(2).apply(Tensor.ones(2, 3)));
    Expect.error(
        "max_pool1d, as an image of one row: max_pool2d: a window of 1×4 does not fit in 1×3 with"
            + " padding 0, 0, 0, 0",
        () -> new MaxPool1d(4).apply(Tensor.ones(2, 3, 1)));
    Map<String, Layer> onImages =
        Map.of(
            "max_pool2d", new MaxPool2d(2),
            "avg_pool2d", new AvgPool2d(2),
            "adaptive_avg_pool2d", new AdaptiveAvgPool2d(1, 1),
            "adaptive_max_pool2d", new AdaptiveMaxPool2d(1, 1));
    for (Shape wrong : List.of(Shape.of(32, 784), Shape.of(8, 8, 3), Shape.of(2, 2, 8, 8, 3))) {
      onImages.forEach((op, layer) ->
          Expect.error(
              op + ": needs an input of [N, H, W, C], got " + wrong,
              () -> layer.apply(Tensor.ones(wrong.dims()))));
    }
    Expect.error(
        "global_avg_pool: needs an input of [N, …, C], got [2, 3]",
        () -> new GlobalAvgPool().apply(Tensor.ones(2, 3)));
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
