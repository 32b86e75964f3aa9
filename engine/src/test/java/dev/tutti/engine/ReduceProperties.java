package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.EngineDomain.Axes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/// Sums over any axes, and maximum, its index and running sum along one, against loops.
@Domain(EngineDomain.class)
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE)
@Domain(DomainContext.Global.class)
class ReduceProperties {

  private static Shape reduced(Axes c, boolean keepDims) {
    List<Integer> dims = new ArrayList<>();
    for (int axis = 0; axis < c.shape().rank(); axis++) {
      if (!c.axes().contains(axis)) {
        dims.add(c.shape().dim(axis));
      } else if (keepDims) {
        dims.add(1);
      }
    }
    return Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
  }

  /// The place of element `i` of a tensor of this shape after the axes are gone.
  private static int target(Axes c, int i) {
    int at = 0;
    int stride = 1;
    for (int axis = c.shape().rank() - 1; axis >= 0; axis--) {
      int index = i % c.shape().dim(axis);
      i /= c.shape().dim(axis);
      if (!c.axes().contains(axis)) {
        at += index * stride;
        stride *= c.shape().dim(axis);
      }
    }
    return at;
  }

  private static Tensor sum(Axes c, Tensor x, boolean keepDims) {
    Ints fromEnd = Ints.generate(c.axes().size(), i -> x.rank() - c.axes().get(i));
    return x.bind(Reduce.sum(fromEnd, keepDims));
  }

  /// Adding n numbers in any order loses at most n − 1 half-ulps of the sum of absolute values.
  @Property(tries = 300)
  void sumOverAnyAxes(@ForAll Axes c, @ForAll boolean keepDims) {
    Tensor x = new Values(c.seed()).normal(c.shape());
    double[] v = x.toDoubles();
    double[] expected = new double[reduced(c, false).size()];
    double[] scale = new double[expected.length];
    for (int i = 0; i < v.length; i++) {
      expected[target(c, i)] += v[i];
      scale[target(c, i)] += Math.abs(v[i]);
    }
    int n = expected.length == 0 ? 0 : v.length / expected.length;
    Tensor sum = sum(c, x, keepDims);
    assertEquals(reduced(c, keepDims), sum.shape());
    Expect.close(expected, scale, n * Expect.ROUNDING, sum);
    Expect.close(expected, scale, n * Expect.ROUNDING_64, sum(c, x.cast(DType.FLOAT64), keepDims));
    if (!keepDims && !c.axes().isEmpty()) {
      Expect.sameBits(sum, x.sum(c.array()));
    }
  }

  @Property(tries = 200)
  void sumsOfWholeNumbersAreExact(@ForAll Axes c) {
    Tensor x = new Values(c.seed()).ints(-1000, 1000, c.shape());
    double[] v = x.toDoubles();
    double[] expected = new double[reduced(c, false).size()];
    for (int i = 0; i < v.length; i++) {
      expected[target(c, i)] += v[i];
    }
    for (DType type : DType.values()) {
      Expect.equal(expected, sum(c, x.cast(type), false));
    }
  }

  /// The cotangent of every summed element is its sum's.
  @Property(tries = 150)
  void sumHandsItsCotangentToEveryElement(@ForAll Axes c, @ForAll boolean keepDims) {
    Values values = new Values(c.seed());
    Tensor g = values.normal(reduced(c, keepDims));
    float[] gs = g.toFloats();
    float[] expected = new float[c.shape().size()];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = gs[target(c, i)];
    }
    Tensor dx =
        Transforms.vjp((Tensor t) -> sum(c, t, keepDims), values.normal(c.shape())).pull().apply(g);
    Expect.sameBits(Tensor.of(expected).reshape(c.shape()), dx);
  }

  /// One axis of a non-empty tensor, as `[outer, n, inner]`.
  private record Line(Tensor x, int axis, int outer, int n, int inner) {
    static Line of(Axes c, Tensor x) {
      int axis = c.axes().isEmpty() ? 0 : c.axes().getFirst();
      int n = x.dim(axis);
      int inner = x.shape().suffix(x.rank() - axis - 1).size();
      return new Line(x, axis, x.size() / n / inner, n, inner);
    }

    int at(int outer, int i, int inner) {
      return (outer * n + i) * this.inner + inner;
    }

    Shape without() {
      Tensor some = x.slice(axis, 0, 1);
      return some.sum(new int[] {axis}).shape();
    }
  }

  private static Shape filled(Shape shape) {
    int[] dims = shape.rank() == 0 ? new int[] {3} : shape.dims();
    return Shape.of(Arrays.stream(dims).map(d -> Math.max(1, d)).toArray());
  }

  /// Ties go to the first; a NaN is larger than everything.
  @Property(tries = 300)
  void maximumAndItsIndex(@ForAll Axes c, @ForAll boolean ties, @ForAll boolean keepDims) {
    Shape shape = filled(c.shape());
    Values values = new Values(c.seed());
    Line line = Line.of(c, ties ? values.whole(1, shape) : values.special(shape));
    float[] v = line.x.toFloats();
    float[] largest = new float[line.outer * line.inner];
    int[] index = new int[largest.length];
    for (int o = 0; o < line.outer; o++) {
      for (int i = 0; i < line.inner; i++) {
        int best = 0;
        for (int j = 1; j < line.n; j++) {
          float top = v[line.at(o, best, i)];
          float next = v[line.at(o, j, i)];
          boolean larger = next > top || Float.isNaN(next) && !Float.isNaN(top);
          best = larger ? j : best;
        }
        index[o * line.inner + i] = best;
        largest[o * line.inner + i] = v[line.at(o, best, i)];
      }
    }
    Shape out = keepDims ? shape.with(line.axis, 1) : line.without();
    Tensor argmax = Tensor.of(index).reshape(out);
    Tensor max = Tensor.of(largest).reshape(out);
    Expect.sameBits(argmax, line.x.argmax(line.axis, keepDims));
    Expect.sameBits(max, line.x.max(line.axis, keepDims));
    Tensor wide = line.x.cast(DType.FLOAT64);
    Expect.sameBits(argmax, wide.argmax(line.axis, keepDims));
    Expect.sameBits(max.cast(DType.FLOAT64), wide.max(line.axis, keepDims));
    if (ties) {
      Tensor ints = line.x.cast(DType.INT32);
      Expect.sameBits(argmax, ints.argmax(line.axis, keepDims));
      Expect.sameBits(max.cast(DType.INT32), ints.max(line.axis, keepDims));
    }
  }

  @Property(tries = 150)
  void maximumSendsItsCotangentToTheFirst(@ForAll Axes c) {
    Values values = new Values(c.seed());
    Line line = Line.of(c, values.whole(1, filled(c.shape())));
    Tensor g = values.normal(line.without());
    int[] index = line.x.argmax(line.axis).toInts();
    float[] gs = g.toFloats();
    float[] expected = new float[line.x.size()];
    for (int o = 0; o < line.outer; o++) {
      for (int i = 0; i < line.inner; i++) {
        int at = o * line.inner + i;
        expected[line.at(o, index[at], i)] = gs[at];
      }
    }
    Tensor dx = Transforms.vjp((Tensor t) -> t.max(line.axis), line.x).pull().apply(g);
    Expect.sameBits(Tensor.of(expected).reshape(line.x.shape()), dx);
  }

  /// A running sum adds in order: in float64 and int32 the loop in the same type gives the same
  /// bits. In float32 every element is right to an ulp, and within a few units of 2⁻⁴⁸ of what was
  /// added.
  @Property(tries = 200)
  void runningSum(@ForAll Axes c) {
    Line line = Line.of(c, new Values(c.seed()).normal(filled(c.shape())));
    float[] v = line.x.toFloats();
    double[] wide = new double[v.length];
    double[] added = new double[v.length];
    int[] whole = new int[v.length];
    for (int o = 0; o < line.outer; o++) {
      for (int i = 0; i < line.inner; i++) {
        double wideSum = 0;
        double sum = 0;
        int wholeSum = 0;
        for (int j = 0; j < line.n; j++) {
          int at = line.at(o, j, i);
          wide[at] = wideSum += v[at];
          added[at] = sum += Math.abs(v[at]);
          whole[at] = wholeSum += (int) v[at];
        }
      }
    }
    Shape shape = line.x.shape();
    float[] single = line.x.cumsum(line.axis).toFloats();
    for (int i = 0; i < single.length; i++) {
      assertEquals(wide[i], single[i], Math.ulp((float) wide[i]) + 0x1p-40 * added[i]);
    }
    Tensor doubles = line.x.cast(DType.FLOAT64).cumsum(line.axis);
    Expect.sameBits(Tensor.of(wide).reshape(shape), doubles);
    Tensor ints = line.x.cast(DType.INT32).cumsum(line.axis);
    Expect.sameBits(Tensor.of(whole).reshape(shape), ints);
  }
}
