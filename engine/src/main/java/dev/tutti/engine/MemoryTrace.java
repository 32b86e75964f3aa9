package dev.tutti.engine;

import java.util.List;

/// A trace whose tracers alone hold the results of operations, so that the arrays of one call are
/// reused by the next one on the same thread ([StepMemory]).
abstract sealed class MemoryTrace extends Trace permits BatchTrace, ReuseTrace {
  private final StepMemory memory = new StepMemory();

  /// {@return the values that `p` runs on}
  abstract Tensor[] values(Primitive p, Tensor[] in);

  @Override
  final Tensor process(Primitive p, Tensor[] in, Shape out) {
    return new Tracer(this, run(p, values(p, in)), out, -1);
  }

  /// If all values are arrays, only this trace's tracers hold the result, so its memory is reused.
  private Tensor run(Primitive p, Tensor[] values) {
    for (Tensor value : values) {
      if (!(value instanceof Array)) {
        memory.end(); // a transform further out may keep any value
        return bind(p, values);
      }
    }
    memory.open();
    try {
      return bind(p, values);
    } finally {
      memory.close();
    }
  }

  /// Call when this trace's tracers are closed, with the call's results and what was donated to it.
  void release(List<Tensor> results, List<Tensor> donated) {
    boolean elements = true;
    for (Tensor t : results) {
      elements &= t instanceof Array;
    }
    if (elements) {
      memory.release(results, donated);
    } else {
      memory.end();
    }
  }

  /// Call if the call failed, or if its results are used inside a transform.
  void end() {
    memory.end();
  }
}
