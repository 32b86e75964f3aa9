package dev.tutti.engine;

/// A tensor inside a transform: a value of the next transform out, seen through one trace.
///
/// In a `vmap` the value carries the mapped axis first and [#shape] hides it; in a `grad` the value
/// is the primal and `slot` is the place where the tape gathers its cotangent.
final class Tracer extends Tensor {
  final Trace trace;
  final Tensor value;
  final int slot;
  private final Shape shape;

  Tracer(Trace trace, Tensor value, Shape shape, int slot) {
    this.trace = trace;
    this.value = value;
    this.shape = shape;
    this.slot = slot;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public DType dtype() {
    return value.dtype();
  }

  @Override
  Array array(String op) {
    return trace.elements(op, this);
  }

  @Override
  public String toString() {
    return dtype().toString() + shape + " " + trace.context();
  }
}
