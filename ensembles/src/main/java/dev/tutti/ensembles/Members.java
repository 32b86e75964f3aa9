package dev.tutti.ensembles;

import dev.tutti.engine.Key;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// The forward passes of networks that are stacked along a member axis.
public final class Members {
  private static final Key NO_KEY = Key.of(0);

  private Members() {}

  /// A network and the key of its random layers.
  record Member(Layer network, Key key) {}

  /// A network, its random layers' key and the examples that it sees.
  record Seeing(Layer network, Key key, Tensor x) {}

  /// What a pass gives.
  ///
  /// @param logits the members' outputs, `[M, B, …]`
  /// @param states their new state, in leaf order
  public record Pass(Tensor logits, List<Tensor> states) {}

  /// {@return every member's logits `[M, B, C]`; in training the members' new state goes to `ctx`}
  public static Tensor logits(Layer network, int members, Tensor x, Ctx ctx) {
    if (!ctx.hasKey()) {
      return Transforms.vmap((Layer one) -> one.apply(x, ctx)).apply(network);
    }
    Pass all = pass(ctx.updated(network), x, ctx.nextKey().split(members), ctx);
    ctx.write(network, all.states);
    return all.logits;
  }

  /// {@return the same for examples of their own, `[M, R, …]`: `[M, R, C]`}
  public static Tensor logitsOfOwn(Layer network, int members, Tensor x, Ctx ctx) {
    if (x.dim(0) != members) {
      throw new ShapeError(
          "members: %d of them need examples [%d, R, …], got %s"
              .formatted(members, members, x.shape()));
    }
    Key keys = (ctx.hasKey() ? ctx.nextKey() : NO_KEY).split(members);
    Pass all =
        Transforms.vmap(
                (Seeing m) -> {
                  Ctx own = ctx.child(m.key);
                  Tensor logits = m.network.apply(m.x, own);
                  return new Pass(logits, own.allStates(m.network));
                })
            .apply(new Seeing(ctx.updated(network), keys, x));
    ctx.write(network, all.states);
    return all.logits;
  }

  /// {@return a pass of stacked networks, of the kind of `ctx`, every member with its own key}
  ///
  /// @param keys `[M, 2]`
  public static Pass pass(Layer network, Tensor x, Key keys, Ctx ctx) {
    return Transforms.vmap(
            (Member m) -> {
              Ctx own = ctx.child(m.key);
              Tensor logits = m.network.apply(x, own);
              return new Pass(logits, own.allStates(m.network));
            })
        .apply(new Member(network, keys));
  }

  /// {@return a network with a copy for each member, on axis 0, of all tensors that are not in
  /// layers of these types, which hold what members share and have}
  public static Layer withOwnRest(
      Layer network, int members, List<? extends Class<? extends Layer>> types) {
    Set<Tensor> done = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Class<? extends Layer> type : types) {
      Tree.replace(
          network,
          type,
          part -> {
            done.addAll(Tree.tensors(part));
            return part;
          });
    }
    return Tree.map(network, t -> done.contains(t) ? t : t.expand(t.shape().prepend(members)));
  }
}
