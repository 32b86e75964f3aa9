package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.EngineDomain.Axes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/// Layout and indexing primitives: each output element is one input element or padding, in every
/// type; and each derivative is the adjoint move, `⟨f(x), y⟩ = ⟨x, fᵀ(y)⟩`, exact on small whole
/// numbers.
@Domain(EngineDomain.class)
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE)
@Domain(DomainContext.Global.class)
class LayoutProperties {

  /// The place that an output index reads, null for padding.
  private interface Source {
    int[] of(int[] index);
  }

  private static int[] index(Shape shape, int at) {
    int[] index = new int[shape.rank()];
    for (int axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = at % shape.dim(axis);
      at /= shape.dim(axis);
    }
    return index;
  }

  private static int position(Shape shape, int[] index) {
    int at = 0;
    for (int axis = 0; axis < index.length; axis++) {
      at = at * shape.dim(axis) + index[axis];
    }
    return at;
  }

  /// Checks a move on one tensor: values in every type, and its derivative.
  private static void check(
      String what, Tensor x, UnaryOperator<Tensor> move, Shape to, int padding, Source source) {
    double[] v = x.toDoubles();
    double[] expected = new double[to.size()];
    for (int i = 0; i < expected.length; i++) {
      int[] from = source.of(index(to, i));
      expected[i] = from == null ? padding : v[position(x.shape(), from)];
    }
    for (DType type : DType.values()) {
      Tensor y = move.apply(x.cast(type));
      assertEquals(to, y.shape(), what);
      assertEquals(type, y.dtype(), what);
      Expect.equal(expected, y);
    }
    checkAdjoint(x, t -> padding == 0 ? move.apply(t) : move.apply(t).sub(move.apply(t.mul(0))));
  }

  private static void checkAdjoint(Tensor x, UnaryOperator<Tensor> f) {
    Transforms.Pullback<Tensor, Tensor> pullback = Transforms.vjp(f::apply, x);
    Tensor y = new Values(x.size()).whole(4, pullback.value().shape());
    Tensor left = pullback.value().mul(y).sum();
    Expect.equal(left.toDoubles(), pullback.pull().apply(y).mul(x).sum());
  }

  private static Tensor x(Axes c) {
    return new Values(c.seed()).whole(9, c.shape());
  }

  private static int axis(Axes c) {
    return c.axes().isEmpty() ? c.shape().rank() - 1 : c.axes().getFirst();
  }

  /// A copy of the index with one place changed.
  private static int[] with(int[] index, int axis, int value) {
    int[] changed = index.clone();
    changed[axis] = value;
    return changed;
  }

  @Property(tries = 150)
  void permute(@ForAll Axes c) {
    List<Integer> order = new ArrayList<>();
    for (int axis = 0; axis < c.shape().rank(); axis++) {
      order.add(axis);
    }
    Collections.shuffle(order, new java.util.Random(c.seed()));
    int[] axes = order.stream().mapToInt(Integer::intValue).toArray();
    Shape to = Shape.of(order.stream().mapToInt(c.shape()::dim).toArray());
    check(
        "permute " + order,
        x(c),
        t -> t.permute(axes),
        to,
        0,
        out -> {
          int[] in = new int[out.length];
          for (int i = 0; i < in.length; i++) {
            in[axes[i]] = out[i];
          }
          return in;
        });
    if (axes.length > 1) {
      int[] last = IntStream.range(0, axes.length).toArray();
      last[axes.length - 1] = axes.length - 2;
      last[axes.length - 2] = axes.length - 1;
      Expect.sameBits(x(c).permute(last), x(c).transpose());
    }
  }

  @Property(tries = 200)
  void sliceWithStep(@ForAll Axes c) {
    if (c.shape().rank() == 0) {
      return;
    }
    SplittableRandom random = new SplittableRandom(c.seed());
    int axis = axis(c);
    int from = random.nextInt(c.shape().dim(axis) + 1);
    int limit = random.nextInt(from, c.shape().dim(axis) + 1);
    int step = random.nextInt(1, 5);
    int count = (int) IntStream.range(0, limit - from).filter(i -> i % step == 0).count();
    Shape to = c.shape().with(axis, count);
    check(
        "slice " + from + " " + limit + " " + step,
        x(c),
        t -> t.slice(axis, from, limit, step),
        to,
        0,
        out -> with(out, axis, from + out[axis] * step));
  }

  @Property(tries = 200)
  void padWithInterior(@ForAll Axes c) {
    SplittableRandom random = new SplittableRandom(c.seed());
    int rank = c.shape().rank();
    int suffix = rank - (c.axes().isEmpty() ? 0 : c.axes().getFirst());
    Ints low = Ints.generate(suffix, i -> random.nextInt(3));
    Ints high = Ints.generate(suffix, i -> random.nextInt(3));
    Ints interior = Ints.generate(suffix, i -> random.nextInt(3));
    int padding = random.nextInt(-1, 2);
    int[] dims = c.shape().dims();
    for (int i = 0; i < suffix; i++) {
      int n = dims[rank - suffix + i];
      dims[rank - suffix + i] =
          low.get(i) + n + (n == 0 ? 0 : (n - 1) * interior.get(i)) + high.get(i);
    }
    Layout.Pad pad = new Layout.Pad(low, high, interior, padding);
    check(
        pad.toString(),
        x(c),
        t -> t.bind(pad),
        Shape.of(dims),
        padding,
        out -> {
          int[] in = out.clone();
          for (int i = 0; i < suffix; i++) {
            int at = out[rank - suffix + i] - low.get(i);
            int n = c.shape().dim(rank - suffix + i);
            int cell = interior.get(i) + 1;
            if (at < 0 || at % cell != 0 || at / cell >= n) {
              return null;
            }
            in[rank - suffix + i] = at / cell;
          }
          return in;
        });
  }

  @Property(tries = 150)
  void reverse(@ForAll Axes c) {
    Ints fromEnd = Ints.generate(c.axes().size(), i -> c.shape().rank() - c.axes().get(i));
    check(
        "reverse " + c.axes(),
        x(c),
        t -> t.bind(new Layout.Reverse(fromEnd)),
        c.shape(),
        0,
        out -> {
          int[] in = out.clone();
          c.axes().forEach(axis -> in[axis] = c.shape().dim(axis) - 1 - in[axis]);
          return in;
        });
  }

  /// The chosen axes are repeated, and two axes are put in front.
  @Property(tries = 150)
  void expand(@ForAll Axes c) {
    int[] dims = c.shape().dims();
    c.axes().forEach(axis -> dims[axis] = 1);
    Tensor x = new Values(c.seed()).whole(9, dims);
    Shape to = c.shape().prepend(2).prepend(3);
    check(
        "expand",
        x,
        t -> t.expand(to),
        to,
        0,
        out -> {
          int[] in = Arrays.copyOfRange(out, 2, out.length);
          c.axes().forEach(axis -> in[axis] = 0);
          return in;
        });
  }

  @Property(tries = 150)
  void concat(@ForAll Axes c) {
    if (c.shape().rank() == 0) {
      return;
    }
    SplittableRandom random = new SplittableRandom(c.seed());
    int axis = axis(c);
    int first = random.nextInt(c.shape().dim(axis) + 1);
    int second = random.nextInt(first, c.shape().dim(axis) + 1);
    Tensor x = x(c);
    UnaryOperator<Tensor> cut =
        t ->
            Tensor.concat(
                axis,
                t.slice(axis, second, c.shape().dim(axis)),
                t.slice(axis, 0, first),
                t.slice(axis, first, second));
    int tail = c.shape().dim(axis) - second;
    check(
        "concat",
        x,
        cut,
        c.shape(),
        0,
        out -> with(out, axis, out[axis] < tail ? out[axis] + second : out[axis] - tail));
    check(
        "the same part twice",
        x,
        t -> Tensor.concat(axis, t, t),
        c.shape().with(axis, 2 * c.shape().dim(axis)),
        0,
        out -> with(out, axis, out[axis] % c.shape().dim(axis)));
  }

  /// Leads of the parts broadcast, as everywhere.
  @Property(tries = 60)
  void concatRepeatsLeads(@ForAll Axes c) {
    if (c.shape().rank() == 0) {
      return;
    }
    Tensor x = x(c);
    Tensor more = new Values(c.seed() + 1).whole(9, c.shape().prepend(3));
    Tensor both = more.bind(new Layout.Concat(1), x);
    Tensor repeated = x.expand(more.shape());
    Expect.sameBits(Tensor.concat(-1, more, repeated), both);
    Tensor nothing = Tensor.zeros(more.shape().dims());
    checkAdjoint(x, t -> nothing.bind(new Layout.Concat(1), t));
  }

  @Property(tries = 100)
  void reshapeKeepsTheOrder(@ForAll Axes c) {
    Tensor x = x(c);
    List<Integer> dims = Arrays.stream(c.shape().dims()).boxed().toList();
    int[] backwards = dims.reversed().stream().mapToInt(Integer::intValue).toArray();
    Tensor y = x.reshape(Shape.of(backwards));
    assertEquals(Shape.of(backwards), y.shape());
    Expect.equal(x.toDoubles(), y);
    checkAdjoint(x, t -> t.reshape(Shape.of(backwards)));
    Expect.sameBits(x, y.reshape(c.shape()));
  }

  /// Rows by number from a view that does not start its storage, with leads on either side.
  @Property(tries = 150)
  void takeAndScatterAdd(@ForAll Axes c) {
    Shape leads = c.shape().rank() > 2 ? c.shape().suffix(2) : c.shape();
    SplittableRandom random = new SplittableRandom(c.seed());
    int rows = random.nextInt(1, 6);
    int width = random.nextInt(0, 5);
    int count = random.nextInt(0, 7);
    Values values = new Values(c.seed());
    Tensor table = values.whole(9, leads.concat(Shape.of(rows, width)).prepend(2)).get(1);
    Tensor numbers = values.ints(0, rows - 1, Shape.of(count));
    int[] at = numbers.toInts();
    Shape to = leads.concat(Shape.of(count, width));
    int axis = leads.rank();
    check("take", table, t -> t.take(-2, numbers), to, 0, out -> with(out, axis, at[out[axis]]));

    Tensor parts = values.whole(9, to);
    double[] v = parts.toDoubles();
    double[] expected = new double[table.size()];
    for (int i = 0; i < v.length; i++) {
      int[] index = index(to, i);
      expected[position(table.shape(), with(index, axis, at[index[axis]]))] += v[i];
    }
    for (DType type : DType.values()) {
      Tensor sum = parts.cast(type).scatterAdd(numbers, rows);
      assertEquals(table.shape(), sum.shape());
      Expect.equal(expected, sum);
    }
    checkAdjoint(parts, t -> t.scatterAdd(numbers, rows));
  }

  /// Numbers with leads of their own: each lead entry has its own rows.
  @Property(tries = 60)
  void takeWithMappedNumbers(@ForAll long seed) {
    Values values = new Values(seed);
    Tensor table = values.normal(5, 3);
    Tensor numbers = values.ints(0, 4, Shape.of(4, 6));
    Tensor taken = table.take(numbers);
    Tensor added = taken.scatterAdd(numbers, 5);
    for (int i = 0; i < 4; i++) {
      Expect.sameBits(table.take(numbers.get(i)), taken.get(i));
      Expect.sameBits(taken.get(i).scatterAdd(numbers.get(i), 5), added.get(i));
    }
  }

  /// Floats become ints by truncation towards zero, ints become floats by rounding.
  @Property(tries = 60)
  void cast(@ForAll Axes c) {
    Tensor x = new Values(c.seed()).normal(c.shape()).mul(100);
    double[] v = x.toDoubles();
    Expect.equal(Arrays.stream(v).map(d -> (int) d).toArray(), x.cast(DType.INT32));
    Expect.equal(v, x.cast(DType.FLOAT64));
    Expect.sameBits(x, x.cast(DType.FLOAT64).cast(DType.FLOAT32));
    checkAdjoint(x(c), t -> t.cast(DType.FLOAT64).mul(2).cast(DType.FLOAT32));
  }
}
