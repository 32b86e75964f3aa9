package dev.tutti.engine;

import java.util.List;
import java.util.function.Supplier;

/// Gathering rows by number, its adjoint, and rows of 0 and 1 from numbers.
public sealed interface Indexing extends Primitive {

  private static DType indexed(String op, DType[] in) {
    if (in[1] != DType.INT32) {
      throw new ShapeError(op + ": indices must be int32, got " + in[1]);
    }
    return in[0];
  }

  @Override
  default Uses uses() {
    return Uses.inputs(1);
  }

  @Override
  default int suffix(int i) {
    return i == 0 ? 2 : 1;
  }

  @Override
  default Cost cost(Shape[] in, Shape out) {
    return Cost.elementwise(0, in, out);
  }

  /// Rows of `x` by number: `[V, D]`, `[B]` int32 `→ [B, D]`. A number outside `0 … V − 1` is an
  /// error.
  record Take() implements Indexing {
    @Override
    public String label() {
      return "take";
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      return Shape.of(suffixes[1].dim(0), suffixes[0].dim(1));
    }

    @Override
    public DType dtype(DType[] in) {
      return indexed(label(), in);
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      return List.of(() -> g.bind(new ScatterAdd(in[0].dim(-2)), in[1]), NONE);
    }
  }

  /// Rows added at their numbers: `[B, D]`, `[B]` int32 `→ [rows, D]`, in the order of `B`.
  record ScatterAdd(int rows) implements Indexing {
    @Override
    public String label() {
      return "scatter_add";
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      if (suffixes[0].dim(0) != suffixes[1].dim(0)) {
        throw new ShapeError(
            "scatter_add: "
                + inputs[0]
                + " has "
                + suffixes[0].dim(0)
                + " rows, "
                + inputs[1]
                + " has "
                + suffixes[1].dim(0)
                + " indices");
      }
      return Shape.of(rows, suffixes[0].dim(1));
    }

    @Override
    public DType dtype(DType[] in) {
      return indexed(label(), in);
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      return List.of(() -> g.bind(new Take(), in[1]), NONE);
    }
  }

  /// Classes as rows of 0 and 1: int32 `[] → [classes]` float32. A number outside `0 … classes − 1`
  /// is an error.
  record OneHot(int classes) implements Indexing {
    @Override
    public String label() {
      return "one_hot";
    }

    @Override
    public int suffix(int i) {
      return 0;
    }

    @Override
    public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
      return Shape.of(classes);
    }

    @Override
    public DType dtype(DType[] in) {
      if (in[0] != DType.INT32) {
        throw new ShapeError("one_hot: classes must be int32, got " + in[0]);
      }
      return DType.FLOAT32;
    }

    @Override
    public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
      return List.of(NONE);
    }

    @Override
    public Uses uses() {
      return Uses.NOTHING;
    }
  }
}
