package dev.tutti.nn;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.State;
import dev.tutti.engine.Tensor;

/// A layer that is not trained: no gradient flows to its weights, no optimiser touches them, and it
/// predicts in training too, so that its running statistics stay and its dropout does nothing.
/// PyTorch's `requires_grad_(False)` with `eval()`.
///
/// @param layer what is frozen; its names do not change
public record Frozen(@State @Inlined Layer layer) implements Layer {
  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    return layer.apply(x, Ctx.inference());
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
