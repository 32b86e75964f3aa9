package dev.tutti.nn;

import dev.tutti.engine.Key;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// What a forward pass needs in addition to its input: whether the network trains, the random key
/// of its dropouts, and a place for new running statistics. PyTorch keeps these in the modules
/// (`train()`, the global generator, buffers written in place); here layers stay values.
///
/// A [#sampling] pass is a prediction in which dropout draws: one of many, for Monte Carlo dropout.
///
/// A training pass gives each random layer a key of its own, in the order of the calls, and keeps
/// what layers [#write] for their `@State` components. Afterwards [#states] are their new values
/// and [#updated] is the network with them. Made inside the function that `vmap` maps, from the
/// member's key, it gives each member its own dropout masks and its own statistics.
///
/// {@snippet :
/// Layer net = Sequential.of(BatchNorm.init(4), new Dropout(0.5), Linear.init(Key.of(1), 4, 3));
/// Tensor x = Key.of(2).normal(8, 4);
/// Tensor labels = Tensor.of(new int[] {0, 1, 2, 0, 1, 2, 0, 1});
/// Sgd sgd = new Sgd();
/// ValueAndGrad<Layer, Loss<List<Tensor>>> g =
///     valueAndGrad((Layer n) -> {
///       Ctx ctx = Ctx.training(Key.of(3));
///       Tensor loss = Losses.crossEntropy(n.apply(x, ctx), labels);
///       return new Loss<>(loss, ctx.states(n));
///     }).apply(net);
/// Layer stepped = sgd.step(net, g.grad(), sgd.init(net), Tensor.scalar(0.1)).params();
/// Layer next = Ctx.withStates(stepped, g.value().aux());
/// }
public final class Ctx {
  private static final Ctx INFERENCE = new Ctx(null, false, () -> false);

  private final Key key; // null for inference
  private final boolean trains;
  private final BooleanSupplier mistaken;
  private final Map<Tensor, Tensor> written = new IdentityHashMap<>();
  private int keys;

  private Ctx(Key key, boolean trains, BooleanSupplier mistaken) {
    this.key = key;
    this.trains = trains;
    this.mistaken = mistaken;
  }

  /// {@return the context of a prediction: dropout does nothing, normalisation uses its running
  /// statistics, and no state changes}
  public static Ctx inference() {
    return INFERENCE;
  }

  /// {@return the context of [Layer#apply(Tensor)], which names none: a prediction. In a pass that
  /// is differentiated it is probably a mistake, so that a layer which asks for [#training] is told
  /// so}
  static Ctx unnamed(Layer network, Tensor x) {
    Boolean[] known = {null}; // many layers ask
    return new Ctx(
        null,
        false,
        () -> {
          if (known[0] == null) {
            known[0] =
                Transforms.differentiates(x)
                    || Tree.tensors(network).stream().anyMatch(Transforms::differentiates);
          }
          return known[0];
        });
  }

  /// {@return a new context for one training pass whose random layers draw from `key`}
  public static Ctx training(Key key) {
    if (key == null) {
      throw new IllegalArgumentException("a training pass needs a key");
    }
    return new Ctx(key, true, () -> false);
  }

  /// {@return a new context for one prediction in which dropout draws from `key`} Each dropout
  /// draws one mask for all examples, so that the pass is one network, the same for every batch.
  /// Normalisation uses its running statistics, and no state changes.
  public static Ctx sampling(Key key) {
    if (key == null) {
      throw new IllegalArgumentException("a sampling pass needs a key");
    }
    return new Ctx(key, false, () -> false);
  }

  /// {@return a context for a pass of the same kind that draws from `own`: a member's. A prediction
  /// without a key is itself}
  public Ctx child(Key own) {
    return key == null ? this : new Ctx(own, trains, () -> false);
  }

  /// {@return whether this is a training pass}
  ///
  /// @throws IllegalStateException if nobody said so of a pass that is differentiated
  public boolean training() {
    if (mistaken.getAsBoolean()) {
      throw new IllegalStateException(
          "apply(x) is a prediction, and this network has layers that train otherwise (dropout,"
              + " batch normalisation); inside a derivative call apply(x, Ctx.training(key)), or"
              + " apply(x, Ctx.inference()) if a prediction is meant");
    }
    return trains;
  }

  /// {@return whether dropout draws: in training, and in a [#sampling] prediction}
  ///
  /// @throws IllegalStateException as [#training]
  public boolean drops() {
    return training() || key != null;
  }

  /// {@return the same as [#training], for a part that trains as it predicts}
  boolean trains() {
    return trains;
  }

  /// {@return whether the pass has a random key, as training and [#sampling] passes have}
  public boolean hasKey() {
    return key != null;
  }

  /// {@return the next child of the pass's key}
  public Key nextKey() {
    if (key == null) {
      throw new IllegalStateException("a prediction has no random key; check training() first");
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
    if (!trains) {
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

  /// Keeps the new values of all state components of a part, in leaf order: those that a pass of
  /// the part's own gave as its [#states], as in an inner `vmap`.
  public void write(Object part, List<Tensor> states) {
    requireAll(part, states);
    Iterator<Tensor> next = states.iterator();
    for (Tree.Leaf leaf : Tree.leaves(part)) {
      if (leaf.state()) {
        write(leaf.tensor(), next.next());
      }
    }
  }

  /// {@return the values after this pass of all state components of `model`, which it ran, in leaf
  /// order}
  ///
  /// @throws ShapeError if two components hold one and the same tensor, so that it is not known
  ///   whose new value it is
  public List<Tensor> states(Object model) {
    Map<Tensor, String> seen = new IdentityHashMap<>();
    List<Tensor> states = new ArrayList<>();
    for (Tree.Leaf leaf : Tree.leaves(model)) {
      if (leaf.state()) {
        String other = seen.put(leaf.tensor(), leaf.path());
        if (other != null && written.containsKey(leaf.tensor())) {
          throw new ShapeError(
              "state: " + other + " and " + leaf.path() + " hold the same tensor; give each one");
        }
        states.add(read(leaf.tensor()));
      }
    }
    return states;
  }

  /// {@return [#states], of a pass that ran nothing but `model`}
  ///
  /// @throws ShapeError if something wrote the state of a layer that is not part of `model`, which
  ///   would be lost: a copy of a part, or one inside a function that `vmap` maps
  public List<Tensor> allStates(Object model) {
    List<Tensor> states = states(model);
    Set<Tensor> known = Collections.newSetFromMap(new IdentityHashMap<>());
    known.addAll(Tree.tensors(model));
    for (Tensor state : written.keySet()) {
      if (!known.contains(state)) {
        throw new ShapeError(
            "state: a layer of shape "
                + state.shape()
                + " state is not part of the model that is trained but a copy, or is mapped inside of"
                + " it; its running statistics would be lost. Map members by Members.logits, or with a"
                + " context of their own for each (Ctx.child, Ctx.write)");
      }
    }
    return states;
  }

  /// {@return `model`, which this pass ran, with the state that it has after the pass}
  public <T> T updated(T model) {
    return withStates(model, states(model));
  }

  /// {@return `model` with these state components, in leaf order}
  public static <T> T withStates(T model, List<Tensor> states) {
    requireAll(model, states);
    Iterator<Tensor> next = states.iterator();
    return states.isEmpty()
        ? model
        : Tree.mapLeaves(model, leaf -> leaf.state() ? next.next() : leaf.tensor());
  }

  private static void requireAll(Object model, List<Tensor> states) {
    long components = Tree.leaves(model).stream().filter(Tree.Leaf::state).count();
    if (components != states.size()) {
      throw new ShapeError(
          "state: " + states.size() + " values for " + components + " state components");
    }
  }
}
