package dev.tutti.nn.conformance;

import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.AttentionMask;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.SequenceLayer;
import dev.tutti.nn.attention.MultiheadAttention;
import dev.tutti.nn.conformance.Fixture.Case;
import java.util.Map;

/// Calls of layers that take more than one input: PyTorch's masks as ours.
final class Masks {
  private Masks() {}

  /// {@return the layer's value on named inputs under the case's masks}
  static Tensor apply(Layer layer, Map<String, Tensor> in, Case c, Ctx ctx) {
    AttentionMask mask = of(c);
    return switch (layer) {
      case MultiheadAttention attention ->
          attention.attend(in.get("query"), in.get("key"), in.get("value"), mask, ctx);
      case SequenceLayer sequence -> sequence.apply(in.get("src"), mask, ctx);
      default -> layer.apply(in.get("input"), ctx);
    };
  }

  private static AttentionMask of(Case c) {
    AttentionMask mask = AttentionMask.NONE;
    if (!c.attributes().containsKey("masks")) {
      return mask;
    }
    for (Map.Entry<String, Object> entry : Json.map(c.attributes().get("masks")).entrySet()) {
      Tensor given = c.tensor("mask", entry.getKey());
      if (entry.getKey().endsWith("key_padding_mask")) {
        mask = mask.keyPadding(given);
      } else {
        mask =
            switch ((String) entry.getValue()) {
              case "causal" -> mask.causal(true);
              case "bool" -> mask.additive(hiding(given));
              default -> mask.additive(given);
            };
      }
    }
    return mask;
  }

  private static Tensor hiding(Tensor hidden) {
    Tensor never = Tensor.full(DType.FLOAT32, Double.NEGATIVE_INFINITY, Shape.SCALAR);
    return Tensor.where(hidden, never, Tensor.scalar(0));
  }
}
