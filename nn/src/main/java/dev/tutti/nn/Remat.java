package dev.tutti.nn;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import java.util.List;

/// A layer whose intermediate values are computed again for the derivative instead of kept, memory
/// for time (Chen et al., *Training deep nets with sublinear memory cost*, 2016): PyTorch's
/// `torch.utils.checkpoint`, Flax's `nn.remat`. Value, gradient and state have the layer's bits.
///
/// The layer gets a context of its own, made from one child of the pass's key, so that both runs
/// drop the same elements. A context that a function captures under [Transforms#checkpoint] would
/// give different keys in the second run.
///
/// @param layer what is run; the names of its tensors do not change
public record Remat(@Inlined Layer layer) implements Layer {
  private static final Key NO_KEY = Key.of(0);

  /// All that the layer's value depends on.
  public record Input(Layer layer, Tensor x, Key key) {}

  /// The layer's value and its state after the pass.
  public record Output(Tensor y, List<Tensor> states) {}

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    boolean keyed = ctx.hasKey();
    Output out =
        Transforms.checkpoint(
                (Input in) -> {
                  Ctx own = keyed ? ctx.child(in.key) : ctx;
                  Tensor y = in.layer.apply(in.x, own);
                  return new Output(y, own.states(in.layer));
                })
            .apply(new Input(ctx.updated(layer), x, keyed ? ctx.nextKey() : NO_KEY));
    ctx.write(layer, out.states);
    return out.y;
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
