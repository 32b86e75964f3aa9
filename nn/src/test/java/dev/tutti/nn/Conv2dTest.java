package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/// The convolution layer against its definition in plain loops.
class Conv2dTest {
  /// The four paddings as numbers of cells: how much SAME is, is said here a second time.
  enum Kind {
    VALID,
    SAME,
    EXPLICIT,
    ASYMMETRIC
  }

  record Case(
      Kind kind, int kh, int kw, int stride, int dilation, int groups, int perGroup, int h, int w) {
    Padding padding() {
      return switch (kind) {
        case VALID -> Padding.VALID;
        case SAME -> Padding.SAME;
        case EXPLICIT -> Padding.of(2);
        case ASYMMETRIC -> Padding.of(0, 1, 3, 2);
      };
    }

    Naive.Slide slide() {
      int[] p =
          switch (kind) {
            case VALID -> new int[] {0, 0, 0, 0};
            case SAME -> same();
            case EXPLICIT -> new int[] {2, 2, 2, 2};
            case ASYMMETRIC -> new int[] {0, 1, 3, 2};
          };
      return new Naive.Slide(
          new Naive.Steps(kh, stride, dilation, p[0], p[1], false),
          new Naive.Steps(kw, stride, dilation, p[2], p[3], false));
    }

    /// The least padding that makes ⌈size / stride⌉ windows fit; an odd cell goes to the end.
    private int[] same() {
      int v = same(h, kh);
      int u = same(w, kw);
      return new int[] {v / 2, (v + 1) / 2, u / 2, (u + 1) / 2};
    }

    private int same(int size, int kernel) {
      int padding = 0;
      int windows = (int) Math.ceil((double) size / stride);
      while ((windows - 1) * stride + dilation * (kernel - 1) + 1 > size + padding) {
        padding++;
      }
      return padding;
    }
  }

  @Provide
  Arbitrary<Case> cases() {
    Arbitrary<Integer> kernel = Arbitraries.integers().between(1, 3);
    Arbitrary<Integer> size = Arbitraries.integers().between(5, 9);
    Arbitrary<Integer> step = Arbitraries.integers().between(1, 2);
    Arbitrary<Integer> stride = Arbitraries.integers().between(1, 3);
    Arbitrary<Integer> groups = Arbitraries.integers().between(1, 3);
    return Combinators.combine(
            Arbitraries.of(Kind.class), kernel, kernel, stride, step, groups, step, size)
        .as((k, kh, kw, s, d, g, c, h) -> new Case(k, kh, kw, s, d, g, c, h, h))
        .flatMap(c ->
            size.map(w ->
                new Case(c.kind, c.kh, c.kw, c.stride, c.dilation, c.groups, c.perGroup, c.h, w)));
  }

  @Property(tries = 300)
  void convolution(@ForAll("cases") Case c, @ForAll boolean withBias, @ForAll long seed) {
    Values values = new Values(seed);
    int out = 2 * c.groups;
    Tensor weight = values.whole(5, c.kh, c.kw, c.perGroup, out);
    Tensor bias = withBias ? values.whole(5, out) : null;
    Conv2d.Geometry geometry = new Conv2d.Geometry(c.stride, c.padding(), c.dilation, c.groups);
    Tensor x = values.whole(5, 2, c.h, c.w, c.perGroup * c.groups);
    Naive expected = Naive.of(x).conv(weight, bias, c.slide(), c.groups);
    Tensor y = new Conv2d(weight, bias, geometry).apply(x);
    assertEquals(Shape.of(2, expected.h(), expected.w(), out), y.shape());
    Expect.equal(expected.v(), y);
    if (c.kind == Kind.SAME) {
      assertEquals(Math.ceilDiv(c.h, c.stride), y.dim(1));
      assertEquals(Math.ceilDiv(c.w, c.stride), y.dim(2));
    }
  }

  /// In float64 the loops and the layer differ by the order of fewer than a hundred roundings of
  /// values of order 1.
  @Test
  void normalNumbers() {
    Conv2d.Geometry geometry = new Conv2d.Geometry(2, Padding.of(1, 2, 0, 1), 1, 2);
    Conv2d layer = Values.doubles(Conv2d.init(Key.of(3), 6, 8, 5, geometry));
    Tensor x = new Values(2).normal(DType.FLOAT64, Shape.of(3, 9, 11, 6));
    Naive.Slide slide =
        new Naive.Slide(
            new Naive.Steps(5, 2, 1, 1, 2, false), new Naive.Steps(5, 2, 1, 0, 1, false));
    double[] expected = Naive.of(x).conv(layer.weight(), layer.bias(), slide, 2).v();
    double[] tolerance = new double[expected.length];
    Arrays.fill(tolerance, 1e-13);
    Expect.close(expected, tolerance, layer.apply(x));
  }

  @Test
  void geometryIsBuiltByParts() {
    Conv2d.Geometry g =
        Conv2d.Geometry.DEFAULT.stride(2).padding(Padding.SAME).dilation(3).groups(4);
    assertEquals(new Conv2d.Geometry(2, Padding.SAME, 3, 4), g);
    assertEquals(new Conv2d.Geometry(1, Padding.VALID, 1, 1), Conv2d.Geometry.DEFAULT);
    assertEquals(Conv2d.Geometry.DEFAULT, Conv2d.init(Key.of(1), 2, 3, 3).geometry());
  }

  @Test
  void errorsNameTheShapes() {
    Conv2d three = Conv2d.init(Key.of(1), 3, 8, 3);
    Expect.error(
        "conv2d: input [2, 5, 5, 4] has 4 channels; weight [3, 3, 3, 8] with 1 groups takes 3"
            + " channels and an output count divisible by 1",
        () -> three.apply(Tensor.ones(2, 5, 5, 4)));
    for (Shape wrong : List.of(Shape.of(32, 784), Shape.of(9, 9, 3), Shape.of(1, 2, 9, 9, 3))) {
      Expect.error(
          "conv2d: needs an input of [N, H, W, C], got " + wrong,
          () -> three.apply(Tensor.ones(wrong.dims())));
    }
    Expect.error(
        "conv2d: a window of 3×3 does not fit in 2×9 with padding 0, 0, 0, 0",
        () -> three.apply(Tensor.ones(2, 2, 9, 3)));
    Expect.refused(
        "conv2d: 3 groups do not divide 7 input and 9 output channels",
        () -> Conv2d.init(Key.of(1), 7, 9, 3, Conv2d.Geometry.DEFAULT.groups(3)));
    Expect.refused(
        "conv2d: 0 groups do not divide 7 input and 9 output channels",
        () -> Conv2d.init(Key.of(1), 7, 9, 3, Conv2d.Geometry.DEFAULT.groups(0)));
  }

  @Test
  void countsOneImage() {
    Conv2d.Geometry geometry = new Conv2d.Geometry(2, Padding.of(1), 1, 2);
    Conv2d layer = Conv2d.init(Key.of(1), 4, 6, 3, geometry);
    assertEquals(3 * 3 * 2 * 6 + 6, layer.parameterCount());
    assertEquals(2L * 4 * 5 * 6 * 3 * 3 * 2, layer.flops(Shape.of(8, 9, 4)));
  }
}
