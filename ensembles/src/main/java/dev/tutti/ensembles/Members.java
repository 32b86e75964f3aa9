package dev.tutti.ensembles;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import java.util.List;

/// The forward pass of networks that are stacked along a member axis.
public final class Members {
  private Members() {}

  /// A network and the key of its random layers.
  record Member(Layer network, Key key) {}

  /// What a training pass gives.
  ///
  /// @param logits the members' outputs, `[M, B, …]`
  /// @param states their new state, in leaf order
  public record Pass(Tensor logits, List<Tensor> states) {}

  /// {@return every member's logits `[M, B, C]`; in training the members' new state goes to `ctx`}
  static Tensor logits(Layer network, int members, Tensor x, Ctx ctx) {
    if (!ctx.hasKey()) {
      return Transforms.vmap((Layer one) -> one.apply(x, ctx)).apply(network);
    }
    Pass all = trainingPass(network, x, ctx.nextKey().split(members));
    ctx.write(network, all.states);
    return all.logits;
  }

  /// {@return a training pass of stacked networks, every member with its own key}
  ///
  /// @param keys `[M, 2]`
  public static Pass trainingPass(Layer network, Tensor x, Key keys) {
    return Transforms.vmap(
            (Member m) -> {
              Ctx own = Ctx.training(m.key);
              Tensor logits = m.network.apply(x, own);
              return new Pass(logits, own.states(m.network));
            })
        .apply(new Member(network, keys));
  }
}
