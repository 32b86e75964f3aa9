package dev.tutti.ensembles.methods;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Dropout;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Structure;

/// A layer whose weights are dropped (Wan et al., *Regularization of neural networks using
/// DropConnect*, 2013): in training each element of a tensor called `weight` is zeroed with
/// probability `p` and divided by `1 − p` otherwise. A prediction has all weights, unless it is a
/// [Ctx#sampling] one.
///
/// @param layer a linear layer or a convolution; its names do not change
/// @param p in `[0, 1)`
public record DropConnect(@Inlined Layer layer, double p) implements Layer {
  /// Checks the probability.
  public DropConnect {
    Dropout.requireProbability("drop connect", p);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    if (p == 0 || !ctx.drops()) {
      return layer.apply(x, ctx);
    }
    Layer dropped =
        Tree.mapLeaves(
            layer,
            leaf ->
                leaf.path().equals("weight")
                    ? leaf.tensor().dropout(p, ctx.nextKey())
                    : leaf.tensor());
    return dropped.apply(x, ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
