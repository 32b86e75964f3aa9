package dev.tutti.nn;

import java.util.List;

/// Rows of embeddings, attention and transformers.
final class AttentionRows {
  static final List<LayerRow> ROWS = List.of();

  private AttentionRows() {}
}
