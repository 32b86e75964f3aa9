package dev.tutti.engine;

/// Adds up what the operations that depend on the argument cost, while running them.
final class CostTrace extends Trace {
  private Cost total = Cost.ZERO;

  Tensor lift(Tensor value) {
    return new Tracer(this, value, value.shape(), -1);
  }

  Cost total() {
    return total;
  }

  @Override
  Tensor process(Primitive p, Tensor[] in, Shape out) {
    Shape[] shapes = new Shape[in.length];
    Tensor[] values = new Tensor[in.length];
    for (int i = 0; i < in.length; i++) {
      shapes[i] = in[i].shape();
      values[i] = lower(in[i]);
    }
    total = total.plus(p.cost(shapes, out));
    return lift(bind(p, values));
  }

  @Override
  Tensor[] call(Call call, Tensor[] in) {
    return call.apply(in);
  }

  @Override
  String context() {
    return "cost";
  }

  @Override
  Array elements(String op, Tracer t) {
    return t.value.array(op);
  }
}
