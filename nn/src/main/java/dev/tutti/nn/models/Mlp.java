package dev.tutti.nn.models;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Structure;

/// A multi-layer perceptron with two hidden layers and ReLU, the `SimpleMLP` of functorch's
/// ensembling tutorial: `[N, in] → [N, classes]`. Images are flattened in PyTorch's order, channel,
/// row, column.
public record Mlp(Layer fc1, Layer fc2, Layer fc3) implements Layer {
  /// {@return a network `in → hidden → hidden → classes` with PyTorch's default initial values}
  public static Mlp init(Key key, int in, int hidden, int classes) {
    return new Mlp(
        Linear.init(key.fold(0), in, hidden),
        Linear.init(key.fold(1), hidden, hidden),
        Linear.init(key.fold(2), hidden, classes));
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Tensor flat = new Flatten(Flatten.Order.CHANNELS_FIRST).apply(x, ctx);
    return fc3.apply(fc2.apply(fc1.apply(flat, ctx).relu(), ctx).relu(), ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
