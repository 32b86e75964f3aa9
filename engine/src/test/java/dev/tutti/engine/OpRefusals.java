package dev.tutti.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Inputs that operations refuse, with the words that they must say.
final class OpRefusals {
  /// Inputs that `p` must refuse, and its words.
  record Refusal(Primitive p, String message, List<Tensor> in) {
    Tensor bind(List<Tensor> in) {
      return Trace.bind(p, in.toArray(Tensor[]::new));
    }

    @Override
    public String toString() {
      return message;
    }
  }

  private static final List<Refusal> ALL = new ArrayList<>();

  static {
    elementwise();
    reductionsAndLayout();
    contractions();
    windows();
    pools();
    indexingAndRandom();
    otherFused();
  }

  private OpRefusals() {}

  static Stream<Refusal> all() {
    return ALL.stream();
  }

  private static void refuses(Primitive p, String message, Tensor... in) {
    ALL.add(new Refusal(p, message, List.of(in)));
  }

  private static Tensor f(int... dims) {
    return Tensor.zeros(dims);
  }

  private static Tensor i(int... dims) {
    return Tensor.full(DType.INT32, 0, Shape.of(dims));
  }

  private static Tensor d(int... dims) {
    return Tensor.full(DType.FLOAT64, 0, Shape.of(dims));
  }

  private static void elementwise() {
    refuses(
        Fn.ADD,
        "add: cannot broadcast [32, 10] with [32]; did you mean [32, 1]?",
        f(32, 10),
        f(32));
    refuses(
        Fn.MUL,
        "mul: cannot broadcast [4] with [2, 4, 3, 5]; did you mean [4, 1, 1]?",
        f(4),
        f(2, 4, 3, 5));
    refuses(Fn.SUB, "sub: cannot broadcast [3] with [4]", f(3), f(4));
    refuses(Fn.DIV, "div: cannot broadcast [2, 3] with [4, 5, 6]", f(2, 3), f(4, 5, 6));
    refuses(Fn.LT, "lt: cannot broadcast [0] with [2]", f(0), f(2));
    refuses(Fn.WHERE, "where: cannot broadcast [3, 1] with [4, 1]", f(3, 1), f(5), f(4, 1));
    refuses(Fn.MAX, "max: types differ: float32 and int32; cast one of them", f(2), i(2));
    refuses(Fn.EQ, "eq: types differ: int32 and float64; cast one of them", i(2), d(2));
    refuses(
        Fn.WHERE, "where: types differ: float32 and float64; cast one of them", i(2), f(2), d(2));
    for (Fn fn : List.of(Fn.FLOOR, Fn.EXP, Fn.LOG, Fn.LOG1P, Fn.EXPM1, Fn.SQRT, Fn.RSQRT)) {
      refuses(fn, fn.label() + ": needs floats, got int32; cast it first", i(2));
    }
    for (Fn fn : List.of(Fn.SIN, Fn.COS, Fn.TANH, Fn.SIGMOID, Fn.ERF)) {
      refuses(fn, fn.label() + ": needs floats, got int32; cast it first", i(2));
    }
    refuses(Fn.POW, "pow: needs floats, got int32; cast it first", i(2), i(2));
    for (Fn fn : List.of(Fn.POW, Fn.MIN, Fn.LE, Fn.EQ)) {
      refuses(fn, fn.label() + ": cannot broadcast [2, 3] with [3, 2]", f(2, 3), f(3, 2));
    }
  }

  private static void reductionsAndLayout() {
    refuses(
        Reduce.sum(Ints.of(3), false), "sum: input 0 needs at least 3 axes, got [2, 5]", f(2, 5));
    refuses(
        new Reduce(Reduce.Kind.MAX, Ints.of(1), false),
        "max: axis of size 0 in [3, 0] has no maximum",
        f(3, 0));
    refuses(
        new Reduce(Reduce.Kind.ARGMAX, Ints.of(2), true),
        "argmax: axis of size 0 in [0, 3] has no maximum",
        f(0, 3));
    refuses(
        new Reduce(Reduce.Kind.CUMSUM, Ints.of(2), true),
        "cumsum: input 0 needs at least 2 axes, got [5]",
        f(5));
    refuses(
        new Layout.Reshape(2, Shape.of(2, 4)),
        "reshape: [3, 5] has 15 elements, [2, 4] has 8",
        f(7, 3, 5));
    refuses(
        new Layout.Expand(2, Shape.of(3, 4)), "expand: cannot expand [3, 5] to [3, 4]", f(3, 5));
    refuses(new Layout.Expand(2, Shape.of(5)), "expand: cannot expand [1, 5] to [5]", f(1, 5));
    refuses(
        new Layout.Permute(Ints.of(0, 2)), "permute: [0, 2] is not an order of 2 axes", f(3, 5));
    refuses(
        new Layout.Slice(Ints.of(2), Ints.of(6), Ints.of(1)),
        "slice: [2, 6) with step 1 is outside an axis of size 5 of [3, 5]",
        f(3, 5));
    refuses(
        new Layout.Slice(Ints.of(1), Ints.of(3), Ints.of(0)),
        "slice: [1, 3) with step 0 is outside an axis of size 5 of [5]",
        i(5));
    refuses(
        new Layout.Pad(Ints.of(-1), Ints.of(2), Ints.of(0), 0),
        "pad: negative padding [-1], [2]; slice to make a tensor smaller",
        f(5));
    refuses(
        new Layout.Concat(1),
        "concat: cannot broadcast [2, 3] with [4, 3] on the axes left of the last 1",
        f(2, 3),
        f(4, 3));
    refuses(
        new Layout.Concat(2),
        "concat: [2, 3] and another of [[2, 3], [2, 4]] differ outside axis −2",
        f(2, 3),
        f(2, 4));
    refuses(
        new Layout.Concat(1),
        "concat: types differ: int32 and float32; cast one of them",
        i(1),
        f(1));
    refuses(
        new Layout.Reverse(Ints.of(2)), "reverse: input 0 needs at least 2 axes, got [5]", f(5));
  }

  private static void contractions() {
    refuses(
        new MatMul(false, true),
        "matmul: inner axes differ: [32, 784] · [10, 780]ᵀ (784 vs 780)",
        f(32, 784),
        f(10, 780));
    refuses(
        new MatMul(true, false),
        "matmul: inner axes differ: [2, 3]ᵀ · [3, 4] (2 vs 3)",
        f(2, 3),
        f(3, 4));
    refuses(
        new MatMul(false, false),
        "matmul: cannot broadcast [2, 3, 4] with [5, 4, 6] on the axes left of the last 2",
        f(2, 3, 4),
        f(5, 4, 6));
    refuses(
        new MatMul(false, false), "matmul: input 1 needs at least 2 axes, got [4]", f(3, 4), f(4));
    refuses(
        new MatMul(false, false),
        "matmul: needs floats, got int32; cast it first",
        i(2, 2),
        i(2, 2));
    refuses(
        new Affine(false),
        "linear: input [3, 5] has 5 features, weight [4, 2] takes 4",
        f(3, 5),
        f(4, 2),
        f(2));
    refuses(
        new Affine(true),
        "linear: weight [5, 2] gives 2 features, bias has [3]",
        f(3, 5),
        f(5, 2),
        f(3));
    refuses(
        new Affine(false),
        "linear: needs floats, got int32; cast it first",
        i(1, 1),
        i(1, 1),
        i(1));
    Window win = Window.of(3, 3);
    refuses(
        new Conv.Forward(win, 1),
        "conv2d: weight [5, 5, 2, 4] is not a kernel of 3×3",
        f(1, 8, 8, 2),
        f(5, 5, 2, 4));
    refuses(
        new Conv.Forward(win, 1),
        "conv2d: weight [3, 3, 2, 4] gives 4 channels, bias has [3]",
        f(1, 8, 8, 2),
        f(3, 3, 2, 4),
        f(3));
    refuses(
        new Conv.Forward(win, 2),
        "conv2d: input [1, 8, 8, 3] has 3 channels; weight [3, 3, 2, 4] with 2 groups takes 4"
            + " channels and an output count divisible by 2",
        f(1, 8, 8, 3),
        f(3, 3, 2, 4));
    refuses(
        new Conv.Forward(win, 2),
        "conv2d: input [1, 8, 8, 4] has 4 channels; weight [3, 3, 2, 5] with 2 groups takes 4"
            + " channels and an output count divisible by 2",
        f(1, 8, 8, 4),
        f(3, 3, 2, 5));
    refuses(
        new Conv.Forward(win.dilation(2, 2).padding(0, 1, 0, 1), 1),
        "conv2d: a window of 5×5 does not fit in 2×8 with padding 0, 1, 0, 1",
        f(1, 2, 8, 1),
        f(3, 3, 1, 1));
    refuses(
        new Conv.Input(win, 1, 8, 8),
        "conv2d_input: cotangent [1, 5, 6, 4] and weight [3, 3, 2, 4] with 1 groups do not fit an"
            + " image of 8×8 with positions [6, 6] of a kernel of 3×3",
        f(1, 5, 6, 4),
        f(3, 3, 2, 4));
    refuses(
        new Conv.Weight(win, 2),
        "conv2d_weight: input [1, 8, 8, 3] with positions [6, 6] and cotangent [1, 6, 6, 4] do not"
            + " fit with 2 groups",
        f(1, 8, 8, 3),
        f(1, 6, 6, 4));
    refuses(
        new Conv.Forward(win, 1),
        "conv2d: types differ: float32 and float64; cast one of them",
        f(1, 3, 3, 1),
        d(3, 3, 1, 1));
    refuses(
        new Conv.Forward(win, 1),
        "conv2d: needs floats, got int32; cast it first",
        i(1, 3, 3, 1),
        i(3, 3, 1, 1));
  }

  private static void windows() {
    Window win = Window.of(3, 2).padding(0, 0, 1, 1);
    refuses(
        new Windows(win),
        "windows: a window of 3×2 does not fit in 2×5 with padding 0, 0, 1, 1",
        f(2, 5, 1));
    refuses(
        new Windows.Fold(win, 4, 5),
        "fold: windows [2, 5, 3, 2, 7] do not fit an image of 4×5, which has windows [2, 6, 3, 2,"
            + " 7]",
        f(2, 5, 3, 2, 7));
  }

  private static void pools() {
    Window win = Window.of(3, 3).stride(2);
    refuses(
        new Pool.Max(win),
        "max_pool2d: a window of 3×3 does not fit in 8×2 with padding 0, 0, 0, 0",
        f(8, 2, 1));
    refuses(new Pool.Max(win), "max_pool2d: input 0 needs at least 3 axes, got [8, 8]", f(8, 8));
    refuses(new Pool.Max(win), "max_pool2d: needs floats, got int32; cast it first", i(8, 8, 1));
    refuses(
        new Pool.MaxInput(win),
        "max_pool2d_input: input [7, 9, 2] has windows [3, 4, 2], not [3, 3, 2]",
        f(7, 9, 2),
        f(3, 3, 2));
    refuses(
        new Pool.MaxInput(win),
        "max_pool2d_input: a window of 3×3 does not fit in 8×2 with padding 0, 0, 0, 0",
        f(8, 2, 1),
        f(3, 1, 1));
    refuses(
        new Pool.Average(win, true),
        "avg_pool2d: a window of 3×3 does not fit in 2×8 with padding 0, 0, 0, 0",
        f(2, 8, 1));
    refuses(
        new Pool.Average(win, true),
        "avg_pool2d: needs floats, got int32; cast it first",
        i(8, 8, 1));
    refuses(
        new Pool.AverageInput(win, true, 7, 9),
        "avg_pool2d_input: [3, 3, 2] does not fit an image of 7×9 with windows [3, 4]",
        f(3, 3, 2));
  }

  private static void indexingAndRandom() {
    refuses(new Indexing.Take(), "take: indices must be int32, got float32", f(3, 2), f(4));
    refuses(
        new Indexing.ScatterAdd(3),
        "scatter_add: indices must be int32, got float64",
        f(4, 2),
        d(4));
    refuses(
        new Indexing.ScatterAdd(3),
        "scatter_add: [4, 2] has 4 rows, [5] has 5 indices",
        f(4, 2),
        i(5));
    refuses(
        new Indexing.Take(),
        "take: cannot broadcast [2, 3, 2] with [5, 4]: leading axes [2] and [5] differ",
        f(2, 3, 2),
        i(5, 4));
    refuses(new Indexing.OneHot(3), "one_hot: classes must be int32, got float32", f(4));
    Shape three = Shape.of(3);
    refuses(
        new Random.Draw(Random.Draw.Kind.NORMAL, three),
        "normal: a key has shape [2], got [3]",
        i(3));
    refuses(
        new Random.Draw(Random.Draw.Kind.BITS, three),
        "bits: input 0 needs at least 1 axes, got []",
        i());
    refuses(
        new Random.Draw(Random.Draw.Kind.UNIFORM, three),
        "uniform: a key is int32, got float32",
        f(2));
    refuses(
        new Random.Draw(Random.Draw.Kind.PERMUTATION, Shape.of(2, 3)),
        "permutation: needs one axis, got [2, 3]",
        i(2));
    refuses(new Random.Split(0, 3), "split: a key has shape [2], got [4]", i(4));
    refuses(new Random.Split(0, 3), "split: a key is int32, got float64", d(2));
  }

  private static void otherFused() {
    for (Softmax s : Softmax.values()) {
      Tensor[] labels = s == Softmax.CROSS_ENTROPY ? new Tensor[] {i(2)} : new Tensor[0];
      String name = s.label();
      refuses(s, name + ": the last axis of [2, 0] is empty", before(f(2, 0), labels));
      refuses(s, name + ": needs floats, got int32; cast it first", before(i(2, 3), labels));
    }
    refuses(
        Softmax.CROSS_ENTROPY, "cross_entropy: labels must be int32, got float32", f(2, 3), f(2));
    refuses(
        Softmax.CROSS_ENTROPY,
        "cross_entropy: cannot broadcast [4, 2, 5] with [4]: leading axes [4, 2] and [4] differ",
        f(4, 2, 5),
        i(4));
    for (boolean tanh : new boolean[] {false, true}) {
      refuses(new Gelu(tanh), "gelu: needs floats, got int32; cast it first", i(2));
    }
    refuses(ActivationInput.RELU, "relu_input: cannot broadcast [4] with [3]", f(4), f(3));
    refuses(ActivationInput.GELU, "gelu_input: needs floats, got int32; cast it first", i(2), i(2));
    refuses(
        new Normalize(Ints.of(2), 1e-5), "normalize: input 0 needs at least 2 axes, got [3]", f(3));
    refuses(
        new Normalize(Ints.of(1), 1e-5), "normalize: needs floats, got int32; cast it first", i(3));
    refuses(
        new NormalizeInput(Ints.of(1), 1e-5),
        "normalize_input: input [2, 3] and cotangent [2, 4] differ",
        f(2, 3),
        f(2, 4));
    refuses(Columns.MOMENTS, "moments: input 0 needs at least 2 axes, got [3]", f(3));
    refuses(Columns.MOMENTS, "moments: needs floats, got int32; cast it first", i(2, 3));
    refuses(
        Columns.RESCALE,
        "rescale: input 2 is [4], for a matrix [2, 3] it must be [3]",
        f(2, 3),
        f(3),
        f(4),
        f(3));
    refuses(
        Columns.COLUMN_SUMS,
        "column_sums: input 1 is [3, 3], for a matrix [2, 3] it must be [2, 3]",
        f(2, 3),
        f(3, 3),
        f(3));
    for (OptimizerStep s : OptimizerStep.values()) {
      Tensor[] in = new Tensor[s == OptimizerStep.ADAM ? 6 : 3];
      Arrays.fill(in, i(2));
      refuses(s, s.label() + ": needs floats, got int32; cast it first", in);
      Arrays.fill(in, f(2));
      in[2] = f(3);
      refuses(s, s.label() + ": cannot broadcast [2] with [3]", in);
      in[2] = d(2);
      refuses(s, s.label() + ": types differ: float32 and float64; cast one of them", in);
    }
  }

  private static Tensor[] before(Tensor x, Tensor[] rest) {
    return Stream.concat(Stream.of(x), Arrays.stream(rest)).toArray(Tensor[]::new);
  }
}
