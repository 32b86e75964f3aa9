package dev.tutti.bench;

import dev.tutti.engine.Affine;
import dev.tutti.engine.Conv;
import dev.tutti.engine.Fn;
import dev.tutti.engine.Gelu;
import dev.tutti.engine.Indexing;
import dev.tutti.engine.Ints;
import dev.tutti.engine.Layout;
import dev.tutti.engine.MatMul;
import dev.tutti.engine.Normalize;
import dev.tutti.engine.OptimizerStep;
import dev.tutti.engine.Pool;
import dev.tutti.engine.Primitive;
import dev.tutti.engine.Reduce;
import dev.tutti.engine.Softmax;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Window;
import java.util.ArrayList;
import java.util.List;

/// A line of the roofline.
///
/// @param name the kernel and its shapes
/// @param limit what bounds it
/// @param floor the smallest share of that limit that is good enough
/// @param call the kernel's call
record RooflineKernel(String name, Limit limit, double floor, KernelCall call) {
  /// What a kernel is measured by.
  enum Limit {
    /// Multiply-adds in registers.
    FMA("fma peak", "GFLOP/s"),
    /// Copying as many bytes, of arrays of a million floats.
    COPY("copy", "GB/s");

    private final String title;
    private final String unit;

    Limit(String title, String unit) {
      this.title = title;
      this.unit = unit;
    }

    /// {@return what it is called}
    String title() {
      return title;
    }

    /// {@return what it is measured in}
    String unit() {
      return unit;
    }
  }

  /// Collects lines.
  private static final class Table {
    private final List<RooflineKernel> lines = new ArrayList<>();

    void fma(double floor, String name, Primitive p, Tensor... in) {
      lines.add(new RooflineKernel(name, Limit.FMA, floor, KernelCall.of(p, in)));
    }

    void copy(double floor, String name, Primitive p, Tensor... in) {
      lines.add(new RooflineKernel(name, Limit.COPY, floor, KernelCall.of(p, in)));
    }

    void product(double floor, int m, int n, int k) {
      fma(
          floor,
          "matmul " + m + "," + n + "," + k,
          new MatMul(false, false),
          KernelCall.uniform(m, k),
          KernelCall.uniform(k, n));
    }

    /// A convolution's three kernels on a batch of square images; `members` is the leading axis.
    void convolution(double[] floors, int members, int batch, int size, int in, int out, Shape s) {
      Window window = Window.of(s.kernel, s.kernel).stride(s.stride);
      Tensor x = KernelCall.uniform(members, batch, size, size, in);
      Tensor w = KernelCall.uniform(members, s.kernel, s.kernel, in / s.groups, out);
      int at = window.outH(size);
      Tensor g = KernelCall.uniform(members, batch, at, at, out);
      String name =
          "%dx%d %dx%dx%d-%d %dx%d%s%s"
              .formatted(
                  members,
                  batch,
                  size,
                  size,
                  in,
                  out,
                  s.kernel,
                  s.kernel,
                  s.stride == 1 ? "" : " s" + s.stride,
                  s.groups == 1 ? "" : " g" + s.groups);
      fma(floors[0], "conv " + name, new Conv.Forward(window, s.groups), x, w);
      fma(floors[1], "conv_input " + name, new Conv.Input(window, s.groups, size, size), g, w);
      fma(floors[2], "conv_weight " + name, new Conv.Weight(window, s.groups), x, g);
    }
  }

  private record Shape(int kernel, int stride, int groups) {}

  private static final int N = 1_000_000;

  /// {@return all lines; the first number of each is its floor}
  static List<RooflineKernel> all() {
    Table t = new Table();
    products(t);
    convolutions(t);
    pools(t);
    elementwise(t);
    rows(t);
    steps(t);
    moves(t);
    return t.lines;
  }

  private static void products(Table t) {
    t.product(0.28, 64, 64, 64);
    t.product(0.38, 128, 128, 128);
    t.product(0.44, 512, 512, 512);
    t.product(0.46, 1024, 1024, 1024);
    t.product(0.43, 64, 128, 784);
    t.product(0.34, 64, 128, 128);
    t.product(0.11, 64, 10, 128);
    t.product(0.29, 64, 84, 120);
    t.product(0.27, 32, 1024, 1024);
    t.product(0.43, 3136, 96, 576);
    t.product(0.19, 32768, 32, 27);
    Tensor x = KernelCall.uniform(10, 64, 784);
    Tensor w = KernelCall.uniform(10, 784, 128);
    Tensor g = KernelCall.uniform(10, 64, 128);
    t.fma(0.38, "matmul 10x64,128,784", new MatMul(false, false), x, w);
    t.fma(0.27, "matmul 10x784,128,64 AT", new MatMul(true, false), x, g);
    t.fma(0.29, "matmul 10x64,784,128 BT", new MatMul(false, true), g, w);
    t.fma(0.38, "linear+relu 10x64,128,784", new Affine(true), x, w, KernelCall.uniform(10, 128));
  }

  private static void convolutions(Table t) {
    // LeNet
    t.convolution(new double[] {0.17, 0.14, 0.17}, 8, 64, 28, 1, 6, new Shape(5, 1, 1));
    t.convolution(new double[] {0.36, 0.26, 0.38}, 8, 64, 12, 6, 16, new Shape(5, 1, 1));
    // packed LeNet
    t.convolution(new double[] {0.15, 0.15, 0.26}, 1, 512, 28, 1, 12, new Shape(5, 1, 1));
    t.convolution(new double[] {0.25, 0.19, 0.26}, 1, 512, 12, 12, 32, new Shape(5, 1, 4));
    // ConvNet
    t.convolution(new double[] {0.20, 0.16, 0.40}, 4, 32, 64, 3, 32, new Shape(3, 2, 1));
    t.convolution(new double[] {0.41, 0.36, 0.35}, 4, 32, 31, 32, 64, new Shape(3, 2, 1));
    t.convolution(new double[] {0.43, 0.40, 0.40}, 4, 32, 15, 64, 96, new Shape(3, 2, 1));
    t.convolution(new double[] {0.44, 0.36, 0.40}, 4, 32, 7, 96, 96, new Shape(3, 2, 1));
  }

  private static void pools(Table t) {
    Window two = Window.of(2, 2).stride(2);
    Tensor x = KernelCall.uniform(512, 24, 24, 6);
    Tensor g = KernelCall.uniform(512, 12, 12, 6);
    t.copy(0.25, "max_pool 512x24x24x6", new Pool.Max(two), x);
    t.copy(0.20, "max_pool_input 512x24x24x6", new Pool.MaxInput(two), x, g);
    t.copy(0.29, "avg_pool 512x24x24x6", new Pool.Average(two, true), x);
    t.copy(0.11, "avg_pool_input 512x24x24x6", new Pool.AverageInput(two, true, 24, 24), g);
  }

  private static void elementwise(Table t) {
    Tensor x = KernelCall.uniform(N);
    Tensor y = KernelCall.positive(N);
    t.copy(0.23, "exp 1M", Fn.EXP, x);
    t.copy(0.22, "log 1M", Fn.LOG, y);
    t.copy(0.20, "tanh 1M", Fn.TANH, x);
    t.copy(0.22, "sigmoid 1M", Fn.SIGMOID, x);
    t.copy(0.23, "erf 1M", Fn.ERF, x);
    t.copy(0.21, "gelu 1M", new Gelu(false), x);
    t.copy(0.12, "gelu tanh 1M", new Gelu(true), x);
    t.copy(0.22, "relu 1M", Fn.RELU, x);
    t.copy(0.23, "sqrt 1M", Fn.SQRT, y);
    t.copy(0.29, "add 1M", Fn.ADD, x, y);
    t.copy(0.29, "mul 1M", Fn.MUL, x, y);
    t.copy(0.29, "div 1M", Fn.DIV, x, y);
    t.copy(0.37, "where 1M", Fn.WHERE, x, x, y);
    t.copy(0.22, "add scalar 1M", Fn.ADD, x, Tensor.scalar(2));
    Tensor square = KernelCall.uniform(1000, 1000);
    t.copy(0.23, "add row 1000x1000", Fn.ADD, square, KernelCall.uniform(1000));
    t.copy(0.23, "add column 1000x1000", Fn.ADD, square, KernelCall.uniform(1000, 1));
    t.copy(
        0.22, "add row 100000x10", Fn.ADD, KernelCall.uniform(100_000, 10), KernelCall.uniform(10));
  }

  private static void rows(Table t) {
    Tensor square = KernelCall.uniform(1000, 1000);
    Tensor narrow = KernelCall.uniform(100_000, 10);
    t.copy(0.15, "softmax 1000x1000", Softmax.SOFTMAX, square);
    t.copy(0.10, "softmax 100000x10", Softmax.SOFTMAX, narrow);
    t.copy(0.14, "log_sum_exp 1000x1000", Softmax.LOG_SUM_EXP, square);
    t.copy(
        0.07,
        "cross_entropy 100000x10",
        Softmax.CROSS_ENTROPY,
        narrow,
        KernelCall.numbers(10, 100_000));
    Tensor x = KernelCall.uniform(N);
    t.copy(0.58, "sum all 1M", sum(1), x);
    t.copy(0.58, "sum last 1000x1000", sum(1), square);
    t.copy(0.54, "sum first 1000x1000", sum(2), square);
    t.copy(0.52, "sum first 100000x10", sum(2), narrow);
    t.copy(0.22, "max last 1000x1000", new Reduce(Reduce.Kind.MAX, Ints.of(1), false), square);
    t.copy(
        0.02, "argmax last 100000x10", new Reduce(Reduce.Kind.ARGMAX, Ints.of(1), false), narrow);
    t.copy(0.19, "normalize last 1000x1000", new Normalize(Ints.of(1), 1e-5), square);
  }

  private static Reduce sum(int axis) {
    return new Reduce(Reduce.Kind.SUM, Ints.of(axis), false);
  }

  private static void steps(Table t) {
    Tensor p = KernelCall.uniform(N);
    Tensor v = KernelCall.positive(N);
    Tensor a = Tensor.scalar(0.1);
    t.copy(0.30, "axpy 1M", OptimizerStep.AXPY, p, v, a);
    t.copy(0.27, "ema 1M", OptimizerStep.EMA, p, v, a);
    t.copy(0.26, "ema_square 1M", OptimizerStep.EMA_SQUARE, p, v, a);
    t.copy(0.32, "adam 1M", OptimizerStep.ADAM, p, p, v, a, a, a);
    Tensor members = KernelCall.uniform(10, 100_000);
    t.copy(0.34, "axpy 10x100000", OptimizerStep.AXPY, members, members, KernelCall.uniform(10, 1));
  }

  private static void moves(Table t) {
    Tensor square = KernelCall.uniform(1000, 1000);
    Tensor images = KernelCall.uniform(512, 12, 12, 16);
    t.copy(0.10, "transpose 1000x1000", new Layout.Permute(Ints.of(1, 0)), square);
    t.copy(0.13, "permute 512x12x12x16 to NCHW", new Layout.Permute(Ints.of(0, 3, 1, 2)), images);
    t.copy(0.25, "concat 2x 1000x1000 rows", new Layout.Concat(2), square, square);
    t.copy(0.20, "concat 2x 1000x1000 columns", new Layout.Concat(1), square, square);
    t.copy(
        0.36,
        "slice 1000x500",
        new Layout.Slice(Ints.of(0, 250), Ints.of(1000, 750), Ints.of(1, 1)),
        square);
    t.copy(
        0.17,
        "pad 512x12x12x16 by 1",
        new Layout.Pad(Ints.of(1, 1, 0), Ints.of(1, 1, 0), Ints.of(0, 0, 0), 0),
        images);
    Tensor numbers = KernelCall.numbers(1000, 1000);
    t.copy(0.23, "take 1000 of 1000x1000", new Indexing.Take(), square, numbers);
    t.copy(0.20, "scatter_add 1000 of 1000x1000", new Indexing.ScatterAdd(1000), square, numbers);
  }
}
