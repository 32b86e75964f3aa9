package dev.tutti.engine;

import dev.tutti.engine.reference.ReferenceBackend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;

/// Neither the number of threads nor mapping over members changes a bit, at sizes that kernels cut
/// into tasks. The reference backend, which computes on one thread, gives the bits to have.
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
class DeterminismProperties {
  /// From this many multiplications on, products are cut into tasks; from four times that number,
  /// convolutions.
  private static final int PRODUCT = 1 << 20;

  private static final int CONVOLUTION = 1 << 22;

  /// From this many elements on, softmax is cut; from four times that number, sums.
  private static final int ROWS = 1 << 17;

  private static final int SUM = 1 << 19;

  private static final Backend REFERENCE = new ReferenceBackend("the oracle");
  private static final int[] THREADS = {1, 2, 3, 7};
  private static final int MEMBERS = 3;

  private final int threadsBefore = Parallel.threads();

  @AfterProperty
  void restoreThreads() {
    Parallel.threads(threadsBefore);
  }

  @Property(tries = 15)
  void products(
      @ForAll @IntRange(min = 20, max = 150) int m,
      @ForAll @IntRange(min = 20, max = 150) int n,
      @ForAll boolean transA,
      @ForAll boolean transB,
      @ForAll long seed) {
    int k = PRODUCT / (m * n) + 1;
    Shape a = transA ? Shape.of(k, m) : Shape.of(m, k);
    Shape b = transB ? Shape.of(n, k) : Shape.of(k, n);
    check(new MatMul(transA, transB), seed, a, b);
  }

  @Property(tries = 15)
  void layers(
      @ForAll @IntRange(min = 20, max = 150) int rows,
      @ForAll @IntRange(min = 20, max = 150) int out,
      @ForAll boolean relu,
      @ForAll long seed) {
    int in = PRODUCT / (rows * out) + 1;
    check(new Affine(relu), seed, Shape.of(rows, in), Shape.of(in, out), Shape.of(out));
  }

  /// Sizes of a convolution: with enough images for several tasks.
  record Sizes(Window window, int groups, int in, int out, int height, int width) {
    int images() {
      int each = window.outH(height) * window.outW(width) * window.kernelH() * window.kernelW();
      return CONVOLUTION / (each * in * out * groups) + 1;
    }
  }

  @Property(tries = 6)
  void convolutions(
      @ForAll @IntRange(min = 2, max = 4) int kernel,
      @ForAll @IntRange(min = 1, max = 2) int stride,
      @ForAll @IntRange(min = 0, max = 2) int padding,
      @ForAll @IntRange(min = 1, max = 3) int groups,
      @ForAll @IntRange(min = 1, max = 20) int in,
      @ForAll @IntRange(min = 4, max = 40) int out,
      @ForAll @Size(2) List<@IntRange(min = 9, max = 18) Integer> image,
      @ForAll long seed) {
    Window w = Window.of(kernel, kernel).stride(stride).padding(padding);
    Sizes s = new Sizes(w, groups, in, out, image.get(0), image.get(1));
    Shape x = Shape.of(s.images(), s.height(), s.width(), groups * in);
    Shape weight = Shape.of(kernel, kernel, in, groups * out);
    Shape y = Shape.of(s.images(), w.outH(s.height()), w.outW(s.width()), groups * out);
    check(new Conv.Forward(w, groups), seed, x, weight);
    check(new Conv.Input(w, groups, s.height(), s.width()), seed, y, weight);
    check(new Conv.Weight(w, groups), seed, x, y);
  }

  @Property(tries = 10)
  void softmaxAndCrossEntropy(
      @ForAll @IntRange(min = 2, max = 1100) int classes, @ForAll long seed) {
    int rows = ROWS / classes + 1;
    Shape logits = Shape.of(rows, classes);
    check(Softmax.SOFTMAX, seed, logits);
    check(Softmax.LOG_SUM_EXP, seed, logits);
    Values values = new Values(seed);
    Tensor labels = values.ints(0, classes - 1, Shape.of(rows));
    Tensor x = values.normal(logits);
    check(Softmax.CROSS_ENTROPY, List.of(x, labels), List.of(0));
    Tensor[] gradient = new Tensor[THREADS.length];
    for (int i = 0; i < THREADS.length; i++) {
      Parallel.threads(THREADS[i]);
      gradient[i] = Transforms.grad((Tensor t) -> t.crossEntropy(labels).mean()).apply(x);
      Expect.sameBits(THREADS[i] + " threads", gradient[0], gradient[i]);
    }
  }

  @Property(tries = 8)
  void draws(@ForAll @IntRange(min = 10_000, max = 20_000) int n, @ForAll long seed) {
    Key keys = Key.of(seed).split(MEMBERS);
    for (Random.Draw.Kind kind : Random.Draw.Kind.values()) {
      Random.Draw draw = new Random.Draw(kind, Shape.of(n));
      Parallel.threads(1);
      Tensor wanted = Trace.bind(draw, keys.bits());
      for (int threads : THREADS) {
        Parallel.threads(threads);
        Expect.sameBits(draw + " with " + threads, wanted, Trace.bind(draw, keys.bits()));
        Expect.sameBits(draw + " alone", wanted.get(1), Trace.bind(draw, keys.bits().get(1)));
      }
    }
  }

  @Property(tries = 8)
  void sums(
      @ForAll @Size(2) List<@IntRange(min = 1, max = 130) Integer> dims,
      @ForAll @IntRange(min = 1, max = 7) int axes,
      @ForAll long seed) {
    Shape x = Shape.of(dims.get(0), SUM / (dims.get(0) * dims.get(1)) + 1, dims.get(1));
    int[] chosen = OpCase.bits(axes).stream().mapToInt(bit -> bit + 1).toArray();
    check(new Reduce(Reduce.Kind.SUM, Ints.of(chosen), false), seed, x);
    check(new Reduce(Reduce.Kind.MAX, Ints.of(chosen[0]), false), seed, x);
    check(new Normalize(Ints.of(chosen), 1e-5), seed, x);
    check(new NormalizeInput(Ints.of(chosen), 1e-5), seed, x, x);
    Shape columns = Shape.of(dims.get(1));
    check(Columns.MOMENTS, seed, x);
    check(Columns.RESCALE, seed, x, columns, columns, columns);
    check(Columns.COLUMN_SUMS, seed, x, x, columns);
  }

  private static void check(Primitive p, long seed, Shape... shapes) {
    Values values = new Values(seed);
    List<Tensor> in = Arrays.stream(shapes).map(values::normal).toList();
    check(p, in, IntStream.range(0, shapes.length).boxed().toList());
  }

  /// @param mapped the inputs that [#members] stacks
  private static void check(Primitive p, List<Tensor> in, List<Integer> mapped) {
    Tensor[] all = in.toArray(Tensor[]::new);
    Tensor wanted = reference(p, all);
    for (int threads : THREADS) {
      Parallel.threads(threads);
      Expect.sameBits(p + " with " + threads + " threads", wanted, Trace.bind(p, all));
    }
    members(p, all, wanted, mapped);
    if (mapped.size() > 1) {
      members(p, all, wanted, mapped.subList(1, 2));
    }
  }

  /// Three members, the middle one being `in` and the others its negative.
  private static void members(Primitive p, Tensor[] in, Tensor wanted, List<Integer> mapped) {
    List<Tensor> stacks = new ArrayList<>();
    Tensor[] other = in.clone();
    for (int i : mapped) {
      other[i] = in[i].neg();
      stacks.add(Tensor.stack(other[i], in[i], other[i]));
    }
    Tensor wantedOther = reference(p, other);
    Parallel.threads(3);
    Tensor all =
        Transforms.vmap((List<Tensor> t) -> Trace.bind(p, OpCase.with(in, mapped, t)))
            .apply(stacks);
    for (int i = 0; i < MEMBERS; i++) {
      String what = p + ", mapped " + mapped + ", member " + i;
      Expect.sameBits(what, i == 1 ? wanted : wantedOther, all.get(i));
    }
  }

  private static Tensor reference(Primitive p, Tensor[] in) {
    Array[] arrays = Arrays.copyOf(in, in.length, Array[].class);
    DType type = p.dtype(Arrays.stream(in).map(Tensor::dtype).toArray(DType[]::new));
    Shape shape = p.shape(Arrays.stream(in).map(Tensor::shape).toArray(Shape[]::new));
    return REFERENCE.run(p, arrays, type, shape);
  }
}
