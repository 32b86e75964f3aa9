package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Convolutions by axis, of sequences, with other paddings than zeros, and transposed, against
/// their definitions in plain loops.
class ConvTest {
  private static final Conv2d.Geometry PLAIN = Conv2d.Geometry.DEFAULT;

  /// A kernel along one axis and that axis' size.
  record Axis(int kernel, int stride, int dilation, int low, int high, int size) {
    Naive.Steps steps() {
      return new Naive.Steps(kernel, stride, dilation, low, high, false);
    }

    int reach() {
      return dilation * (kernel - 1) + 1;
    }
  }

  private static final Axis NONE = new Axis(1, 1, 1, 0, 0, 1);

  @Provide
  Arbitrary<Axis> axes() {
    Arbitrary<Integer> few = Arbitraries.integers().between(1, 3);
    Arbitrary<Integer> padding = Arbitraries.integers().between(0, 3);
    Arbitrary<Integer> size = Arbitraries.integers().between(5, 8);
    return Combinators.combine(few, few, few.filter(d -> d < 3), padding, padding, size)
        .as(Axis::new);
  }

  private static Conv2d.Geometry geometry(Axis h, Axis w, int groups) {
    return PLAIN
        .stride(h.stride, w.stride)
        .dilation(h.dilation, w.dilation)
        .padding(Padding.of(h.low, h.high, w.low, w.high))
        .groups(groups);
  }

  /// The image with its padding written out cell by cell.
  private static Tensor padded(Tensor x, PaddingMode mode, Axis h, Axis w) {
    Naive in = Naive.of(x);
    int rows = h.low + in.h() + h.high;
    int columns = w.low + in.w() + w.high;
    float[] out = new float[in.n() * rows * columns * in.c()];
    int at = 0;
    for (int i = 0; i < in.n(); i++) {
      for (int r = -h.low; r < in.h() + h.high; r++) {
        for (int q = -w.low; q < in.w() + w.high; q++) {
          for (int c = 0; c < in.c(); c++) {
            int y = source(mode, r, in.h());
            int z = source(mode, q, in.w());
            out[at++] = in.inside(y, z) ? (float) in.at(i, y, z, c) : 0;
          }
        }
      }
    }
    return Tensor.of(out, in.n(), rows, columns, in.c());
  }

  /// Which cell of an axis of `n` is at `i`, also outside of the axis; −1 for none.
  private static int source(PaddingMode mode, int i, int n) {
    return switch (mode) {
      case ZEROS -> i < n ? i : -1;
      case REFLECT -> i < 0 ? -i : i < n ? i : 2 * (n - 1) - i;
      case REPLICATE -> Math.clamp(i, 0, n - 1);
      case CIRCULAR -> (i + n) % n;
    };
  }

  @Property(tries = 150)
  void convolution(
      @ForAll("axes") Axis h,
      @ForAll("axes") Axis w,
      @ForAll PaddingMode mode,
      @ForAll @IntRange(min = 1, max = 2) int groups,
      @ForAll boolean withBias,
      @ForAll long seed) {
    Values values = new Values(seed);
    int in = 2 * groups;
    int out = 3 * groups;
    Tensor weight = values.whole(5, h.kernel, w.kernel, 2, out);
    Tensor bias = withBias ? values.whole(5, out) : null;
    Tensor x = values.whole(5, 2, h.size, w.size, in);
    Naive.Slide slide = new Naive.Slide(unpadded(h), unpadded(w));
    Conv2d.Geometry geometry = geometry(h, w, groups).mode(mode);
    same(
        Naive.of(padded(x, mode, h, w)).conv(weight, bias, slide, groups),
        new Conv2d(weight, bias, geometry).apply(x));

    Tensor line = x.slice(1, 0, 1);
    Tensor kernel = weight.slice(0, 0, 1);
    Naive.Slide along = new Naive.Slide(unpadded(NONE), unpadded(w));
    same(
        Naive.of(padded(line, mode, NONE, w)).conv(kernel, bias, along, groups),
        new Conv1d(kernel.reshape(w.kernel, 2, out), bias, geometry)
            .apply(line.reshape(2, w.size, in))
            .unsqueeze(1));
  }

  private static Naive.Steps unpadded(Axis a) {
    return new Naive.Steps(a.kernel, a.stride, a.dilation, 0, 0, false);
  }

  @Property(tries = 150)
  void transposed(
      @ForAll("axes") Axis h,
      @ForAll("axes") Axis w,
      @ForAll @IntRange(min = 0, max = 2) int moreRows,
      @ForAll @IntRange(min = 0, max = 2) int moreColumns,
      @ForAll @IntRange(min = 1, max = 2) int groups,
      @ForAll boolean withBias,
      @ForAll long seed) {
    int outputH = Math.min(moreRows, Math.max(h.stride, h.dilation) - 1);
    int outputW = Math.min(moreColumns, Math.max(w.stride, w.dilation) - 1);
    Values values = new Values(seed);
    int in = 2 * groups;
    int out = 3 * groups;
    Tensor weight = values.whole(5, h.kernel, w.kernel, 3, in);
    Tensor bias = withBias ? values.whole(5, out) : null;
    Tensor x = values.whole(5, 2, h.size, w.size, in);
    int rows = (h.size - 1) * h.stride - h.low - h.high + h.reach() + outputH;
    int columns = (w.size - 1) * w.stride - w.low - w.high + w.reach() + outputW;
    if (rows < 1 || columns < 1) {
      return; // the padding cuts all of it off
    }
    Naive.Slide slide = new Naive.Slide(h.steps(), w.steps());
    Conv2d.Geometry geometry = geometry(h, w, groups);
    same(
        Naive.of(x).convTransposed(weight, bias, slide, groups, rows, columns),
        new ConvTranspose2d(weight, bias, geometry, outputH, outputW).apply(x));

    Tensor line = x.slice(1, 0, 1);
    Tensor kernel = weight.slice(0, 0, 1);
    Naive.Slide along = new Naive.Slide(NONE.steps(), w.steps());
    same(
        Naive.of(line).convTransposed(kernel, bias, along, groups, 1, columns),
        new ConvTranspose1d(kernel.reshape(w.kernel, 3, in), bias, geometry, outputW)
            .apply(line.reshape(2, w.size, in))
            .unsqueeze(1));
  }

  private static void same(Naive expected, Tensor actual) {
    assertEquals(Shape.of(expected.n(), expected.h(), expected.w(), expected.c()), actual.shape());
    Expect.equal(expected.v(), actual);
  }

  @Test
  void initialSizesAndOptions() {
    Key key = Key.of(1);
    Conv2d wide = Conv2d.init(key, 4, 6, 2, 3, PLAIN.groups(2), false);
    assertEquals(Shape.of(2, 3, 2, 6), wide.weight().shape());
    assertEquals(List.of("weight"), Expect.paths(wide));
    Conv1d line = Conv1d.init(key, 4, 6, 3);
    assertEquals(Shape.of(3, 4, 6), line.weight().shape());
    Expect.sameBits(
        "the draws of a convolution of one row",
        Conv2d.init(key, 4, 6, 1, 3, PLAIN, true).weight().reshape(3, 4, 6),
        line.weight());
    ConvTranspose2d up = ConvTranspose2d.init(key, 4, 6, 3, PLAIN.stride(2).groups(2));
    assertEquals(Shape.of(3, 3, 3, 4), up.weight().shape());
    assertEquals(Shape.of(6), up.bias().shape());
    double most = up.weight().abs().max().item();
    double bound = 1 / Math.sqrt(3 * 9); // PyTorch's fan of a transposed convolution: out / groups
    assertEquals(bound, most, 0.1 * bound);
    assertEquals(Shape.of(5, 2, 4), ConvTranspose1d.init(key, 4, 2, 5, PLAIN).weight().shape());
    assertEquals(2L * 3 * 3 * 3 * 4 * 5 * 5, up.flops(Shape.of(5, 5, 4)));
  }

  @Test
  void errorsSayWhatWouldFit() {
    Key key = Key.of(1);
    Tensor x = Tensor.ones(1, 3, 4, 2);
    Expect.error(
        "padding: reflect padding of 3 needs an axis of at least 4, got one of 3 in [1, 3, 4, 2]",
        () -> padded(key, PaddingMode.REFLECT).apply(x));
    Expect.error(
        "padding: circular padding of 3 needs an axis of at least 3, got one of 2 in [1, 2, 4, 2]",
        () -> padded(key, PaddingMode.CIRCULAR).apply(Tensor.ones(1, 2, 4, 2)));
    Expect.error(
        "padding: replicate padding of 3 needs an axis of at least 1, got one of 0 in [1, 0, 4, 2]",
        () -> padded(key, PaddingMode.REPLICATE).apply(Tensor.zeros(1, 0, 4, 2)));
    Expect.error(
        "conv1d: needs an input of [N, L, C], got [1, 3, 4, 2]",
        () -> Conv1d.init(key, 2, 3, 3).apply(x));
    Expect.refused(
        "conv1d: 2 groups do not divide 3 input and 4 output channels",
        () -> Conv1d.init(key, 3, 4, 3, PLAIN.groups(2), true));
    Expect.error(
        "conv1d, as an image of one row: conv2d: a window of 1×3 does not fit in 1×2 with padding"
            + " 0, 0, 0, 0",
        () -> Conv1d.init(key, 2, 3, 3).apply(Tensor.ones(1, 2, 2)));
    ConvTranspose2d up = ConvTranspose2d.init(key, 3, 4, 2, PLAIN.padding(Padding.of(2)));
    Expect.error(
        "conv_transpose2d: needs an input of [N, H, W, 3], got [1, 3, 4, 2]; images are"
            + " [N, H, W, C] here; did you mean x.permute(0, 2, 3, 1)?",
        () -> up.apply(x));
    Expect.error(
        "conv_transpose2d: needs an input of [N, H, W, C], got [4, 3]",
        () -> up.apply(Tensor.ones(4, 3)));
    Expect.error(
        "conv_transpose2d: the padding leaves nothing of the output for an input of [1, 3, 1, 3]",
        () -> up.apply(Tensor.ones(1, 3, 1, 3)));
    Expect.refused(
        "conv_transpose2d: an output padding of 2 must be smaller than the stride of 2 or the"
            + " dilation of 1",
        () -> ConvTranspose1d.init(key, 3, 4, 2, PLAIN.stride(2), 2, true));
    Expect.refused(
        "conv_transpose2d: an output padding of -1 must be smaller than the stride of 1 or the"
            + " dilation of 1",
        () -> ConvTranspose2d.init(key, 3, 4, 2, 2, PLAIN, -1, 0, true));
    Expect.refused(
        "conv_transpose2d: needs a padding of zeros, given in cells, got "
            + PLAIN.padding(Padding.SAME),
        () -> ConvTranspose2d.init(key, 3, 4, 2, PLAIN.padding(Padding.SAME)));
    Expect.refused(
        "conv_transpose2d: needs a padding of zeros, given in cells, got "
            + PLAIN.mode(PaddingMode.REFLECT),
        () -> ConvTranspose2d.init(key, 3, 4, 2, PLAIN.mode(PaddingMode.REFLECT)));
  }

  private static Conv2d padded(Key key, PaddingMode mode) {
    return Conv2d.init(key, 2, 3, 3, PLAIN.padding(Padding.of(3)).mode(mode));
  }
}
