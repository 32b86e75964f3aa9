package dev.tutti.engine;

/// `shapes`: what depends on the argument is only a shape and a type; no kernel runs on it.
final class ShapeTrace extends Trace {
  Tensor lift(Tensor value) {
    return new Tracer(this, value, value.shape(), -1);
  }

  /// {@return the result seen from outside: without elements, if it depends on the argument}
  Tensor shapeOf(Tensor t) {
    return t instanceof Tracer tracer && tracer.trace == this
        ? Array.withoutElements(t.dtype(), t.shape())
        : t;
  }

  @Override
  Tensor process(Primitive p, Tensor[] in, Shape out) {
    DType[] types = new DType[in.length];
    for (int i = 0; i < in.length; i++) {
      types[i] = in[i].dtype();
    }
    return lift(Array.withoutElements(p.dtype(types), out));
  }

  @Override
  Tensor[] call(Call call, Tensor[] in) {
    return call.apply(in);
  }

  @Override
  String context() {
    return "shapes";
  }

  @Override
  Array elements(String op, Tracer t) {
    throw new ShapeError(
        op + ": inside shapes a tensor is " + t.dtype() + t.shape() + " without elements");
  }
}
