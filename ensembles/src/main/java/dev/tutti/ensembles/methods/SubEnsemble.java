package dev.tutti.ensembles.methods;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.Members;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Frozen;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Structure;
import java.util.function.Function;

/// M heads on one trunk (Valdenegro-Toro, *Deep sub-ensembles for fast uncertainty estimation in
/// image classification*, 2019): the trunk is that of a trained network and [Frozen], the heads are
/// trained, each as it would be alone.
///
/// @param trunk gives the heads' inputs
/// @param heads the stacked heads, every tensor `[M, …]`
/// @param members M
public record SubEnsemble(Layer trunk, Layer heads, int members) implements Ensemble {
  /// {@return M new heads, which `init` makes from a child of `key` each, on a trunk that is
  /// frozen}
  public static SubEnsemble init(
      Key key, Layer trunk, int members, Function<Key, ? extends Layer> init) {
    Function<Key, Layer> one = init::apply;
    return new SubEnsemble(
        new Frozen(trunk), Transforms.vmap(one).apply(key.split(members)), members);
  }

  /// {@return M new linear heads on a trained network, in the place of its last layer}
  ///
  /// @throws IllegalArgumentException if its last layer with weights is not a [Linear]
  public static SubEnsemble convert(Key key, Layer trained, int members) {
    Linear head = Parts.head("sub-ensemble", trained);
    return init(
        key,
        Parts.withoutHead("sub-ensemble", trained),
        members,
        k -> Linear.init(k, head.weight().dim(0), head.weight().dim(1)));
  }

  @Override
  public Layer network() {
    return this;
  }

  @Override
  public Tensor logits(Tensor x, Ctx ctx) {
    return Members.logits(heads, members, trunk.apply(x, ctx), ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
