package dev.tutti.nn.attention;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.AttentionMask;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.SequenceLayer;
import dev.tutti.nn.Structure;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Sequence layers one after another, each under the same mask, PyTorch's `nn.TransformerEncoder`.
///
/// @param layers called `layers.0`, `layers.1`, …
/// @param norm of the last one's output, or null for none
public record TransformerEncoder(List<SequenceLayer> layers, Layer norm) implements SequenceLayer {
  /// {@return `count` layers, each drawn from a key of its own (PyTorch starts with copies of one),
  /// and the norm}
  public static TransformerEncoder init(
      Key key, int count, Function<Key, ? extends SequenceLayer> layer, Layer norm) {
    List<SequenceLayer> layers =
        IntStream.range(0, count).<SequenceLayer>mapToObj(i -> layer.apply(key.fold(i))).toList();
    return new TransformerEncoder(layers, norm);
  }

  @Override
  public Tensor apply(Tensor x, AttentionMask mask, Ctx ctx) {
    Tensor y = x;
    for (SequenceLayer layer : layers) {
      y = layer.apply(y, mask, ctx);
    }
    return norm == null ? y : norm.apply(y, ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
