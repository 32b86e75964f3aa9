package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

/// A user's mistake gives one line that names the operation, the value and what would fit.
class ErrorsTest {
  private static final Tensor FLOATS = Tensor.ones(2, 3);
  private static final Tensor INTS = Tensor.of(new int[] {1, 2, 3});
  private static final Tensor DOUBLES = Tensor.of(new double[] {1, 2, 3});

  // ---- memory ----

  @Test
  void tooManyElements() {
    String text =
        "shape [70000, 70000] has 4,900,000,000 elements; a tensor holds at most 2,147,483,639";
    Expect.error(text, () -> Tensor.zeros(70_000, 70_000));
    Tensor x = Tensor.ones(70_000);
    Expect.error(text, () -> x.outer(x));
    Expect.error(text, () -> x.reshape(70_000, 1).matmul(x.reshape(1, 70_000)));
    Expect.error(text, () -> x.expand(Shape.of(70_000, 70_000)));
  }

  @Test
  void moreThanTheHeap() {
    assumeTrue(
        Runtime.getRuntime().maxMemory() < 8 * Shape.MAX_SIZE,
        "the heap holds the largest float64 tensor");
    ShapeError e =
        assertThrows(
            ShapeError.class, () -> Tensor.full(DType.FLOAT64, 1, Shape.of(Integer.MAX_VALUE - 8)));
    assertEquals(
        "out of memory: float64 of [2147483639] needs 16,384 MB, the heap may grow to # MB (-Xmx)",
        e.getMessage().replaceFirst("grow to [0-9,]+ MB", "grow to # MB"));
  }

  // ---- types ----

  @Test
  void typesMustAgree() {
    Expect.error("add: types differ: float32 and int32; cast one of them", () -> FLOATS.add(INTS));
    Expect.error("mul: types differ: int32 and float64; cast one of them", () -> INTS.mul(DOUBLES));
    Expect.error(
        "matmul: types differ: float32 and float64; cast one of them",
        () -> FLOATS.matmul(DOUBLES.reshape(3, 1)));
    Expect.error(
        "where: types differ: float32 and int32; cast one of them",
        () -> Tensor.where(INTS, FLOATS, INTS));
    Expect.error(
        "concat: types differ: int32 and float64; cast one of them",
        () -> Tensor.concat(0, INTS, DOUBLES));
    Expect.error(
        "linear: types differ: float32 and float64; cast one of them",
        () -> FLOATS.linear(Tensor.ones(3, 2), Tensor.of(new double[2])));
  }

  @Test
  void someOperationsNeedFloats() {
    String rest = ": needs floats, got int32; cast it first";
    Tensor image = Tensor.of(new int[16], 1, 4, 4, 1);
    Window two = Window.of(2, 2);
    Expect.error("exp" + rest, INTS::exp);
    Expect.error("pow" + rest, () -> INTS.pow(INTS));
    Expect.error("matmul" + rest, () -> INTS.reshape(1, 3).matmul(INTS.reshape(3, 1)));
    Expect.error("softmax" + rest, INTS::softmax);
    Expect.error("cross_entropy" + rest, () -> INTS.crossEntropy(INTS.get(0)));
    Expect.error("gelu" + rest, INTS::gelu);
    Expect.error("axpy" + rest, () -> INTS.axpy(INTS, INTS));
    Expect.error("normalize" + rest, () -> INTS.normalize(1e-5, -1));
    Expect.error("max_pool2d" + rest, () -> image.maxPool2d(two));
    Expect.error("avg_pool2d" + rest, () -> image.avgPool2d(two, true));
    Expect.error("conv2d" + rest, () -> image.conv2d(Tensor.of(new int[4], 2, 2, 1, 1), two, 1));
    Expect.error(
        "linear" + rest,
        () -> INTS.reshape(1, 3).linear(INTS.reshape(3, 1), Tensor.of(new int[1])));
  }

  @Test
  void intTensorsTakeWholeConstants() {
    Expect.values(INTS.add(1).mul(2).cast(DType.FLOAT32), 4, 6, 8);
    Expect.error(
        "an int32 tensor cannot take the constant 0.5; cast it first", () -> INTS.mul(0.5));
    Expect.error(
        "an int32 tensor cannot take the constant 3.0E9; cast it first", () -> INTS.add(3e9));
    Expect.error(
        "an int32 tensor cannot take the constant Infinity; cast it first",
        () -> INTS.clamp(0, Double.POSITIVE_INFINITY));
    Expect.error("pad: an int32 tensor cannot take the constant 0.5", () -> INTS.pad(0, 1, 1, 0.5));
    Expect.error("div: an int32 divisor is 0", () -> INTS.div(0));
  }

  // ---- shapes ----

  @Test
  void reshapes() {
    Expect.error("reshape: [2, 3] has 6 elements, [4] has 4", () -> FLOATS.reshape(4));
    Expect.error(
        "reshape: [2, 3] with 6 elements does not fit [4, -1]", () -> FLOATS.reshape(4, -1));
    Expect.error(
        "reshape: [2, 3] with 6 elements does not fit [0, -1]", () -> FLOATS.reshape(0, -1));
    Expect.error("shape [-1, 3] has a negative axis", () -> FLOATS.reshape(Shape.of(-1, 3)));
    Expect.error("expand: cannot expand [2, 3] to [2, 4]", () -> FLOATS.expand(Shape.of(2, 4)));
    Expect.error("expand: cannot expand [2, 3] to [3]", () -> FLOATS.expand(Shape.of(3)));
    Expect.error(
        "of: 3 values do not fill [2, 2], which has 4", () -> Tensor.of(new float[3], 2, 2));
  }

  @Test
  void axes() {
    Expect.error("max: axis 2 is outside [2, 3], which has 2 axes", () -> FLOATS.max(2));
    Expect.error("sum: axes [0, -2] name one axis twice", () -> FLOATS.sum(0, -2));
    Expect.error(
        "unsqueeze: axis -5 is outside [2, 3], which has places for 3", () -> FLOATS.unsqueeze(-5));
    Expect.error(
        "cross_entropy: labels [2, 1] do not fit logits [2, 3]; they need the shape [2]",
        () -> FLOATS.crossEntropy(Tensor.of(new int[] {0, 1}, 2, 1)));
    Expect.error("split: axis 1 of [2, 3] has no 2 equal parts", () -> FLOATS.split(1, 2));
    Expect.error(
        "window: an extent of 4294967297 cells is too large",
        () -> Window.of(5, 5).dilation(1 << 30, 1));
    Expect.error(
        "permute: [1, 0] does not name every axis of [2, 3, 1]",
        () -> FLOATS.unsqueeze(-1).permute(1, 0));
    Expect.error("permute: [0, 0] is not an order of 2 axes", () -> FLOATS.permute(0, 0));
    Expect.error("permute: input 0 needs at least 2 axes, got [3]", INTS::transpose);
    Expect.error("max: axis of size 0 in [2, 0] has no maximum", () -> Tensor.zeros(2, 0).max(-1));
    Expect.error("softmax: the last axis of [2, 0] is empty", () -> Tensor.zeros(2, 0).softmax());
  }

  @Test
  void probabilities() {
    Expect.error(
        "dropout: the probability must be in [0, 1), got 1.0", () -> FLOATS.dropout(1, Key.of(1)));
  }

  @Test
  void broadcasting() {
    Expect.error(
        "add: cannot broadcast [32, 10] with [32]; did you mean [32, 1]?",
        () -> Tensor.ones(32, 10).add(Tensor.ones(32)));
    Expect.error("add: cannot broadcast [2, 3] with [4, 3]", () -> FLOATS.add(Tensor.ones(4, 3)));
    Expect.error(
        "matmul: cannot broadcast [2, 3, 4] with [5, 4, 6] on the axes left of the last 2",
        () -> Tensor.ones(2, 3, 4).matmul(Tensor.ones(5, 4, 6)));
    Expect.error(
        "where: cannot broadcast [2, 3] with [2]; did you mean [2, 1]?",
        () -> Tensor.where(FLOATS, FLOATS, Tensor.ones(2)));
  }

  @Test
  void slicesAndPads() {
    Expect.error(
        "slice: [1, 4) with step 1 is outside an axis of size 3 of [2, 3]",
        () -> FLOATS.slice(1, 1, 4));
    Expect.error(
        "slice: [0, 3) with step 0 is outside an axis of size 3 of [2, 3]",
        () -> FLOATS.slice(1, 0, 3, 0));
    Expect.error(
        "slice: [2, 3) with step 1 is outside an axis of size 2 of [2, 3]", () -> FLOATS.get(2));
    Expect.values(FLOATS.slice(1, 0, 3, Integer.MAX_VALUE), 1, 1);
    Expect.error(
        "pad: negative padding [-1], [0]; slice to make a tensor smaller",
        () -> FLOATS.pad(1, -1, 0, 0));
    ShapeError e =
        assertThrows(
            ShapeError.class, () -> FLOATS.pad(1, Integer.MAX_VALUE, Integer.MAX_VALUE, 0));
    assertTrue(e.getMessage().endsWith("a tensor holds at most 2,147,483,639"), e.getMessage());
  }

  @Test
  void joins() {
    Expect.error(
        "concat: [2, 3] and another of [[2, 3], [1, 4]] differ outside axis −2",
        () -> Tensor.concat(0, FLOATS, Tensor.ones(1, 4)));
    Expect.error("concat: no tensors given", () -> Tensor.concat(0));
    Expect.error("concat: no tensors given", () -> Tensor.stack());
    Expect.error(
        "stack: shapes differ: [2, 3] and [3]", () -> Tensor.stack(FLOATS, Tensor.ones(3)));
    Expect.error("shape [-3] has a negative axis", () -> Tensor.arange(-3));
  }

  @Test
  void contractionsAndWindows() {
    Expect.error(
        "matmul: inner axes differ: [32, 784] · [10, 780]ᵀ (784 vs 780)",
        () -> Tensor.ones(32, 784).matmul(Tensor.ones(10, 780), false, true));
    Expect.error(
        "linear: input [2, 3] has 3 features, weight [4, 5] takes 4",
        () -> FLOATS.linear(Tensor.ones(4, 5), Tensor.ones(5)));
    Expect.error(
        "linear: weight [3, 5] gives 5 features, bias has [4]",
        () -> FLOATS.linear(Tensor.ones(3, 5), Tensor.ones(4)));
    Tensor x = Tensor.ones(1, 4, 4, 6);
    Window three = Window.of(3, 3);
    Expect.error(
        "conv2d: weight [5, 5, 6, 2] is not a kernel of 3×3",
        () -> x.conv2d(Tensor.ones(5, 5, 6, 2), three, 1));
    Expect.error(
        "conv2d: input [1, 4, 4, 6] has 6 channels; weight [3, 3, 2, 4] with 2 groups takes 4"
            + " channels and an output count divisible by 2",
        () -> x.conv2d(Tensor.ones(3, 3, 2, 4), three, 2));
    Expect.error(
        "conv2d: a window of 5×5 does not fit in 4×4 with padding 0, 0, 0, 0",
        () -> x.conv2d(Tensor.ones(3, 3, 6, 2), three.dilation(2, 2), 1));
    for (Tensor w : new Tensor[] {Tensor.ones(2, 2, 6, 2), Tensor.ones(3, 3, 6, 3)}) {
      Expect.error(
          "conv2d_input: cotangent [1, 2, 2, 2] and weight "
              + w.shape()
              + " with 1 groups do not"
              + " fit an image of 4×4 with positions [2, 2] of a kernel of 3×3",
          () -> Tensor.ones(1, 2, 2, 2).convTranspose2d(w, three, 1, 4, 4));
    }
    Expect.error(
        "conv2d_input: cotangent [1, 2, 2, 2] and weight [3, 3, 6, 2] with 0 groups do not fit an"
            + " image of 4×4 with positions [2, 2] of a kernel of 3×3",
        () -> Tensor.ones(1, 2, 2, 2).convTranspose2d(Tensor.ones(3, 3, 6, 2), three, 0, 4, 4));
    Expect.error(
        "max_pool2d: input 0 needs at least 3 axes, got [2, 3]", () -> FLOATS.maxPool2d(three));
    Expect.error(
        "window: kernel 0×3, stride 1×1 and dilation 1×1 must be at least 1",
        () -> Window.of(0, 3));
    Expect.error("window: padding -1, -1, -1, -1 must not be negative", () -> three.padding(-1));
  }

  // ---- values ----

  @Test
  void labelsMustBeClasses() {
    Tensor logits = Tensor.ones(2, 10);
    Expect.error(
        "cross_entropy: label 10 at position 1 is outside 0 … 9",
        () -> logits.crossEntropy(Tensor.of(new int[] {3, 10})));
    Expect.error(
        "cross_entropy: label -1 at position 0 is outside 0 … 9",
        () -> logits.cast(DType.FLOAT64).crossEntropy(Tensor.of(new int[] {-1, 0})));
    Expect.error(
        "cross_entropy: labels must be int32, got float32",
        () -> logits.crossEntropy(Tensor.ones(2)));
  }

  @Test
  void numbersMustBeRows() {
    Tensor table = Tensor.ones(5, 2);
    Expect.error("take: index 5 is outside 0 … 4", () -> table.take(Tensor.of(new int[] {0, 5})));
    Expect.error("take: index -1 is outside 0 … 4", () -> table.take(Tensor.of(new int[] {-1})));
    Expect.error(
        "scatter_add: index 3 is outside 0 … 2",
        () -> table.scatterAdd(Tensor.of(new int[] {0, 1, 2, 3, 0}), 3));
    Expect.error("take: indices must be int32, got float32", () -> table.take(Tensor.ones(1)));
    Expect.error(
        "scatter_add: [5, 2] has 5 rows, [3] has 3 indices", () -> table.scatterAdd(INTS, 4));
  }

  @Test
  void elements() {
    Expect.error("item: needs one element, got [2, 3]", FLOATS::item);
    Expect.error("toInts: the tensor is float32; cast it to int32 first", FLOATS::toInts);
    assertEquals(1, Tensor.ones(1, 1).item());
  }
}
