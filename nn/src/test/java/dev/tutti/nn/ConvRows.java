package dev.tutti.nn;

import static dev.tutti.nn.LayerRow.row;

import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import java.util.List;

/// Rows of convolutions and pooling.
final class ConvRows {
  private static final Conv2d.Geometry PLAIN = Conv2d.Geometry.DEFAULT;

  /// Convolutions whose weight reads all that the geometry can say: nothing is symmetric.
  private static final Conv2d.Geometry CROOKED =
      new Conv2d.Geometry(2, Padding.of(1, 0, 2, 1), 2, 2);

  static final List<LayerRow> ROWS =
      List.of(
          row("Conv2d", k -> Conv2d.init(k, 2, 3, 3), 2, 5, 4, 2),
          row("Conv2d without bias", ConvRows::convWithoutBias, 2, 4, 4, 3),
          row(
              "Conv2d SAME, stride 2",
              k -> conv(k, 3, PLAIN.padding(Padding.SAME).stride(2)),
              2,
              5,
              4,
              3),
          row("Conv2d crooked", k -> conv(k, 4, CROOKED), 2, 6, 5, 4),
          row(
              "Conv2d depthwise",
              k -> conv(k, 6, PLAIN.groups(6).padding(Padding.of(1))),
              2,
              4,
              4,
              6),
          row("MaxPool2d", k -> new MaxPool2d(2), 2, 6, 5, 3),
          row("MaxPool2d overlapping", k -> new MaxPool2d(3, 2, 1), 2, 6, 5, 3),
          row("AvgPool2d", k -> new AvgPool2d(2), 2, 6, 5, 3),
          row("AvgPool2d, padding counted", k -> new AvgPool2d(3, 2, 1, true), 2, 6, 5, 3),
          row("AvgPool2d, padding not counted", k -> new AvgPool2d(3, 2, 1, false), 2, 6, 5, 3),
          row("AdaptiveAvgPool2d, global", k -> new AdaptiveAvgPool2d(1, 1), 2, 3, 5, 3),
          row("AdaptiveAvgPool2d, equal cells", k -> new AdaptiveAvgPool2d(3, 2), 2, 6, 4, 3),
          row("AdaptiveAvgPool2d, unequal cells", k -> new AdaptiveAvgPool2d(3, 2), 2, 5, 7, 3));

  private ConvRows() {}

  private static Conv2d conv(Key key, int in, Conv2d.Geometry geometry) {
    return Conv2d.init(key, in, 6, 3, geometry);
  }

  private static Conv2d convWithoutBias(Key key) {
    return new Conv2d(Conv2d.init(key, 3, 2, 2).weight(), null, PLAIN);
  }
}
