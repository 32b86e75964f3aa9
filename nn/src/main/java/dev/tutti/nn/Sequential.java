package dev.tutti.nn;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import java.util.List;

/// Layers one after another, PyTorch's `nn.Sequential`; parameters are called `0.weight`, `0.bias`,
/// `2.weight`, ….
public record Sequential(@Inlined List<Layer> layers) implements Layer {
  /// {@return these layers one after another}
  public static Sequential of(Layer... layers) {
    return new Sequential(List.of(layers));
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Tensor y = x;
    try {
      for (Layer layer : layers) {
        y = layer.apply(y, ctx);
      }
    } catch (StackOverflowError e) {
      throw tooDeep();
    }
    return y;
  }

  /// The error for layers that use up the thread's stack.
  static ShapeError tooDeep() {
    return new ShapeError(
        "sequential: layers are nested deeper than this thread's stack allows; put them into one"
            + " list, or give the thread a larger stack (-Xss)");
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
