package dev.tutti.nn;

import static dev.tutti.nn.LayerRow.row;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Rows of activations, embeddings, attention and transformers.
final class AttentionRows {
  static final List<LayerRow> ROWS =
      Stream.concat(
              Arrays.stream(Activation.values()).map(a -> row(a.name(), k -> a, 3, 5)),
              Stream.of(
                  row("LeakyReLU", k -> new LeakyReLU(0.2), 3, 5),
                  row("ELU", k -> new ELU(1.5), 3, 5),
                  row("Softplus", k -> new Softplus(2, 1), 3, 5)))
          .toList();

  private AttentionRows() {}
}
