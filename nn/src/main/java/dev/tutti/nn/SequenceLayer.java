package dev.tutti.nn;

import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;

/// A layer on sequences `[N, L, C]` whose positions see each other, as far as a mask lets them.
public interface SequenceLayer extends Layer {
  /// {@return the layer's value on a batch of sequences}
  ///
  /// @param mask what positions do not see
  Tensor apply(Tensor x, AttentionMask mask, Ctx ctx);

  @Override
  default Tensor apply(Tensor x, Ctx ctx) {
    return apply(x, AttentionMask.NONE, ctx);
  }

  /// {@return a layer of features `[N, C] → [N, D]` at every position: `[…, C] → […, D]`}
  ///
  /// All positions are rows of one batch, so that a linear layer is one matrix product.
  static Tensor atEveryPosition(Layer layer, Tensor x, Ctx ctx) {
    Shape leads = x.shape().leads(1);
    Tensor y = layer.apply(x.reshape(leads.size(), x.dim(-1)), ctx);
    return y.reshape(leads.concat(Shape.of(y.dim(-1))));
  }
}
