package dev.tutti.engine;

import java.util.Arrays;

/// `reuse`: the same operations on the same values, whose memory ends with the call.
final class ReuseTrace extends MemoryTrace {
  Tensor lift(Tensor value) {
    return new Tracer(this, value, value.shape(), -1);
  }

  @Override
  Tensor[] values(Primitive p, Tensor[] in) {
    Tensor[] values = new Tensor[in.length];
    for (int i = 0; i < in.length; i++) {
      values[i] = lower(in[i]);
    }
    return values;
  }

  @Override
  Tensor[] call(Call call, Tensor[] in) {
    Tensor[] values = Arrays.stream(in).map(this::lower).toArray(Tensor[]::new);
    return Arrays.stream(values).allMatch(Array.class::isInstance)
        ? call.apply(in) // no transform around this one asks for the call's own derivative
        : Arrays.stream(bind(call, values)).map(this::lift).toArray(Tensor[]::new);
  }

  @Override
  String context() {
    return "reuse";
  }

  @Override
  Array elements(String op, Tracer t) {
    requireOpen(); // a later call has other values in its memory
    return t.value.array(op);
  }
}
