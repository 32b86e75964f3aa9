package dev.tutti.engine;

import java.util.Arrays;

/// An immutable multi-dimensional array of float32, float64 or int32.
///
/// Outside a transform a tensor is an [Array] with elements (of [Transforms#shapes] without);
/// inside `vmap` or `grad` it is a `Tracer` that stands for one, and the same methods record or
/// batch. Binary operations broadcast right-aligned as in NumPy; negative axes count from the end.
/// Every method raises [ShapeError] before any work when its operands do not fit.
///
/// int32 is for labels, indices and counts. `neg abs sign relu add sub mul div maximum minimum`,
/// comparisons, `sum cumsum max min argmax` and all that moves elements take it and give int32 (a
/// mask for comparisons); sums and products wrap as Java's do, `div` rounds towards zero. Whatever
/// would have to round raises [ShapeError] instead: `mean var std exp softmax matmul …`, and
/// constants such as 0.5.
///
/// {@snippet :
/// Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
/// Tensor y = x.mul(2).add(Tensor.of(10, 20, 30));   // [[12, 24, 36], [18, 30, 42]]
/// Tensor z = x.matmul(x.transpose());               // [2, 2]
/// }
public abstract sealed class Tensor permits Array, Tracer {

  // ---- construction ----

  /// {@return float32 values in row-major order; without dims a vector}
  public static Tensor of(float[] values, int... dims) {
    return Array.copyOf(values, dims.length == 0 ? Shape.of(values.length) : Shape.of(dims));
  }

  /// {@return a float32 vector}
  public static Tensor of(float... values) {
    return Array.copyOf(values, Shape.of(values.length));
  }

  /// {@return float64 values in row-major order; without dims a vector}
  public static Tensor of(double[] values, int... dims) {
    return Array.copyOf(values, dims.length == 0 ? Shape.of(values.length) : Shape.of(dims));
  }

  /// {@return int32 values in row-major order; without dims a vector}
  public static Tensor of(int[] values, int... dims) {
    return Array.copyOf(values, dims.length == 0 ? Shape.of(values.length) : Shape.of(dims));
  }

  /// {@return a float32 scalar}
  public static Tensor scalar(double value) {
    return full(DType.FLOAT32, value, Shape.SCALAR);
  }

  /// {@return float32 zeros}
  public static Tensor zeros(int... dims) {
    return full(DType.FLOAT32, 0, Shape.of(dims));
  }

  /// {@return float32 ones}
  public static Tensor ones(int... dims) {
    return full(DType.FLOAT32, 1, Shape.of(dims));
  }

  /// {@return a float32 tensor of one value}
  public static Tensor full(double value, int... dims) {
    return full(DType.FLOAT32, value, Shape.of(dims));
  }

  /// {@return a tensor of one value, which for int32 must be a whole number}
  public static Tensor full(DType type, double value, Shape shape) {
    if (type == DType.INT32 && value != (int) value) {
      throw new ShapeError("full: an int32 tensor cannot hold " + value);
    }
    return Array.filled(type, value, shape);
  }

  /// {@return the int32 vector 0, 1, …, n − 1}
  public static Tensor arange(int n) {
    Array values = Array.allocate(DType.INT32, Shape.of(n));
    Arrays.setAll(values.ints(), i -> i);
    return values;
  }

  // ---- what it is ----

  /// {@return the axis sizes}
  public abstract Shape shape();

  /// {@return the element type}
  public abstract DType dtype();

  /// {@return the elements, if there are any: an [Array] is itself}
  ///
  /// @throws ShapeError inside a transform: there a tensor stands for many values, or unknown ones
  abstract Array array(String op);

  /// {@return the number of axes}
  public int rank() {
    return shape().rank();
  }

  /// {@return the size of an axis; negative ones count from the end}
  public int dim(int axis) {
    return shape().dim(axis);
  }

  /// {@return the number of elements}
  public int size() {
    return shape().size();
  }

  /// {@return the only element of a tensor of size 1}
  public double item() {
    if (size() != 1) {
      throw new ShapeError("item: needs one element, got " + shape());
    }
    return array("item").element(0);
  }

  /// {@return a copy of the elements as floats, row-major}
  public float[] toFloats() {
    return array("toFloats").copyFloats();
  }

  /// {@return a copy of the elements as doubles, row-major}
  public double[] toDoubles() {
    return array("toDoubles").copyDoubles();
  }

  /// {@return a copy of the elements of an int32 tensor, row-major}
  public int[] toInts() {
    return array("toInts").copyInts();
  }

  // ---- elementwise ----

  /// {@return −x}
  public Tensor neg() {
    return bind(Fn.NEG);
  }

  /// {@return |x|}
  public Tensor abs() {
    return bind(Fn.ABS);
  }

  /// {@return −1, 0 or 1}
  public Tensor sign() {
    return bind(Fn.SIGN);
  }

  /// {@return the largest integer ≤ x}
  public Tensor floor() {
    return bind(Fn.FLOOR);
  }

  /// {@return eˣ}
  public Tensor exp() {
    return bind(Fn.EXP);
  }

  /// {@return ln x}
  public Tensor log() {
    return bind(Fn.LOG);
  }

  /// {@return ln(1 + x)}
  public Tensor log1p() {
    return bind(Fn.LOG1P);
  }

  /// {@return eˣ − 1}
  public Tensor expm1() {
    return bind(Fn.EXPM1);
  }

  /// {@return √x}
  public Tensor sqrt() {
    return bind(Fn.SQRT);
  }

  /// {@return 1 / √x}
  public Tensor rsqrt() {
    return bind(Fn.RSQRT);
  }

  /// {@return sin x}
  public Tensor sin() {
    return bind(Fn.SIN);
  }

  /// {@return cos x}
  public Tensor cos() {
    return bind(Fn.COS);
  }

  /// {@return tanh x}
  public Tensor tanh() {
    return bind(Fn.TANH);
  }

  /// {@return 1 / (1 + e⁻ˣ)}
  public Tensor sigmoid() {
    return bind(Fn.SIGMOID);
  }

  /// {@return the error function of x}
  public Tensor erf() {
    return bind(Fn.ERF);
  }

  /// {@return max(x, 0)}
  public Tensor relu() {
    return bind(Fn.RELU);
  }

  /// {@return x · Φ(x), exact}
  public Tensor gelu() {
    return bind(new Gelu(false));
  }

  /// {@return x · Φ(x) with the tanh approximation of Φ}
  public Tensor geluTanh() {
    return bind(new Gelu(true));
  }

  /// {@return x · sigmoid(x)}
  public Tensor silu() {
    return mul(sigmoid());
  }

  /// {@return ln(1 + eˣ), computed as max(x, 0) + log1p(e^−|x|)}
  ///
  /// The derivative is sigmoid(x), also at 0, although both terms of this sum have a kink there.
  public Tensor softplus() {
    return Transforms.customVjp(
            (Tensor x) -> x.relu().add(x.abs().neg().exp().log1p()),
            (x, y, g) -> g.mul(x.sigmoid()))
        .apply(this);
  }

  /// {@return x with each element zeroed with probability `p` and the others divided by `1 − p`}
  public Tensor dropout(double p, Key key) {
    return dropout(p, key, shape());
  }

  /// {@return likewise, each draw deciding over all elements that an element of `draws` is
  /// broadcast to: with axes of size 1, whole rows or channels are zeroed}
  public Tensor dropout(double p, Key key, Shape draws) {
    if (!(p >= 0 && p < 1)) {
      throw error("dropout: the probability must be in [0, 1), got " + p);
    }
    return mul(key.bernoulli(1 - p, draws.dims()).cast(dtype())).div(1 - p);
  }

  /// {@return x limited to [low, high]}
  public Tensor clamp(double low, double high) {
    return maximum(constant(low)).minimum(constant(high));
  }

  /// {@return x + y}
  public Tensor add(Tensor y) {
    return bind(Fn.ADD, y);
  }

  /// {@return x + y}
  public Tensor add(double y) {
    return add(constant(y));
  }

  /// {@return x − y}
  public Tensor sub(Tensor y) {
    return bind(Fn.SUB, y);
  }

  /// {@return x − y}
  public Tensor sub(double y) {
    return sub(constant(y));
  }

  /// {@return x · y, elementwise}
  public Tensor mul(Tensor y) {
    return bind(Fn.MUL, y);
  }

  /// {@return x · y}
  public Tensor mul(double y) {
    return mul(constant(y));
  }

  /// {@return x / y, elementwise; int32 rounds towards zero}
  public Tensor div(Tensor y) {
    return bind(Fn.DIV, y);
  }

  /// {@return x / y}
  public Tensor div(double y) {
    return div(constant(y));
  }

  /// {@return x to the power y}
  public Tensor pow(Tensor y) {
    return bind(Fn.POW, y);
  }

  /// {@return x to the power y}
  public Tensor pow(double y) {
    return pow(constant(y));
  }

  /// {@return the larger of x and y; a NaN wins}
  public Tensor maximum(Tensor y) {
    return bind(Fn.MAX, y);
  }

  /// {@return the smaller of x and y; a NaN wins}
  public Tensor minimum(Tensor y) {
    return bind(Fn.MIN, y);
  }

  /// {@return the mask x < y}
  public Tensor lt(Tensor y) {
    return bind(Fn.LT, y);
  }

  /// {@return the mask x ≤ y}
  public Tensor le(Tensor y) {
    return bind(Fn.LE, y);
  }

  /// {@return the mask x > y}
  public Tensor gt(Tensor y) {
    return y.lt(this);
  }

  /// {@return the mask x > y}
  public Tensor gt(double y) {
    return constant(y).lt(this);
  }

  /// {@return the mask x ≥ y}
  public Tensor ge(Tensor y) {
    return y.le(this);
  }

  /// {@return the mask x < y}
  public Tensor lt(double y) {
    return lt(constant(y));
  }

  /// {@return the mask x = y}
  public Tensor eq(Tensor y) {
    return bind(Fn.EQ, y);
  }

  /// {@return the mask x = y}
  public Tensor eq(double y) {
    return eq(constant(y));
  }

  /// {@return a where the mask is not 0, else b}
  public static Tensor where(Tensor mask, Tensor a, Tensor b) {
    return mask.bind(Fn.WHERE, a, b);
  }

  // ---- reductions ----

  /// {@return the sum of all elements, a scalar}
  public Tensor sum() {
    return bind(Reduce.sum(allAxes(), false));
  }

  /// {@return the sum over one axis, which stays with size 1 if `keepDims`}
  public Tensor sum(int axis, boolean keepDims) {
    return bind(Reduce.sum(fromEnd("sum", axis), keepDims));
  }

  /// {@return the sum over these axes; they are removed}
  public Tensor sum(int... axes) {
    return bind(Reduce.sum(fromEnd("sum", axes), false));
  }

  /// {@return the mean of all elements, a scalar; needs floats}
  public Tensor mean() {
    requireFloat("mean");
    return sum().div(size());
  }

  /// {@return the mean over these axes; they are removed; needs floats}
  public Tensor mean(int... axes) {
    requireFloat("mean");
    int count = Arrays.stream(axes).map(this::dim).reduce(1, (a, b) -> a * b);
    return sum(axes).div(count);
  }

  /// {@return the variance over an axis, Σ(x − mean)² / (n − correction); needs floats}
  public Tensor var(int axis, int correction) {
    requireFloat("var");
    Tensor squares = Centred.of(this, fromEnd("var", axis)).squares();
    return squares.sum(new int[] {axis}).div(dim(axis) - correction);
  }

  /// {@return the standard deviation over an axis, the root of [#var]; needs floats}
  ///
  /// Its derivative is 0 where all values are equal, as in PyTorch; the root's alone is infinite.
  public Tensor std(int axis, int correction) {
    requireFloat("std");
    Tensor variance = var(axis, correction);
    Tensor constant = variance.eq(full(variance.dtype(), 0, Shape.SCALAR));
    return variance.add(constant).sqrt().mul(constant.neg().add(1));
  }

  /// {@return the largest element of all, a scalar}
  public Tensor max() {
    return reshape(-1).max(0);
  }

  /// {@return the largest element along an axis}
  public Tensor max(int axis) {
    return max(axis, false);
  }

  /// {@return the largest element along an axis, which stays with size 1 if `keepDims`}
  public Tensor max(int axis, boolean keepDims) {
    return bind(new Reduce(Reduce.Kind.MAX, fromEnd("max", axis), keepDims));
  }

  /// {@return the smallest element along an axis}
  public Tensor min(int axis) {
    return opposite().max(axis).opposite();
  }

  /// Negative numbers for positive ones; −1 − x for int32, whose smallest value has no negative.
  private Tensor opposite() {
    return dtype().isFloat() ? neg() : neg().sub(1);
  }

  /// {@return the index of the first largest element along an axis, int32}
  public Tensor argmax(int axis) {
    return argmax(axis, false);
  }

  /// {@return the index of the first largest element along an axis, which stays if `keepDims`}
  public Tensor argmax(int axis, boolean keepDims) {
    return bind(new Reduce(Reduce.Kind.ARGMAX, fromEnd("argmax", axis), keepDims));
  }

  /// {@return the running sum along an axis}
  public Tensor cumsum(int axis) {
    return bind(new Reduce(Reduce.Kind.CUMSUM, fromEnd("cumsum", axis), true));
  }

  /// {@return log Σ exp x over the last axis}
  public Tensor logSumExp() {
    return bind(Softmax.LOG_SUM_EXP);
  }

  /// {@return exp x / Σ exp x over the last axis}
  public Tensor softmax() {
    return bind(Softmax.SOFTMAX);
  }

  /// {@return x − log Σ exp x over the last axis}
  public Tensor logSoftmax() {
    Tensor shifted = sub(max(-1, true).detach());
    return shifted.sub(shifted.exp().sum(-1, true).log());
  }

  /// {@return the cross-entropy of every row of logits `[…, C]` with labels int32 `[…]`, in nats}
  ///
  /// Labels may lack leading axes, which they then share; they do not broadcast otherwise.
  public Tensor crossEntropy(Tensor labels) {
    int leads = rank() - 1;
    if (labels.rank() > leads || !shape().leads(1).suffix(labels.rank()).equals(labels.shape())) {
      throw error(
          "cross_entropy: labels "
              + labels.shape()
              + " do not fit logits "
              + shape()
              + "; they need the shape "
              + shape().leads(1));
    }
    return bind(Softmax.CROSS_ENTROPY, labels);
  }

  /// {@return (x − mean) / √(var + eps) with mean and biased variance over the axes}
  public Tensor normalize(double eps, int... axes) {
    return bind(new Normalize(fromEnd("normalize", axes), eps));
  }

  /// {@return mean and biased variance of every column of `[…, R, C]`, `[…, 2, C]`}
  public Tensor moments() {
    return bind(Columns.MOMENTS);
  }

  /// {@return (x − mean) · factor + shift for the columns of `[…, R, C]`, the others `[…, C]`}
  public Tensor rescale(Tensor mean, Tensor factor, Tensor shift) {
    return bind(Columns.RESCALE, mean, factor, shift);
  }

  // ---- layout ----

  /// {@return the same elements with other axes; one dim may be −1}
  public Tensor reshape(int... dims) {
    int known = 1;
    int open = -1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == -1 && open < 0) {
        open = i;
      } else {
        known *= dims[i];
      }
    }
    int[] d = dims.clone();
    if (open >= 0) {
      if (known == 0 || size() % known != 0) {
        throw new ShapeError(
            "reshape: "
                + shape()
                + " with "
                + size()
                + " elements does not fit "
                + Arrays.toString(dims));
      }
      d[open] = size() / known;
    }
    return reshape(Shape.of(d));
  }

  /// {@return the same elements with other axes}
  public Tensor reshape(Shape to) {
    return to.equals(shape()) ? this : bind(new Layout.Reshape(rank(), to));
  }

  /// {@return the axes from `axis` on joined to one}
  public Tensor flatten(int axis) {
    int from = fromEnd("flatten", axis).get(0);
    return bind(new Layout.Reshape(from, Shape.of(shape().suffix(from).size())));
  }

  /// {@return this tensor with an axis of size 1 inserted before `axis` (−1: after the last)}
  public Tensor unsqueeze(int axis) {
    int at = axis < 0 ? -axis - 1 : rank() - axis;
    if (at < 0 || at > rank()) {
      throw error(
          "unsqueeze: axis "
              + axis
              + " is outside "
              + shape()
              + ", which has places for "
              + (rank() + 1));
    }
    return reshapeSuffix(at, Shape.of(1).concat(shape().suffix(at)));
  }

  /// {@return this tensor repeated to a larger shape: axes of size 1 grow, missing ones come first}
  public Tensor expand(Shape to) {
    return to.equals(shape()) ? this : bind(new Layout.Expand(rank(), to));
  }

  /// {@return the axes in another order: output axis `i` is axis `order[i]`}
  public Tensor permute(int... order) {
    if (order.length != rank()) {
      throw new ShapeError(
          "permute: " + Arrays.toString(order) + " does not name every axis of " + shape());
    }
    return bind(new Layout.Permute(Ints.generate(order.length, i -> shape().axis(order[i]))));
  }

  /// {@return the last two axes exchanged}
  public Tensor transpose() {
    return permuteSuffix(1, 0);
  }

  /// {@return elements `from … to − 1` along an axis}
  public Tensor slice(int axis, int from, int to) {
    return slice(axis, from, to, 1);
  }

  /// {@return every `step`-th element from `from` below `to` along an axis}
  public Tensor slice(int axis, int from, int to, int step) {
    int n = fromEnd("slice", axis).get(0);
    Shape s = shape().suffix(n);
    return bind(
        new Layout.Slice(
            Ints.generate(n, i -> i == 0 ? from : 0),
            Ints.generate(n, i -> i == 0 ? to : s.dim(i)),
            Ints.generate(n, i -> i == 0 ? step : 1)));
  }

  /// {@return element `i` along the first axis; that axis is removed}
  public Tensor get(int i) {
    return slice(0, i, i + 1).reshape(shape().tail());
  }

  /// {@return `low` copies of `value` before and `high` after along an axis}
  public Tensor pad(int axis, int low, int high, double value) {
    int n = fromEnd("pad", axis).get(0);
    return bind(
        new Layout.Pad(
            Ints.generate(n, i -> i == 0 ? low : 0),
            Ints.generate(n, i -> i == 0 ? high : 0),
            Ints.generate(n, i -> 0),
            value));
  }

  /// {@return the tensors one after another along an axis}
  public static Tensor concat(int axis, Tensor... parts) {
    if (parts.length == 0) {
      throw new ShapeError("concat: no tensors given");
    }
    Tensor[] rest = Arrays.copyOfRange(parts, 1, parts.length);
    return parts[0].bind(new Layout.Concat(parts[0].fromEnd("concat", axis).get(0)), rest);
  }

  /// {@return the tensors, all of one shape, along a new first axis}
  public static Tensor stack(Tensor... parts) {
    Tensor[] rows = new Tensor[parts.length];
    for (int i = 0; i < parts.length; i++) {
      if (!parts[i].shape().equals(parts[0].shape())) {
        throw new ShapeError(
            "stack: shapes differ: " + parts[0].shape() + " and " + parts[i].shape());
      }
      rows[i] = parts[i].reshape(parts[i].shape().prepend(1));
    }
    return concat(0, rows);
  }

  /// {@return this tensor cut along an axis into `parts` of equal size}
  public Tensor[] split(int axis, int parts) {
    int n = shape().dim(-fromEnd("split", axis).get(0));
    if (parts < 1 || n % parts != 0) {
      throw error("split: axis " + axis + " of " + shape() + " has no " + parts + " equal parts");
    }
    Tensor[] pieces = new Tensor[parts];
    Arrays.setAll(pieces, i -> slice(axis, i * (n / parts), (i + 1) * (n / parts)));
    return pieces;
  }

  /// {@return the elements in opposite order along an axis}
  public Tensor reverse(int axis) {
    return bind(new Layout.Reverse(fromEnd("reverse", axis)));
  }

  /// {@return the same values as another type; floats become ints by truncation towards zero, NaN
  /// becomes 0, and what is out of range the nearest int}
  public Tensor cast(DType to) {
    return to == dtype() ? this : bind(new Layout.Cast(to));
  }

  /// {@return the same values, constant for every derivative}
  public Tensor detach() {
    return bind(new Layout.Detach());
  }

  // ---- contractions, windows, indexing ----

  /// {@return the matrix product over the last two axes, `[…, M, K] · […, K, N]`}
  public Tensor matmul(Tensor b) {
    return matmul(b, false, false);
  }

  /// {@return the matrix product; a flag says that an operand is stored transposed}
  public Tensor matmul(Tensor b, boolean transA, boolean transB) {
    return bind(new MatMul(transA, transB), b);
  }

  /// {@return x · w + bias: `[…, N, K] · [K, O] + [O]`}
  public Tensor linear(Tensor w, Tensor bias) {
    return bind(new Affine(false), w, bias);
  }

  /// {@return Σ x · y over the last axis}
  public Tensor dot(Tensor y) {
    return mul(y).sum(-1, false);
  }

  /// {@return x yᵀ of two vectors, `[M]`, `[N]` → `[M, N]`}
  public Tensor outer(Tensor y) {
    return reshapeSuffix(0, Shape.of(1)).mul(y);
  }

  /// {@return the grouped convolution of `[…, N, H, W, C]` with `[KH, KW, C / groups, O]`}
  public Tensor conv2d(Tensor weight, Window window, int groups) {
    return bind(new Conv.Forward(window, groups), weight);
  }

  /// {@return likewise, with a bias `[O]` added to each output channel}
  public Tensor conv2d(Tensor weight, Tensor bias, Window window, int groups) {
    return bind(new Conv.Forward(window, groups), weight, bias);
  }

  /// {@return the convolution's adjoint in its input: `[N, OH, OW, O]` → `[N, height, width, C]`}
  public Tensor convTranspose2d(Tensor weight, Window window, int groups, int height, int width) {
    return bind(new Conv.Input(window, groups, height, width), weight);
  }

  /// {@return the largest value of each window of `[…, H, W, C]`}
  public Tensor maxPool2d(Window window) {
    return bind(new Pool.Max(window));
  }

  /// {@return the mean of each window of `[…, H, W, C]`}
  public Tensor avgPool2d(Window window, boolean countPadding) {
    return bind(new Pool.Average(window, countPadding));
  }

  /// {@return all windows of `[…, H, W, C]`, `[…, OH, OW, KH, KW, C]`}
  public Tensor windows(Window window) {
    return bind(new Windows(window));
  }

  /// {@return rows of a table by number: `[V, D]`, int32 `[…]` → `[…, D]`, as an embedding looks
  /// them up}
  ///
  /// For a tensor with other axes, say which axis is meant: [#take(int, Tensor)]. Raises
  /// [ShapeError] for a number outside `0 … V − 1`.
  public Tensor take(Tensor rows) {
    if (rank() != 2) {
      throw error(
          "take: "
              + shape()
              + " is not a table [V, D]; name the axis to take entries of, as in take(0, index)");
    }
    return bind(new Indexing.Take(), rows);
  }

  /// {@return entries `index[0], index[1], …` along an axis, in that order, which may repeat; the
  /// axis gets the index's size}: PyTorch's `index_select(axis, index)`, JAX's `take(index, axis)`.
  ///
  /// @param index an int32 vector of numbers `0 … n − 1`, n being the axis's size; others raise
  ///   [ShapeError]
  public Tensor take(int axis, Tensor index) {
    int n = fromEnd("take", axis).get(0);
    if (index.rank() != 1) {
      throw error("take: the index along an axis must be a vector, got " + index.shape());
    }
    Shape inner = shape().suffix(n).tail();
    return reshapeSuffix(n, Shape.of(dim(axis), inner.size()))
        .bind(new Indexing.Take(), index)
        .reshapeSuffix(2, inner.prepend(index.size()));
  }

  /// {@return rows added at their numbers: `[B, D]`, int32 `[B]` → `[rows, D]`; leading axes
  /// broadcast}
  ///
  /// Raises [ShapeError] for a number outside `0 … rows − 1`.
  public Tensor scatterAdd(Tensor numbers, int rows) {
    return bind(new Indexing.ScatterAdd(rows), numbers);
  }

  /// {@return the int32 classes `[…]` as float32 rows of 0 and 1, `[…, classes]`}
  ///
  /// Raises [ShapeError] for a class outside `0 … classes − 1`.
  public Tensor oneHot(int classes) {
    return bind(new Indexing.OneHot(classes));
  }

  // ---- optimiser steps ----

  /// {@return a · x + y in one rounding}
  public Tensor axpy(Tensor a, Tensor y) {
    return bind(OptimizerStep.AXPY, y, a);
  }

  /// {@return the moving average beta · x + (1 − beta) · g}
  public Tensor ema(Tensor g, Tensor beta) {
    return bind(OptimizerStep.EMA, g, beta);
  }

  /// {@return the moving average of squares, beta · x + (1 − beta) · g²}
  public Tensor emaSquare(Tensor g, Tensor beta) {
    return bind(OptimizerStep.EMA_SQUARE, g, beta);
  }

  /// {@return x − rate · m / (√v / c2 + eps)}; see [OptimizerStep]
  public Tensor adam(Tensor m, Tensor v, Tensor rate, Tensor c2, Tensor eps) {
    return bind(OptimizerStep.ADAM, m, v, rate, c2, eps);
  }

  // ---- inside the engine ----

  /// Runs a primitive on this tensor and `rest`.
  Tensor bind(Primitive p, Tensor... rest) {
    Tensor[] in = new Tensor[rest.length + 1];
    in[0] = this;
    System.arraycopy(rest, 0, in, 1, rest.length);
    return Trace.bind(p, in);
  }

  Tensor reshapeSuffix(int suffix, Shape to) {
    return bind(new Layout.Reshape(suffix, to));
  }

  Tensor permuteSuffix(int... order) {
    return bind(new Layout.Permute(Ints.of(order)));
  }

  /// A vector `[n]` as `[n, 1, …, 1]`, along the axis `fromEnd`.
  Tensor alongAxis(int fromEnd) {
    int[] dims = new int[fromEnd];
    Arrays.fill(dims, 1);
    dims[0] = dim(-1);
    return reshapeSuffix(1, Shape.of(dims));
  }

  Tensor zero() {
    return constant(0);
  }

  /// {@return a scalar of this tensor's type, to be used beside it: `x.maximum(x.constant(0))`}
  public Tensor constant(double value) {
    if (dtype() == DType.INT32 && value != (int) value) {
      throw new ShapeError("an int32 tensor cannot take the constant " + value + "; cast it first");
    }
    return full(dtype(), value, Shape.SCALAR);
  }

  private void requireFloat(String op) {
    if (!dtype().isFloat()) {
      throw error(op + ": needs floats, got int32; cast it first");
    }
  }

  /// Axes as primitives store them, counted from the end.
  private Ints fromEnd(String op, int... axes) {
    for (int axis : axes) {
      if (axis < -rank() || axis >= rank()) {
        throw error(
            op + ": axis " + axis + " is outside " + shape() + ", which has " + rank() + " axes");
      }
    }
    Ints fromEnd = Ints.generate(axes.length, i -> shape().fromEnd(axes[i]));
    if (Arrays.stream(fromEnd.toArray()).distinct().count() != axes.length) {
      throw error(op + ": axes " + Arrays.toString(axes) + " name one axis twice");
    }
    return fromEnd;
  }

  /// An error about this tensor, with the transforms around it.
  private ShapeError error(String message) {
    return new ShapeError(message + Trace.inside(new Tensor[] {this}));
  }

  private Ints allAxes() {
    return Ints.generate(rank(), i -> rank() - i);
  }
}
