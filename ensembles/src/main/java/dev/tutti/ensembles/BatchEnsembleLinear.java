package dev.tutti.ensembles;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Shared;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Structure;

/// A linear layer whose members share one weight and differ by two vectors: `y = ((x ∘ s) · weight)
/// ∘ r + bias` (Wen, Tran, Ba, *BatchEnsemble*, 2020). Mapped over `s` and `r` it computes all
/// members.
///
/// @param base the shared weight, and the bias if members share it
/// @param bias each member's own bias `[M, out]`, or null if it is shared
/// @param s the factors of the inputs, `[M, in]`
/// @param r the factors of the outputs, `[M, out]`
public record BatchEnsembleLinear(@Shared @Inlined Linear base, Tensor bias, Tensor s, Tensor r)
    implements Layer {
  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Tensor y = x.mul(s).matmul(base.weight()).mul(r);
    Tensor b = bias != null ? bias : base.bias();
    return b == null ? y : y.add(b);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
