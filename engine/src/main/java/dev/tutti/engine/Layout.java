package dev.tutti.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/// Primitives that move elements without computing: every derivative is another move.
public sealed interface Layout extends Primitive {

  @Override
  default DType dtype(DType[] in) {
    return Primitive.super.dtype(in);
  }

  @Override
  default Uses uses() {
    return Uses.NOTHING;
  }

  @Override
  default Cost cost(Shape[] in, Shape out) {
    return Cost.elementwise(0, in, out);
  }

  /// The last `suffix` axes become `to`, elements kept in row-major order. A view: no copy.
  record Reshape(int suffix, Shape to) implements Layout {
    @Override
    public String label() {
      return "reshape";
    }

    @Override
    public int suffix(int i) {
      return suffix;
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      if (suffixes[0].size() != to.size()) {
        throw new ShapeError(
            "reshape: "
                + suffixes[0]
                + " has "
                + suffixes[0].size()
                + " elements, "
                + to
                + " has "
                + to.size());
      }
      return to;
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      return List.of(() -> g.reshape(in[0].shape()));
    }
  }

  /// The last `suffix` axes are repeated to `to`: axes of size 1 grow, missing ones are put before.
  record Expand(int suffix, Shape to) implements Layout {
    @Override
    public String label() {
      return "expand";
    }

    @Override
    public int suffix(int i) {
      return suffix;
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      if (!to.equals(Shape.broadcast(suffixes[0], to))) {
        throw new ShapeError("expand: cannot expand " + suffixes[0] + " to " + to);
      }
      return to;
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      Shape from = in[0].shape().suffix(suffix);
      List<Integer> grown = new ArrayList<>();
      for (int axis = 1; axis <= to.rank(); axis++) {
        if (axis > suffix || from.dim(-axis) != to.dim(-axis)) {
          grown.add(axis);
        }
      }
      Ints axes = Ints.generate(grown.size(), grown::get);
      return List.of(() -> g.bind(Reduce.sum(axes, false)).reshape(in[0].shape()));
    }
  }

  /// The last axes in another order: output axis `i` of the suffix is input axis `order[i]` of it.
  record Permute(Ints order) implements Layout {
    @Override
    public String label() {
      return "permute";
    }

    @Override
    public int suffix(int i) {
      return order.size();
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      int n = order.size();
      for (int i = 0; i < n; i++) {
        if (!order.contains(i)) {
          throw new ShapeError("permute: " + order + " is not an order of " + n + " axes");
        }
      }
      return Shape.of(Ints.generate(n, i -> suffixes[0].dim(order.get(i))).toArray());
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      int[] inverse = new int[order.size()];
      for (int i = 0; i < inverse.length; i++) {
        inverse[order.get(i)] = i;
      }
      return List.of(() -> g.bind(new Permute(Ints.of(inverse))));
    }
  }

  /// Elements `start, start + step, …` below `limit` of each of the last axes (`step` at least 1).
  record Slice(Ints start, Ints limit, Ints step) implements Layout {
    /// {@return whether the slice of `from` keeps a contiguous run: only its first axis is cut, and
    /// it is the tensor's first}
    public boolean leading(Shape from, Shape to) {
      return start.size() == from.rank()
          && from.rank() > 0
          && step.get(0) == 1
          && to.equals(from.with(0, to.dim(0)));
    }

    @Override
    public String label() {
      return "slice";
    }

    @Override
    public int suffix(int i) {
      return start.size();
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      int[] dims = new int[start.size()];
      for (int i = 0; i < dims.length; i++) {
        int n = suffixes[0].dim(i);
        int from = start.get(i);
        int to = limit.get(i);
        if (from < 0 || to < from || to > n || step.get(i) < 1) {
          throw new ShapeError(
              "slice: ["
                  + from
                  + ", "
                  + to
                  + ") with step "
                  + step.get(i)
                  + " is outside an axis of size "
                  + n
                  + " of "
                  + inputs[0]);
        }
        dims[i] = Math.ceilDiv(to - from, step.get(i));
      }
      return Shape.of(dims);
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      int n = start.size();
      Shape from = in[0].shape().suffix(n);
      Shape to = out.shape().suffix(n);
      Ints high =
          Ints.generate(
              n,
              i ->
                  to.dim(i) == 0
                      ? from.dim(i) - start.get(i)
                      : from.dim(i) - start.get(i) - (to.dim(i) - 1) * step.get(i) - 1);
      Ints interior = Ints.generate(n, i -> step.get(i) - 1);
      return List.of(() -> g.bind(new Pad(start, high, interior, 0)));
    }
  }

  /// `low` copies of `value` before, `high` after, `interior` between neighbours, per trailing
  /// axis.
  record Pad(Ints low, Ints high, Ints interior, double value) implements Layout {
    @Override
    public String label() {
      return "pad";
    }

    @Override
    public DType dtype(DType[] in) {
      if (in[0] == DType.INT32 && value != (int) value) {
        throw new ShapeError("pad: an int32 tensor cannot take the constant " + value);
      }
      return in[0];
    }

    @Override
    public int suffix(int i) {
      return low.size();
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      int[] dims = new int[low.size()];
      for (int i = 0; i < dims.length; i++) {
        if (low.get(i) < 0 || high.get(i) < 0 || interior.get(i) < 0) {
          throw new ShapeError(
              "pad: negative padding " + low + ", " + high + "; slice to make a tensor smaller");
        }
        int n = suffixes[0].dim(i);
        long between = (long) Math.max(0, n - 1) * interior.get(i);
        dims[i] = (int) Math.min(Integer.MAX_VALUE, (long) low.get(i) + n + between + high.get(i));
      }
      return Shape.of(dims);
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      int n = low.size();
      Shape from = in[0].shape().suffix(n);
      Shape to = out.shape().suffix(n);
      Ints limit = Ints.generate(n, i -> from.dim(i) == 0 ? low.get(i) : to.dim(i) - high.get(i));
      Ints step = Ints.generate(n, i -> interior.get(i) + 1);
      return List.of(() -> g.bind(new Slice(low, limit, step)));
    }
  }

  /// The inputs one after another along an axis (counted from the end).
  record Concat(int axis) implements Layout {
    @Override
    public String label() {
      return "concat";
    }

    @Override
    public int suffix(int i) {
      return axis;
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      int total = 0;
      for (Shape s : suffixes) {
        if (!s.with(0, 0).equals(suffixes[0].with(0, 0))) {
          throw new ShapeError(
              "concat: "
                  + inputs[0]
                  + " and another of "
                  + Arrays.toString(inputs)
                  + " differ outside axis −"
                  + axis);
        }
        total += s.dim(0);
      }
      return suffixes[0].with(0, total);
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      List<Supplier<Tensor>> parts = new ArrayList<>();
      int at = 0;
      for (Tensor t : in) {
        int from = at;
        int to = at + t.dim(-axis);
        parts.add(() -> g.slice(-axis, from, to));
        at = to;
      }
      return parts;
    }
  }

  /// Elements in opposite order along the given axes (counted from the end).
  record Reverse(Ints axes) implements Layout {
    @Override
    public String label() {
      return "reverse";
    }

    @Override
    public int suffix(int i) {
      return axes.max();
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      return suffixes[0];
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      return List.of(() -> g.bind(this));
    }
  }

  /// The same values as another type; floats become ints by truncation towards zero.
  record Cast(DType to) implements Layout {
    @Override
    public String label() {
      return "cast";
    }

    @Override
    public int suffix(int i) {
      return 0;
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      return Shape.SCALAR;
    }

    @Override
    public DType dtype(DType[] in) {
      return to;
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      return List.of(() -> g.cast(in[0].dtype()));
    }
  }

  /// The same values, a constant for every derivative.
  record Detach() implements Layout {
    @Override
    public String label() {
      return "detach";
    }

    @Override
    public int suffix(int i) {
      return 0;
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      return Shape.SCALAR;
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      return List.of(NONE);
    }
  }
}
