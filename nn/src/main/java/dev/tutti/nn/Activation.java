package dev.tutti.nn;

import dev.tutti.engine.Tensor;

/// Elementwise activations as layers.
public enum Activation implements Layer {
  /// max(x, 0).
  RELU {
    @Override
    public Tensor apply(Tensor x, Ctx ctx) {
      return x.relu();
    }
  },
  /// x · Φ(x), PyTorch's `nn.GELU()`.
  GELU {
    @Override
    public Tensor apply(Tensor x, Ctx ctx) {
      return x.gelu();
    }
  }
}
