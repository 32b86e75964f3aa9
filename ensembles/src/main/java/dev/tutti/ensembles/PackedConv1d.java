package dev.tutti.ensembles;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Conv1d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Structure;

/// The convolutions of all members of a packed ensemble over sequences, as one grouped convolution:
/// `[B, L, in] → [B, OL, out]`, torch-uncertainty's `PackedConv1d`; see [PackedConv2d].
///
/// @param conv the grouped convolution
/// @param members the number of members M when this is the last layer, which returns `[M, B, OL,
///   out / M]`, else 0
public record PackedConv1d(@Inlined Conv1d conv, int members) implements Layer {
  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Tensor y = conv.apply(x, ctx);
    return members == 0
        ? y
        : y.reshape(y.dim(0), y.dim(1), members, y.dim(2) / members).permute(2, 0, 1, 3);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
