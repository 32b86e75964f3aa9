package dev.tutti.engine;

import static dev.tutti.engine.OpCase.In.ints;
import static dev.tutti.engine.OpCase.In.real;

import dev.tutti.engine.OpCase.In;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Shapes that take the kernels through all their loops (every strip and tile of products and
/// convolutions, whatever the number of lanes), run until C2 has compiled them, and the bits they
/// give then: [OpTierTest] and [KernelCompilationTest] run [#main] in other JVMs.
final class HotKernels {
  /// For children: kernels are compiled after a tenth of the usual number of calls, and a call
  /// waits for it, so that what gets compiled depends on the calls alone.
  static final List<String> FLAGS =
      List.of(
          "-Xbatch",
          "-XX:CompileCommand=quiet",
          "-XX:CompileCommand=CompileThresholdScaling,dev.tutti.engine.vector.*::*,0.1");

  /// With [#FLAGS], this many elements in and out, in this many calls, take a kernel from the
  /// interpreter to C2.
  private static final long ELEMENTS = 300_000;

  private static final int FEWEST = 30;
  private static final int MOST = 700;

  /// What sums: the kernels in which a width could show.
  private static final List<OpCase> SUMS = new ArrayList<>();

  private static final List<OpCase> OTHERS = new ArrayList<>();

  static {
    products();
    convolutions();
    rows();
    pools();
    moves();
    for (OpCase c : OpTiers.sample()) {
      if (!(c.p() instanceof MatMul || c.p() instanceof Affine || c.p() instanceof Conv)) {
        OTHERS.add(c);
      }
    }
  }

  private HotKernels() {}

  private static void add(Primitive p, In... in) {
    SUMS.add(of(p, in));
  }

  private static void addOther(Primitive p, In... in) {
    OTHERS.add(of(p, in));
  }

  private static OpCase of(Primitive p, In... in) {
    Shape[] shapes = Arrays.stream(in).map(In::shape).toArray(Shape[]::new);
    return OpCase.of(p, p.shape(shapes), in);
  }

  /// One, two and three vectors of 4, 8 and 16 columns; rows for a tile of every height.
  private static void products() {
    for (int n : new int[] {4, 8, 10, 24, 48}) {
      add(new MatMul(false, false), real(31, 37), real(37, n));
      add(new MatMul(true, false), real(37, 31), real(37, n));
    }
    add(new MatMul(false, true), real(15, 33), real(31, 33));
    add(new MatMul(true, true), real(33, 15), real(31, 33));
    add(new MatMul(false, false), real(75, 9), real(9, 53)); // enough rows for b to be copied
    add(new MatMul(false, false), real(3, 5, 17), real(3, 17, 19));
    add(new Affine(true), real(9, 35), real(35, 49), real(49));
    add(new Affine(false), real(2, 9, 35), real(2, 35, 10), real(2, 10));
  }

  private static void convolutions() {
    Window three = Window.of(3, 3).padding(1);
    convolution(three, 1, 2, 5, 5, 16, 64);
    convolution(three, 1, 1, 5, 5, 33, 36);
    convolution(three, 2, 1, 5, 5, 24, 40);
    convolution(three.stride(2), 1, 1, 7, 7, 8, 12);
    convolution(Window.of(1, 1), 1, 2, 5, 5, 40, 16);
    convolution(Window.of(3, 3).dilation(2, 2), 1, 1, 7, 7, 5, 36);
    convolution(three, 1, 1, 6, 6, 3, 64);
    convolution(Window.of(5, 5), 1, 16, 8, 8, 1, 6); // few channels
    convolution(Window.of(5, 5).padding(2), 1, 17, 6, 6, 3, 4);
    convolution(Window.of(5, 5), 2, 16, 7, 7, 12, 32);
    convolution(three, 4, 5, 5, 6, 4, 8);
  }

  private static void convolution(Window w, int groups, int n, int high, int wide, int c, int o) {
    In x = real(n, high, wide, c);
    In weight = real(w.kernelH(), w.kernelW(), c / groups, o);
    In y = real(n, w.outH(high), w.outW(wide), o);
    add(new Conv.Forward(w, groups), x, weight);
    add(new Conv.Input(w, groups, high, wide), y, weight);
    add(new Conv.Weight(w, groups), x, y);
  }

  /// Rows on both sides of what is transposed, and sums along and across them.
  private static void rows() {
    for (int n : new int[] {10, 100, 1030}) {
      In x = real(37, n);
      add(Softmax.SOFTMAX, x);
      add(Softmax.LOG_SUM_EXP, x);
      add(Softmax.CROSS_ENTROPY, x, ints(0, n, 37));
      for (int axis = 1; axis <= 2; axis++) {
        add(new Normalize(Ints.of(axis), 1e-5), x);
        add(new NormalizeInput(Ints.of(axis), 1e-5), x, x);
        add(new Reduce(Reduce.Kind.SUM, Ints.of(axis), false), x);
        addOther(new Reduce(Reduce.Kind.MAX, Ints.of(axis), false), x);
        addOther(new Reduce(Reduce.Kind.ARGMAX, Ints.of(axis), false), x);
      }
    }
    add(new Reduce(Reduce.Kind.SUM, Ints.of(1, 2, 3), false), real(5, 6, 7));
    addOther(new Random.Draw(Random.Draw.Kind.UNIFORM, Shape.of(1000)), ints(-9, 9, 2));
    for (int c : new int[] {3, 16, 100}) {
      In x = real(150, c);
      add(Columns.MOMENTS, x);
      add(Columns.RESCALE, x, real(c), real(c), real(c));
      add(Columns.COLUMN_SUMS, x, x, real(c));
    }
  }

  private static void pools() {
    for (int c : new int[] {3, 6, 16, 37}) {
      Window two = Window.of(2, 2).stride(2);
      In x = real(3, 8, 8, c);
      In y = real(3, 4, 4, c);
      addOther(new Pool.Max(two), x);
      addOther(new Pool.MaxInput(two), x, y);
      addOther(new Pool.Average(two, false), x);
      addOther(new Pool.AverageInput(two, false, 8, 8), y);
    }
  }

  private static void moves() {
    addOther(new Layout.Permute(Ints.of(1, 0)), real(37, 67));
    addOther(new Layout.Permute(Ints.of(1, 0, 2)), real(9, 7, 33));
    addOther(new Layout.Pad(Ints.of(1, 2), Ints.of(2, 1), Ints.of(0, 0), 0), real(9, 33));
    addOther(new Layout.Concat(1), real(9, 33), real(9, 18));
    addOther(new Indexing.ScatterAdd(9), real(33, 67), ints(0, 9, 33));
    for (Fn fn : List.of(Fn.ADD, Fn.DIV, Fn.MAX)) {
      addOther(fn, real(33, 67), real(67));
      addOther(fn, real(33, 67), real(33, 1));
      addOther(fn, real(33, 67), real());
    }
  }

  /// {@return the operation and a check sum of its result's bits}
  private static String line(OpCase c, boolean hot) {
    Tensor[] in = c.inputs(DType.FLOAT32, 3);
    Array[] arrays = Arrays.copyOf(in, in.length, Array[].class);
    DType type = c.p().dtype(Arrays.stream(in).map(Tensor::dtype).toArray(DType[]::new));
    Array result = Backend.active().run(c.p(), arrays, type, c.out());
    long calls = hot ? Math.clamp(ELEMENTS / (1 + OpTiers.size(c)), FEWEST, MOST) : 0;
    for (int i = 0; i < calls; i++) {
      result = Backend.active().run(c.p(), arrays, type, c.out());
    }
    return c + " " + OpTiers.checkSum(List.of(result));
  }

  /// {@return the sums of this class and check sums of their bits, from kernels as they are}
  static List<String> lines() {
    return SUMS.stream().map(c -> line(c, false)).toList();
  }

  /// Prints [#lines] of compiled kernels; with an argument, runs everything else instead.
  public static void main(String[] args) {
    if (args.length > 0) {
      OTHERS.forEach(c -> line(c, true));
    } else {
      SUMS.forEach(c -> System.out.println(line(c, true)));
    }
  }
}
