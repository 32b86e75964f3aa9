package dev.tutti.engine;

import java.util.List;
import java.util.function.Supplier;

/// A primitive that abbreviates a sequence of others: [#decompose] in core primitives is its
/// meaning, its default derivative, the fallback of every backend (float64 always takes it) and the
/// oracle of its fast kernel.
public sealed interface Fused extends Primitive
    permits Affine,
        Conv,
        Pool,
        Softmax,
        Normalize,
        NormalizeInput,
        Columns,
        Gelu,
        ActivationInput,
        OptimizerStep {

  /// {@return the same value in core primitives (or in fused ones that decompose further)}
  Tensor decompose(Tensor... in);

  @Override
  default DType dtype(DType[] in) {
    DType type = Primitive.super.dtype(in);
    if (!type.isFloat()) {
      throw new ShapeError(label() + ": needs floats, got int32; cast it first");
    }
    return type;
  }

  @Override
  default List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
    return GradTrace.lazyCotangents(this::decompose, in, g);
  }

  @Override
  default Uses uses() {
    return Uses.INPUTS;
  }
}
