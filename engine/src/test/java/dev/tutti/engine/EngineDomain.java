package dev.tutti.engine;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.domains.DomainContextBase;

/// Random problems for the property tests: shapes small enough for naive loops, elements from a
/// seed.
final class EngineDomain extends DomainContextBase {

  /// Shapes of operands that broadcast to `to`.
  record Broadcast(Shape to, List<Shape> operands, long seed) {}

  /// A matrix product `[m, k] · [k, n]` with leads that broadcast.
  record Product(
      int m,
      int k,
      int n,
      Shape leadsA,
      Shape leadsB,
      boolean transA,
      boolean transB,
      boolean whole,
      long seed) {}

  /// Windows over images `[leads, height, width, channels]`.
  record Image(Window window, Shape leads, int height, int width, int channels, long seed) {
    Shape shape() {
      return leads.concat(Shape.of(height, width, channels));
    }

    Shape positions() {
      return Shape.of(window.outH(height), window.outW(width));
    }
  }

  /// A convolution of `n` images with `groups · in` channels to `groups · out` channels.
  record Convolution(
      Window window,
      int n,
      int height,
      int width,
      int groups,
      int in,
      int out,
      boolean whole,
      long seed) {
    Shape x() {
      return Shape.of(n, height, width, groups * in);
    }

    Shape w() {
      return Shape.of(window.kernelH(), window.kernelW(), in, groups * out);
    }

    Shape y() {
      return Shape.of(n, window.outH(height), window.outW(width), groups * out);
    }
  }

  /// A tensor shape, some of its axes (from the front, ascending) and one of them or any other.
  record Axes(Shape shape, List<Integer> axes, long seed) {
    int[] array() {
      return axes.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  private static final Arbitrary<Long> SEEDS = Arbitraries.longs();

  private static Arbitrary<Integer> sizes(Integer... sizes) {
    return Arbitraries.of(sizes);
  }

  private static Shape shape(List<Integer> dims) {
    return Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
  }

  /// Shapes of 0 to 4 axes, empty and lane-straddling ones among them.
  @Provide
  Arbitrary<Shape> shapes() {
    return sizes(0, 1, 1, 2, 3, 4, 5, 17).list().ofMaxSize(4).map(EngineDomain::shape);
  }

  /// Three operands, each with leading axes dropped and some others of size 1.
  @Provide
  Arbitrary<Broadcast> broadcasts() {
    Arbitrary<List<List<Integer>>> cuts =
        Arbitraries.integers().between(0, 5).list().ofSize(5).list().ofSize(3);
    return Combinators.combine(shapes(), cuts, SEEDS)
        .as((shape, cut, seed) -> {
          List<Shape> operands = new ArrayList<>();
          for (List<Integer> c : cut) {
            operands.add(operand(shape, c));
          }
          Shape to = Shape.SCALAR;
          for (Shape s : operands) {
            to = Shape.broadcast(to, s);
          }
          return new Broadcast(to, operands, seed);
        });
  }

  private static Shape operand(Shape to, List<Integer> cut) {
    int from = Math.min(cut.get(4) - 2, to.rank());
    List<Integer> dims = new ArrayList<>();
    for (int axis = Math.max(0, from); axis < to.rank(); axis++) {
      dims.add(cut.get(axis) == 0 ? 1 : to.dim(axis));
    }
    return shape(dims);
  }

  @Provide
  Arbitrary<Product> products() {
    Arbitrary<Integer> side =
        Arbitraries.frequencyOf(
            Tuple.of(1, Arbitraries.of(0, 1, 2, 15, 16, 17, 31, 33, 64, 65)),
            Tuple.of(2, Arbitraries.integers().between(1, 70)));
    Arbitrary<Broadcast> leads =
        sizes(0, 1, 2, 3)
            .list()
            .ofMaxSize(2)
            .map(EngineDomain::shape)
            .flatMap(s ->
                Arbitraries.integers()
                    .between(0, 4)
                    .list()
                    .ofSize(5)
                    .list()
                    .ofSize(2)
                    .map(c ->
                        new Broadcast(s, List.of(operand(s, c.get(0)), operand(s, c.get(1))), 0)));
    Arbitrary<Boolean> flag = Arbitraries.of(true, false);
    return Combinators.combine(side, side, side, leads, flag, flag, flag, SEEDS)
        .as((m, k, n, l, ta, tb, whole, seed) ->
            new Product(m, k, n, l.operands.get(0), l.operands.get(1), ta, tb, whole, seed));
  }

  /// Windows of up to 4 × 4 with stride and dilation up to 3 and padding up to 3 on each side.
  private static Arbitrary<Window> windows() {
    Arbitrary<Integer> small = Arbitraries.integers().between(1, 3);
    Arbitrary<Integer> kernel = Arbitraries.integers().between(1, 4);
    Arbitrary<List<Integer>> pads = Arbitraries.integers().between(0, 3).list().ofSize(4);
    return Combinators.combine(kernel, kernel, small, small, pads, small, small)
        .as((kh, kw, sh, sw, p, dh, dw) ->
            new Window(kh, kw, sh, sw, p.get(0), p.get(1), p.get(2), p.get(3), dh, dw));
  }

  /// The smallest extent in which a window fits, and up to 8 more.
  private static int extent(int more, int kernel, int dilation, int padding) {
    return more + Math.max(0, dilation * (kernel - 1) + 1 - padding);
  }

  private static int height(Window w, int more) {
    return extent(more, w.kernelH(), w.dilationH(), w.top() + w.bottom());
  }

  private static int width(Window w, int more) {
    return extent(more, w.kernelW(), w.dilationW(), w.left() + w.right());
  }

  @Provide
  Arbitrary<Image> images() {
    Arbitrary<Integer> more = Arbitraries.integers().between(0, 8);
    Arbitrary<Shape> leads = sizes(1, 2, 3).list().ofMaxSize(2).map(EngineDomain::shape);
    return Combinators.combine(windows(), leads, more, more, sizes(1, 2, 3, 17), SEEDS)
        .as((w, l, h, v, c, seed) -> new Image(w, l, height(w, h), width(w, v), c, seed));
  }

  @Provide
  Arbitrary<Convolution> convolutions() {
    Arbitrary<Integer> more = Arbitraries.integers().between(0, 8);
    Arbitrary<Integer> channels = sizes(1, 1, 2, 3, 4, 5, 17);
    Arbitrary<Boolean> whole = Arbitraries.of(true, false);
    return Combinators.combine(
            windows(),
            sizes(0, 1, 2, 3),
            more,
            more,
            sizes(1, 1, 2, 3),
            channels,
            channels,
            Combinators.combine(whole, SEEDS).as(Sample::new))
        .as((w, n, h, v, g, in, out, sample) ->
            new Convolution(
                w, n, height(w, h), width(w, v), g, in, out, sample.whole, sample.seed));
  }

  private record Sample(boolean whole, long seed) {}

  @Provide
  Arbitrary<Axes> axes() {
    Arbitrary<List<Boolean>> chosen = Arbitraries.of(true, false).list().ofSize(4);
    return Combinators.combine(shapes(), chosen, SEEDS)
        .as((shape, take, seed) -> {
          List<Integer> axes = new ArrayList<>();
          for (int axis = 0; axis < shape.rank(); axis++) {
            if (take.get(axis)) {
              axes.add(axis);
            }
          }
          return new Axes(shape, axes, seed);
        });
  }
}
