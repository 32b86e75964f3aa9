package dev.tutti.nn;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Tensor;

/// A layer that reports its output to the [Summary] in progress.
///
/// @param row the layer's row
record Watched(@Inlined Layer layer, int row) implements Layer {
  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    return Summary.watch(row, x, in -> layer.apply(in, ctx));
  }

  /// Likewise, for a layer on sequences.
  record Sequence(@Inlined SequenceLayer layer, int row) implements SequenceLayer {
    @Override
    public Tensor apply(Tensor x, AttentionMask mask, Ctx ctx) {
      return Summary.watch(row, x, in -> layer.apply(in, mask, ctx));
    }
  }
}
