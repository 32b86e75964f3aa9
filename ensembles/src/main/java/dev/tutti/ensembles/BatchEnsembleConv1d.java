package dev.tutti.ensembles;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Shared;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Conv1d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Structure;

/// A [Conv1d] whose members share one kernel and differ by two vectors over the channels; see
/// [BatchEnsembleLinear].
///
/// @param base the shared kernel, and the bias if members share it
/// @param bias each member's own bias `[M, out]`, or null if it is shared
/// @param s the factors of the inputs, `[M, in]`
/// @param r the factors of the outputs, `[M, out]`
public record BatchEnsembleConv1d(@Shared @Inlined Conv1d base, Tensor bias, Tensor s, Tensor r)
    implements Layer {
  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Conv1d plain = new Conv1d(base.weight(), null, base.geometry());
    Tensor y = plain.apply(x.mul(s), ctx).mul(r);
    Tensor b = bias != null ? bias : base.bias();
    return b == null ? y : y.add(b);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
