package dev.tutti.nn;

import static dev.tutti.nn.LayerRow.row;

import dev.tutti.engine.Shape;
import dev.tutti.nn.models.ConvNet;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.Mlp;
import java.util.List;

/// Rows of whole networks and their blocks.
final class ModelRows {
  static final List<LayerRow> ROWS =
      List.of(
          row("Mlp", k -> Mlp.init(k, 12, 6, 4), 3, 2, 3, 2),
          row("LeNet", k -> LeNet.init(k, Shape.of(16, 17, 2), 5), 2, 16, 17, 2),
          row("ConvNet", k -> ConvNet.init(k, Shape.of(5, 6, 3), 4), 2, 5, 6, 3));

  private ModelRows() {}
}
