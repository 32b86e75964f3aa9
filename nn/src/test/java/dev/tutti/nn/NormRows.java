package dev.tutti.nn;

import static dev.tutti.nn.LayerRow.row;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import java.util.List;

/// Rows of normalisation and dropout.
final class NormRows {
  static final List<LayerRow> ROWS =
      List.of(
          row("Identity", k -> new Identity(), 3, 5),
          row("BatchNorm1d of features", k -> drawn(k, BatchNorm1d.init(4)), 5, 4),
          row("BatchNorm1d of sequences", k -> drawn(k, BatchNorm1d.init(3)), 2, 4, 3),
          row("BatchNorm2d", k -> drawn(k, BatchNorm2d.init(3)), 2, 3, 4, 3),
          row(
              "BatchNorm2d, mean over all batches",
              k -> drawn(k, BatchNorm2d.init(2, null, 1e-3, true)),
              2,
              3,
              2,
              2),
          row(
              "BatchNorm2d without parameters",
              k -> drawn(k, BatchNorm2d.init(2, 0.3, 1e-5, false)),
              2,
              3,
              2,
              2),
          row(
              "BatchNorm2d without running statistics",
              k ->
                  drawn(
                      k,
                      new BatchNorm2d(
                          Tensor.ones(3), Tensor.zeros(3), null, null, null, 0.1, 1e-5)),
              2,
              3,
              2,
              3),
          row("Dropout", k -> new Dropout(0.4), 5, 7),
          row("Dropout1d", k -> new Dropout1d(0.4), 5, 3, 7),
          row("Dropout2d", k -> new Dropout2d(0.4), 5, 2, 3, 7),
          row("Conv2d and BatchNorm2d", NormRows::convAndNorm, 2, 5, 4, 2).idle("0.bias"));

  private NormRows() {}

  /// The standardisation takes off what the convolution adds to a channel.
  private static Layer convAndNorm(Key k) {
    return Sequential.of(
        Conv2d.init(k.fold(0), 2, 3, 2), drawn(k.fold(1), BatchNorm2d.init(3)), Activation.GELU);
  }

  /// The layer with random parameters and running statistics in place of ones and zeros; the
  /// variances stay positive.
  private static <T extends Layer> T drawn(Key key, T layer) {
    int[] next = {0};
    return Tree.mapLeaves(
        layer,
        leaf -> {
          Tensor t = leaf.tensor();
          Tensor draws = key.fold(next[0]++).uniform(t.shape().dims()).add(0.5);
          return t.dtype().isFloat() ? draws : t;
        });
  }
}
