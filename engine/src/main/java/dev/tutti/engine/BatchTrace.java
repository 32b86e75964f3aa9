package dev.tutti.engine;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/// `vmap`: one rule for all primitives.
///
/// A tracer's value carries the mapped axis first. To run a primitive, every mapped operand's leads
/// are padded with axes of size 1 to the longest, so that the mapped axes line up leftmost; then
/// the very same primitive with the very same parameters runs on the values, whose mapped axis is
/// one more lead that broadcasts.
final class BatchTrace extends MemoryTrace {
  private final int size;

  BatchTrace(int size) {
    this.size = size;
  }

  /// {@return `value [size, …]` seen as one of its entries}
  Tensor lift(Tensor value) {
    return new Tracer(this, value, value.shape().tail(), -1);
  }

  /// {@return whether `t` varies along the mapped axis}
  boolean maps(Tensor t) {
    return t instanceof Tracer tracer && tracer.trace == this;
  }

  /// {@return the result with the mapped axis first; what does not depend on it is repeated}
  Tensor stacked(Tensor t) {
    return maps(t) ? lower(t) : t.expand(t.shape().prepend(size));
  }

  @Override
  Tensor[] values(Primitive p, Tensor[] in) {
    int leads = 0;
    for (int i = 0; i < in.length; i++) {
      leads = Math.max(leads, in[i].rank() - p.suffix(i));
    }
    Tensor[] values = new Tensor[in.length];
    for (int i = 0; i < in.length; i++) {
      values[i] = lower(in[i]);
      int missing = leads - (in[i].rank() - p.suffix(i));
      if (missing > 0 && maps(in[i])) {
        int[] ones = new int[missing];
        Arrays.fill(ones, 1);
        values[i] = values[i].reshape(Shape.of(size).concat(Shape.of(ones)).concat(in[i].shape()));
      }
    }
    return values;
  }

  /// {@return whether `t` or a value inside it varies along the mapped axis}
  private boolean holds(Tensor t) {
    return maps(t) || t instanceof Tracer tracer && holds(tracer.value);
  }

  @Override
  Tensor[] call(Call call, Tensor[] in) {
    boolean[] mapped = new boolean[in.length];
    Tensor[] values = new Tensor[in.length];
    for (int i = 0; i < in.length; i++) {
      mapped[i] = maps(in[i]);
      values[i] = lower(in[i]);
    }
    boolean outermost = true;
    for (Tensor value : values) {
      outermost &= value instanceof Array;
    }
    if (outermost) {
      return call.apply(in); // no transform around this one asks for the call's own derivative
    }
    Tensor[] out = bind(new MappedCall(call, size, mapped), values);
    for (Tensor t : out) {
      if (holds(t)) {
        throw new ShapeError(
            "checkpoint/customVjp: the function captures a tensor that vmap maps; pass it in the"
                + " argument");
      }
    }
    return Arrays.stream(out).map(this::lift).toArray(Tensor[]::new);
  }

  /// The call run for every entry of the mapped axis; so is its derivative, whose cotangents of
  /// shared inputs the tape then sums over that axis.
  private record MappedCall(Call call, int size, boolean[] mapped) implements Call {
    @Override
    public Tensor[] apply(Tensor[] in) {
      return run(call::apply, in, mapped);
    }

    @Override
    public Tensor[] vjp(Tensor[] in, Tensor[] out, Tensor[] g) {
      int n = in.length;
      int m = out.length;
      Tensor[] all = Arrays.copyOf(in, n + 2 * m);
      System.arraycopy(out, 0, all, n, m);
      System.arraycopy(g, 0, all, n + m, m);
      boolean[] varies = Arrays.copyOf(mapped, n + 2 * m);
      Arrays.fill(varies, n, n + 2 * m, true);
      return run(
          t ->
              call.vjp(
                  Arrays.copyOf(t, n),
                  Arrays.copyOfRange(t, n, n + m),
                  Arrays.copyOfRange(t, n + m, n + 2 * m)),
          all,
          varies);
    }

    private Tensor[] run(UnaryOperator<Tensor[]> f, Tensor[] in, boolean[] varies) {
      BatchTrace trace = new BatchTrace(size);
      Tensor[] lifted = new Tensor[in.length];
      for (int i = 0; i < in.length; i++) {
        lifted[i] = varies[i] ? trace.lift(in[i]) : in[i];
      }
      try {
        Tensor[] out = trace.within(() -> f.apply(lifted));
        Tensor[] stacked = new Tensor[out.length];
        for (int i = 0; i < out.length; i++) {
          stacked[i] = out[i] == null ? null : trace.stacked(out[i]);
        }
        return stacked;
      } finally {
        trace.end();
      }
    }
  }

  @Override
  String context() {
    return "vmap over " + size;
  }

  @Override
  Array elements(String op, Tracer t) {
    throw new ShapeError(
        op
            + ": inside vmap a tensor stands for "
            + size
            + " values; use where(mask, a, b), or read it from the function's result");
  }
}
