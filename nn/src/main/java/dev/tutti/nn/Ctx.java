package dev.tutti.nn;

import dev.tutti.engine.Key;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// What a forward pass needs beside its input: whether the network trains, the random key of its
/// dropouts, and a place for new running statistics. PyTorch keeps these in the modules (`train()`,
/// the global generator, buffers written in place); here layers stay values.
///
/// A training pass hands each random layer a key of its own, in the order of the calls, and keeps
/// what layers [#write] for their [State] components. Afterwards [#updated] is the network with the
/// new state. Made inside the function that `vmap` maps, from the member's key, it gives each
/// member its own dropout masks and its own statistics.
///
/// ```java
/// ValueAndGrad<Layer, Loss<Layer>> g =
///     valueAndGrad((Layer net) -> {
///       Ctx ctx = Ctx.training(key);
///       Tensor loss = Losses.crossEntropy(net.apply(x, ctx), labels);
///       return new Loss<>(loss, ctx.updated(net));
///     }).apply(net);
/// Layer next = Ctx.withState(optimizer.step(net, g.grad(), memory, lr).params(), g.value().aux());
/// ```
public final class Ctx {
  private static final Ctx INFERENCE = new Ctx(null);

  private final Key key; // null for inference
  private final Map<Tensor, Tensor> written = new IdentityHashMap<>();
  private int keys;

  private Ctx(Key key) {
    this.key = key;
  }

  /// {@return the context of a prediction: dropout does nothing, normalisation uses its running
  /// statistics, and no state changes}
  public static Ctx inference() {
    return INFERENCE;
  }

  /// {@return a new context for one training pass whose random layers draw from `key`}
  public static Ctx training(Key key) {
    if (key == null) {
      throw new IllegalArgumentException("a training pass needs a key");
    }
    return new Ctx(key);
  }

  /// {@return whether this is a training pass}
  public boolean training() {
    return key != null;
  }

  /// {@return the next child of the pass's key}
  public Key nextKey() {
    if (!training()) {
      throw new IllegalStateException("a prediction has no random key; ask training() first");
    }
    return key.fold(keys++);
  }

  /// {@return what this pass wrote last for a state component, else the component itself}
  public Tensor read(Tensor state) {
    return written.getOrDefault(state, state);
  }

  /// Keeps the new value of a state component: the tensor that the layer holds, itself. Nothing is
  /// kept in a prediction.
  public void write(Tensor state, Tensor value) {
    if (!training()) {
      return;
    }
    if (!value.shape().equals(state.shape()) || value.dtype() != state.dtype()) {
      throw new ShapeError(
          "state: "
              + state.dtype()
              + state.shape()
              + " cannot become "
              + value.dtype()
              + value.shape());
    }
    written.put(state, value.detach());
  }

  /// Keeps every state component of `after` as the new value of the one in its place in `before`:
  /// for a pass of its own over a part, as in an inner `vmap`.
  public <T> void write(T before, T after) {
    List<Tree.Leaf> old = Tree.leaves(before);
    List<Tensor> now = Tree.tensors(after);
    for (int i = 0; i < old.size(); i++) {
      if (old.get(i).state()) {
        write(old.get(i).tensor(), now.get(i));
      }
    }
  }

  /// {@return `model`, which this pass ran, with the state that the pass wrote}
  ///
  /// @throws ShapeError when two components hold one and the same tensor, so that it is not known
  ///   whose new value it is
  public <T> T updated(T model) {
    Map<Tensor, String> seen = new IdentityHashMap<>();
    return Tree.mapLeaves(
        model,
        leaf -> {
          if (!leaf.state() || !written.containsKey(leaf.tensor())) {
            return leaf.tensor();
          }
          String other = seen.put(leaf.tensor(), leaf.path());
          if (other != null) {
            throw new ShapeError(
                "state: " + other + " and " + leaf.path() + " hold the same tensor; give each one");
          }
          return written.get(leaf.tensor());
        });
  }

  /// {@return `params` with the [State] components of `from`, a tree of the same structure}
  public static <T> T withState(T params, T from) {
    List<Tensor> merged = new ArrayList<>();
    Iterator<Tensor> states = Tree.tensors(from).iterator();
    for (Tree.Leaf leaf : Tree.leaves(params)) {
      Tensor state = states.next();
      merged.add(leaf.state() ? state : leaf.tensor());
    }
    return Tree.rebuild(params, merged);
  }
}
