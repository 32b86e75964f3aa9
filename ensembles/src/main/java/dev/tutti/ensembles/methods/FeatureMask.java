package dev.tutti.ensembles.methods;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Key;
import dev.tutti.engine.State;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Structure;

/// A network that sees a fixed random part of the features, the others as 0: feature bagging, if
/// each member of a deep ensemble has one (Ho, *The random subspace method*, 1998).
///
/// @param mask 1 for what is seen, `[F]`; saved with the model
/// @param layer the network; its names do not change
public record FeatureMask(@State Tensor mask, @Inlined Layer layer) implements Layer {
  /// {@return `layer` seeing ⌈fraction · features⌉ of the features}
  ///
  /// @param fraction above 0 and at most 1
  public static FeatureMask init(Key key, int features, double fraction, Layer layer) {
    if (!(fraction > 0 && fraction <= 1)) {
      throw new IllegalArgumentException(
          "feature mask: the fraction must be above 0 and at most 1, got " + fraction);
    }
    Tensor seen = Tensor.scalar(Math.ceil(fraction * features));
    return new FeatureMask(key.permutation(features).cast(seen.dtype()).lt(seen), layer);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    return layer.apply(x.mul(mask), ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
