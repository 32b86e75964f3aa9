package dev.tutti.ensembles;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import java.util.function.Function;

/// M networks of one architecture that share nothing (Lakshminarayanan, Pritzel, Blundell 2017),
/// stored as one network whose parameters carry the member axis first.
///
/// Member `m` is, bit for bit, the network that `init` makes from child key `m`, and trains as it
/// would alone.
///
/// @param network the stacked networks, every tensor `[M, …]`
/// @param members M
public record DeepEnsemble(Layer network, int members) implements Ensemble {
  /// Checks that there are members.
  public DeepEnsemble {
    if (members < 1) {
      throw new IllegalArgumentException(
          "deep ensemble: members must be at least 1, got " + members);
    }
  }

  /// {@return M networks, each initialised from its own child of `key`}
  public static DeepEnsemble init(Key key, int members, Function<Key, ? extends Layer> init) {
    Function<Key, Layer> one = init::apply;
    return new DeepEnsemble(Transforms.vmap(one).apply(key.split(members)), members);
  }

  @Override
  public Tensor logits(Tensor x, Ctx ctx) {
    return Members.logits(network, members, x, ctx);
  }
}
