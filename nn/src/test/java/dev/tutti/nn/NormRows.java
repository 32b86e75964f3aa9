package dev.tutti.nn;

import static dev.tutti.nn.LayerRow.row;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.testkit.Values;
import java.util.List;

/// Rows of normalisation and dropout.
final class NormRows {
  static final List<LayerRow> ROWS =
      List.of(
          row("Identity", k -> new Identity(), 3, 5),
          row("BatchNorm of features", k -> drawn(k, BatchNorm.init(4)), 5, 4),
          row("BatchNorm of sequences", k -> drawn(k, BatchNorm.init(3)), 2, 4, 3),
          row("BatchNorm", k -> drawn(k, BatchNorm.init(3)), 2, 3, 4, 3),
          row(
              "BatchNorm, mean over all batches",
              k -> drawn(k, BatchNorm.init(2, null, 1e-3, true)),
              2,
              3,
              2,
              2),
          row(
              "BatchNorm without parameters",
              k -> drawn(k, BatchNorm.init(2, 0.3, 1e-5, false)),
              2,
              3,
              2,
              2),
          row(
              "BatchNorm without running statistics",
              k ->
                  drawn(
                      k,
                      new BatchNorm(Tensor.ones(3), Tensor.zeros(3), null, null, null, 0.1, 1e-5)),
              2,
              3,
              2,
              3),
          row("LayerNorm", k -> drawn(k, LayerNorm.init(5)), 3, 5),
          row("LayerNorm over three axes", k -> drawn(k, LayerNorm.init(3, 2, 2)), 2, 3, 2, 2),
          row(
              "LayerNorm without parameters",
              k -> LayerNorm.init(Shape.of(4), 1e-3, false),
              2,
              3,
              4),
          row("GroupNorm", k -> drawn(k, GroupNorm.init(2, 6)), 2, 3, 2, 6),
          row("GroupNorm of features", k -> drawn(k, GroupNorm.init(2, 6)), 3, 6),
          row("GroupNorm, one group", k -> drawn(k, GroupNorm.init(1, 4)), 2, 3, 4),
          row("GroupNorm without parameters", k -> GroupNorm.init(4, 4, 1e-3, false), 2, 3, 2, 4),
          row("InstanceNorm", k -> InstanceNorm.init(3), 2, 4, 3),
          row("InstanceNorm with all", k -> drawn(k, InstanceNorm.init(3, true, true)), 2, 4, 3)
              .idle("num_batches_tracked"),
          row("InstanceNorm", k -> InstanceNorm.init(3), 2, 2, 3, 3),
          row("InstanceNorm, affine", k -> drawn(k, InstanceNorm.init(2, true, false)), 2, 3, 2, 2),
          row("InstanceNorm with all", k -> drawn(k, InstanceNorm.init(3, true, true)), 2, 3, 2, 3)
              .idle("num_batches_tracked"),
          row("FilterResponseNorm", k -> drawn(k, FilterResponseNorm.init(3)), 2, 3, 4, 3),
          row(
              "FilterResponseNorm of sequences",
              k -> drawn(k, FilterResponseNorm.init(2)),
              2,
              5,
              2),
          row("Dropout", k -> new Dropout(0.4), 5, 7),
          row("ChannelDropout", k -> new ChannelDropout(0.4), 5, 3, 7),
          row("ChannelDropout", k -> new ChannelDropout(0.4), 5, 2, 3, 7),
          row("Conv2d and BatchNorm", NormRows::convAndNorm, 2, 5, 4, 2).idle("0.bias"));

  private NormRows() {}

  /// The standardisation takes off what the convolution adds to a channel.
  private static Layer convAndNorm(Key k) {
    return Sequential.of(
        Conv2d.init(k.fold(0), 2, 3, 2), drawn(k.fold(1), BatchNorm.init(3)), Activation.GELU);
  }

  /// The layer with random parameters and running statistics in place of ones and zeros; the
  /// variances stay positive.
  static <T extends Layer> T drawn(Key key, T layer) {
    return Values.drawn(key, layer, t -> true);
  }
}
