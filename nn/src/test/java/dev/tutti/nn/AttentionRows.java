package dev.tutti.nn;

import static dev.tutti.nn.LayerRow.row;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.attention.MultiheadAttention;
import dev.tutti.nn.attention.TransformerEncoder;
import dev.tutti.nn.attention.TransformerEncoderLayer;
import dev.tutti.nn.models.VisionTransformer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Rows of activations, embeddings, attention and transformers.
final class AttentionRows {
  private static final VisionTransformer.Config VIT =
      new VisionTransformer.Config(Shape.of(6, 4, 2), 2, 2, 2, 4, 6, 3, 0.2, 0.2);

  static final List<LayerRow> ROWS = Stream.concat(activations(), sequences()).toList();

  private AttentionRows() {}

  private static Stream<LayerRow> activations() {
    return Stream.concat(
        Arrays.stream(Activation.values()).map(a -> row(a.name(), k -> a, 3, 5)),
        Stream.of(
            row("LeakyReLU", k -> new LeakyReLU(0.2), 3, 5),
            row("ELU", k -> new ELU(1.5), 3, 5),
            row("Softplus", k -> new Softplus(2, 1), 3, 5)));
  }

  private static Stream<LayerRow> sequences() {
    return Stream.of(
        new LayerRow(
            "Embedding", k -> Embedding.init(k, 7, 3), AttentionRows::tokens, false, Set.of()),
        new LayerRow(
            "Embedding with padding",
            k -> moved(k, Embedding.init(k, 7, 3, 6)),
            AttentionRows::tokens,
            false,
            Set.of()),
        row("MultiheadAttention", k -> moved(k, MultiheadAttention.init(k, 6, 2, 0)), 2, 3, 6),
        row(
            "MultiheadAttention with dropout",
            k -> moved(k, MultiheadAttention.init(k, 4, 4, 0.4)),
            2,
            3,
            4),
        row("MultiheadAttention without bias", AttentionRows::withoutBias, 2, 3, 4),
        row(
            "TransformerEncoderLayer",
            k -> moved(k, TransformerEncoderLayer.init(k, 4, 2, 6, 0.3)),
            2,
            3,
            4),
        row("TransformerEncoderLayer, norm first", AttentionRows::normFirst, 2, 3, 4),
        row(
            "TransformerEncoder",
            k ->
                TransformerEncoder.init(
                    k, 2, AttentionRows::normFirst, moved(k, LayerNorm.init(4))),
            2,
            3,
            4),
        row("VisionTransformer", k -> moved(k, VisionTransformer.init(k, VIT)), 2, 6, 4, 2));
  }

  /// From 0 to 4, so that the next number is not padding either, whose row has no gradient.
  private static Tensor tokens(Key k) {
    return k.uniform(4, 3).mul(5).floor().cast(DType.INT32);
  }

  /// The layer with something added to all its numbers, those that start at 0 or 1 too.
  private static <T> T moved(Key key, T layer) {
    int[] next = {100};
    return Tree.map(layer, t -> t.add(key.fold(next[0]++).normal(t.shape().dims()).mul(0.3)));
  }

  private static MultiheadAttention withoutBias(Key k) {
    MultiheadAttention all = MultiheadAttention.init(k, 4, 2, 0);
    return new MultiheadAttention(
        all.inProjWeight(), null, new Linear(Linear.init(k, 4, 4).weight(), null), 2, 0);
  }

  private static SequenceLayer normFirst(Key k) {
    return moved(
        k,
        TransformerEncoderLayer.init(k, 4, 2, 6, 0.3).activation(Activation.GELU).normFirst(true));
  }
}
