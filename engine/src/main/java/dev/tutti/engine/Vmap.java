package dev.tutti.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// A function mapped over the first axis of its argument; made by [Transforms#vmap] and
/// [Transforms#pmap].
public final class Vmap<A, B> implements Function<A, B> {
  private static final ThreadLocal<Object> SHARD = new ThreadLocal<>();

  private final Function<A, B> f;
  private final int chunk;
  private final boolean parallel;
  private final boolean donating;

  Vmap(Function<A, B> f, int chunk, boolean parallel) {
    this(f, chunk, parallel, false);
  }

  private Vmap(Function<A, B> f, int chunk, boolean parallel, boolean donating) {
    this.f = f;
    this.chunk = chunk;
    this.parallel = parallel;
    this.donating = donating;
  }

  /// {@return this map, with permission to overwrite its argument's elements with results of later
  /// calls, like JAX's `donate_argnums`}
  ///
  /// For a state that is replaced step by step: `state = step.donate().apply(state)`. After the
  /// call the argument's tensors cannot be read any more, except for those of which there are views
  /// (slices, reshapes), which stay as they are. A chunked call ([#chunk]) and `pmap` therefore
  /// donate no memory: their parts are views. Components marked [Shared] and tensors made from
  /// given elements are never donated. Do not use this if the argument holds a tensor that the
  /// function also captures.
  public Vmap<A, B> donate() {
    return new Vmap<>(f, chunk, parallel, true);
  }

  /// {@return this map run over at most `size` entries at a time: less memory, the same bits}
  public Vmap<A, B> chunk(int size) {
    if (size < 1) {
      throw new ShapeError("vmap: chunk must be at least 1, got " + size);
    }
    return new Vmap<>(f, size, parallel, donating);
  }

  @Override
  public B apply(A arg) {
    return Parallel.inTurn(() -> mapped(arg));
  }

  private B mapped(A arg) {
    int size = mappedSize(Tree.leaves(arg));
    if (parallel && Tree.tensors(arg).stream().noneMatch(Tracer.class::isInstance)) {
      return inShards(arg, size);
    }
    return inChunks(arg, size);
  }

  /// {@return a value that is the same inside one shard and differs between shards, for any number
  /// of threads}
  static Object shard() {
    return SHARD.get();
  }

  /// One shard of neighbouring entries per thread, each mapped in its own task.
  private B inShards(A arg, int size) {
    int shards = Math.max(1, Math.min(size, Parallel.threads()));
    List<B> results = new ArrayList<>();
    for (int s = 0; s < shards; s++) {
      results.add(null);
    }
    Parallel.run(
        shards,
        s -> {
          int from = (int) ((long) size * s / shards);
          int to = (int) ((long) size * (s + 1) / shards);
          Object around = SHARD.get();
          SHARD.set(new Object());
          try {
            results.set(s, inChunks(Tree.slice(arg, from, to), to - from));
          } finally {
            SHARD.set(around);
          }
        });
    return Tree.concat(results);
  }

  private B inChunks(A arg, int size) {
    if (size <= chunk) {
      return whole(arg, size);
    }
    List<B> results = new ArrayList<>();
    for (int from = 0; from < size; from += chunk) {
      int to = Math.min(size, from + chunk);
      results.add(whole(Tree.slice(arg, from, to), to - from));
    }
    return Tree.concat(results);
  }

  private B whole(A arg, int size) {
    BatchTrace trace = new BatchTrace(size);
    try {
      A lifted = Tree.mapLeaves(arg, l -> l.shared() ? l.tensor() : trace.lift(l.tensor()));
      B results = trace.within(() -> Tree.mapLeaves(f.apply(lifted), leaf -> result(trace, leaf)));
      trace.release(Tree.tensors(results), donating ? own(arg) : List.of());
      return results;
    } finally {
      trace.end();
    }
  }

  /// The tensors of the argument that are not shared by all entries.
  private static List<Tensor> own(Object arg) {
    return Tree.leaves(arg).stream().filter(l -> !l.shared()).map(Tree.Leaf::tensor).toList();
  }

  private static Tensor result(BatchTrace trace, Tree.Leaf leaf) {
    if (!leaf.shared()) {
      return trace.stacked(leaf.tensor());
    }
    if (trace.maps(leaf.tensor())) {
      throw new ShapeError(
          "vmap: " + leaf.name() + " of the result is shared by all entries but varies with them");
    }
    return leaf.tensor();
  }

  private int mappedSize(List<Tree.Leaf> leaves) {
    String op = parallel ? "pmap" : "vmap";
    Tree.Leaf first = null;
    for (Tree.Leaf leaf : leaves) {
      if (leaf.shared()) {
        continue;
      }
      if (leaf.tensor().rank() == 0) {
        throw new ShapeError(op + ": " + leaf.name() + " is a scalar and has no axis to map");
      }
      if (first != null && leaf.tensor().dim(0) != first.tensor().dim(0)) {
        throw new ShapeError(
            op
                + ": mapped leaves disagree on axis 0: "
                + first.name()
                + " has "
                + first.tensor().dim(0)
                + ", "
                + leaf.name()
                + " has "
                + leaf.tensor().dim(0));
      }
      first = first == null ? leaf : first;
    }
    if (first == null) {
      throw new ShapeError(op + ": the argument has no tensor to map");
    }
    return first.tensor().dim(0);
  }
}
