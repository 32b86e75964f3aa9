package dev.tutti.nn;

import dev.tutti.engine.Tensor;

/// The input itself, PyTorch's `nn.Identity`: in place of a part that is not wanted.
public record Identity() implements Layer {
  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    return x;
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
