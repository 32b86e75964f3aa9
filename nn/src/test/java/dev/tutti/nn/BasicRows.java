package dev.tutti.nn;

import static dev.tutti.nn.LayerRow.row;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import java.util.List;

/// Rows of linear layers and layers that only arrange others or their input.
final class BasicRows {
  static final List<LayerRow> ROWS =
      List.of(
          row("Linear", k -> Linear.init(k, 5, 7), 3, 5),
          row("Linear without bias", k -> Linear.init(k, 5, 7, false), 3, 5),
          row("Flatten, channels last", k -> new Flatten(Flatten.Order.CHANNELS_LAST), 2, 3, 2, 4),
          row(
              "Flatten, channels first",
              k -> new Flatten(Flatten.Order.CHANNELS_FIRST),
              2,
              3,
              2,
              4),
          row("Flatten of sequences", k -> new Flatten(Flatten.Order.CHANNELS_FIRST), 2, 3, 4),
          row(
              "Unflatten",
              k -> new Unflatten(Flatten.Order.CHANNELS_FIRST, Shape.of(3, 2, 2)),
              2,
              12),
          row("Frozen", k -> new Frozen(BasicRows.normed(k)), 4, 5),
          row("Remat", k -> new Remat(BasicRows.normed(k)), 4, 5),
          row("Sequential", BasicRows::sequential, 2, 6, 6, 2));

  private BasicRows() {}

  private static Sequential sequential(Key key) {
    return Sequential.of(
        Conv2d.init(key.fold(0), 2, 4, 3),
        Activation.RELU,
        new MaxPool2d(2),
        new Flatten(Flatten.Order.CHANNELS_FIRST),
        Sequential.of(Linear.init(key.fold(1), 16, 5), Activation.GELU),
        Linear.init(key.fold(2), 5, 3));
  }

  private static Sequential normed(Key key) {
    return Sequential.of(
        Linear.init(key.fold(0), 5, 4),
        Activation.GELU,
        NormRows.drawn(key.fold(1), BatchNorm.init(4)),
        new Dropout(0.25));
  }
}
