package dev.tutti.nn;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.init.Init;

/// An affine layer, `y = x · weight + bias`: `[N, in] → [N, out]`, PyTorch's `nn.Linear`.
///
/// @param weight `[in, out]` (PyTorch stores `[out, in]`)
/// @param bias `[out]`, or null for none
public record Linear(@TorchOrder({1, 0}) Tensor weight, Tensor bias) implements Layer {

  /// {@return a layer with PyTorch's default initial values, uniform in ±1 / √in}
  public static Linear init(Key key, int in, int out) {
    return init(key, in, out, true);
  }

  /// {@return a layer with PyTorch's default initial values, with or without a bias}
  public static Linear init(Key key, int in, int out, boolean bias) {
    return new Linear(
        Init.torchDefault(key.fold(0), in, in, out),
        bias ? Init.torchDefault(key.fold(1), in, out) : null);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    return bias == null ? x.matmul(weight) : x.linear(weight, bias);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
