package dev.tutti.ensembles;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Shared;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.ConvTranspose2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Structure;

/// A [ConvTranspose2d] whose members share one kernel and differ by two vectors over the channels;
/// see [BatchEnsembleLinear].
///
/// @param base the shared kernel, and the bias if members share it
/// @param bias each member's own bias `[M, out]`, or null if it is shared
/// @param s the factors of the inputs, `[M, in]`
/// @param r the factors of the outputs, `[M, out]`
public record BatchEnsembleConvTranspose2d(
    @Shared @Inlined ConvTranspose2d base, Tensor bias, Tensor s, Tensor r) implements Layer {
  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    ConvTranspose2d plain =
        new ConvTranspose2d(
            base.weight(), null, base.geometry(), base.outputPaddingH(), base.outputPaddingW());
    Tensor y = plain.apply(x.mul(s), ctx).mul(r);
    Tensor b = bias != null ? bias : base.bias();
    return b == null ? y : y.add(b);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
