package dev.tutti.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// One running transform: it says what a primitive means on its tracers.
///
/// Dispatch is by data. Every trace has a number from one global counter, an inner one a larger
/// number; a primitive goes to the largest among its inputs' traces, which calls [#bind] again one
/// level further out, until no tracer is left and the backend runs the kernel. There is no stack
/// and no mode, so transforms work across threads.
abstract sealed class Trace permits MemoryTrace, GradTrace, CostTrace, ShapeTrace {
  private static final AtomicLong COUNTER = new AtomicLong();

  final long id = COUNTER.incrementAndGet();
  private volatile boolean closed;

  /// The meaning of `p` on inputs of which at least one is a tracer of this trace.
  abstract Tensor process(Primitive p, Tensor[] in, Shape out);

  /// The meaning of a whole function with a derivative of its own.
  abstract Tensor[] call(Call call, Tensor[] in);

  /// {@return the transform's name and extent, for errors: `vmap over 8`}
  abstract String context();

  /// {@return the elements of a tracer of this trace, if they are known}
  abstract Array elements(String op, Tracer t);

  /// {@return what `body` returns} Afterwards, also if it fails, using the trace's tracers is an
  /// error.
  <T> T within(Supplier<T> body) {
    try {
      return body.get();
    } finally {
      closed = true;
    }
  }

  /// Runs a primitive: shape rule first, then the innermost transform or the backend.
  static Tensor bind(Primitive p, Tensor... in) {
    Trace top = top(in);
    Shape[] shapes = new Shape[in.length];
    DType[] types = new DType[in.length];
    for (int i = 0; i < in.length; i++) {
      shapes[i] = in[i].shape();
      types[i] = in[i].dtype();
    }
    DType type;
    Shape out;
    try {
      type = p.dtype(types);
      out = p.shape(shapes);
    } catch (ShapeError e) {
      throw new ShapeError(e.getMessage() + inside(in));
    }
    if (top != null) {
      // By class, since C2 inlines a virtual call of two receivers at most.
      return switch (top) {
        case GradTrace grad -> grad.process(p, in, out);
        case MemoryTrace memory -> memory.process(p, in, out);
        default -> top.process(p, in, out);
      };
    }
    Array[] arrays = new Array[in.length];
    for (int i = 0; i < in.length; i++) {
      arrays[i] = (Array) in[i];
    }
    return Backend.active().run(p, arrays, type, out);
  }

  /// Runs a function that brings its own derivative.
  static Tensor[] bind(Call call, Tensor[] in) {
    Trace top = top(in);
    return top == null ? call.apply(in) : top.call(call, in);
  }

  private static Trace top(Tensor[] in) {
    Trace top = null;
    for (Tensor t : in) {
      if (t instanceof Tracer tracer && (top == null || tracer.trace.id > top.id)) {
        top = tracer.trace;
      }
    }
    if (top != null) {
      top.requireOpen();
    }
    return top;
  }

  final void requireOpen() {
    if (closed) {
      throw new ShapeError("this tensor left its " + context() + "; return it from the function");
    }
  }

  /// The transforms around these inputs, innermost first: ` (inside vmap over 8, inside grad)`.
  static String inside(Tensor[] in) {
    StringBuilder text = new StringBuilder();
    Tensor[] level = in.clone();
    for (Trace t = top(level); t != null; t = top(level)) {
      text.append(text.isEmpty() ? " (inside " : ", inside ").append(t.context());
      for (int i = 0; i < level.length; i++) {
        if (level[i] instanceof Tracer tracer && tracer.trace == t) {
          level[i] = tracer.value;
        }
      }
    }
    return text.isEmpty() ? "" : text.append(')').toString();
  }

  /// {@return `t` seen from outside this trace}
  Tensor lower(Tensor t) {
    return t instanceof Tracer tracer && tracer.trace == this ? tracer.value : t;
  }

  /// A function on lists of tensors that states its own derivative: what `checkpoint` and
  /// `customVjp` put on the tape.
  interface Call {
    /// The function's value.
    Tensor[] apply(Tensor[] in);

    /// The cotangents of the inputs (null for none), given the function's inputs, outputs and the
    /// cotangents of the outputs.
    Tensor[] vjp(Tensor[] in, Tensor[] out, Tensor[] g);
  }
}
