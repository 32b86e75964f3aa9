package dev.tutti.engine;

import java.util.List;
import java.util.function.Function;

/// A function whose intermediate values share their memory from call to call; made by
/// [Transforms#reuse].
public final class Reuse<A, B> implements Function<A, B> {
  private final Function<A, B> f;
  private final boolean donating;

  Reuse(Function<A, B> f, boolean donating) {
    this.f = f;
    this.donating = donating;
  }

  /// {@return this function, with permission to overwrite its argument's elements with results of
  /// later calls, like JAX's `donate_argnums`}
  ///
  /// For a state that is replaced step by step: `state = step.donate().apply(state)`. After the
  /// call the argument's tensors cannot be read any more, except for those of which there are views
  /// (slices, reshapes) and those made from given elements, which stay as they are. Do not use this
  /// if the argument holds a tensor that the function also captures.
  public Reuse<A, B> donate() {
    return new Reuse<>(f, true);
  }

  @Override
  public B apply(A arg) {
    return Parallel.inTurn(() -> {
      ReuseTrace trace = new ReuseTrace();
      try {
        A lifted = Tree.map(arg, trace::lift);
        B result = trace.within(() -> Tree.map(f.apply(lifted), trace::lower));
        trace.release(Tree.tensors(result), donating ? Tree.tensors(arg) : List.of());
        return result;
      } finally {
        trace.end();
      }
    });
  }
}
