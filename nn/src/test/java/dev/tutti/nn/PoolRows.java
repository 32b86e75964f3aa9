package dev.tutti.nn;

import static dev.tutti.nn.LayerRow.row;

import dev.tutti.engine.Window;
import java.util.List;

/// Rows of pooling.
final class PoolRows {
  private static final Window BY_AXIS = Window.of(2, 3).stride(1, 2).padding(1, 0, 0, 1);

  static final List<LayerRow> ROWS =
      List.of(
          row("MaxPool2d", k -> new MaxPool2d(2), 2, 6, 5, 3),
          row("MaxPool2d overlapping", k -> new MaxPool2d(3, 2, 1), 2, 6, 5, 3),
          row("AvgPool2d", k -> new AvgPool2d(2), 2, 6, 5, 3),
          row("AvgPool2d, padding counted", k -> new AvgPool2d(3, 2, 1, true), 2, 6, 5, 3),
          row("AvgPool2d, padding not counted", k -> new AvgPool2d(3, 2, 1, false), 2, 6, 5, 3),
          row("AdaptiveAvgPool2d, global", k -> new AdaptiveAvgPool2d(1, 1), 2, 3, 5, 3),
          row("AdaptiveAvgPool2d, equal cells", k -> new AdaptiveAvgPool2d(3, 2), 2, 6, 4, 3),
          row("AdaptiveAvgPool2d, unequal cells", k -> new AdaptiveAvgPool2d(3, 2), 2, 5, 7, 3),
          row(
              "MaxPool2d, all by axis",
              k -> new MaxPool2d(BY_AXIS.dilation(2, 1), true),
              2,
              5,
              6,
              2),
          row(
              "MaxPool2d, ceil mode",
              k -> new MaxPool2d(Window.of(2, 2).stride(2), true),
              2,
              5,
              3,
              2),
          row("MaxPool1d", k -> new MaxPool1d(2), 2, 5, 3),
          row("MaxPool1d, all", k -> new MaxPool1d(3, 2, 1, 2, true), 2, 8, 3),
          row("AvgPool2d, all by axis", k -> new AvgPool2d(BY_AXIS, true, true), 2, 5, 6, 2),
          row(
              "AvgPool2d, ceil mode",
              k -> new AvgPool2d(BY_AXIS.stride(2), true, false),
              2,
              5,
              4,
              2),
          row("AvgPool1d", k -> new AvgPool1d(2), 2, 5, 3),
          row("AvgPool1d, all", k -> new AvgPool1d(3, 2, 1, true, true), 2, 6, 3),
          row("AdaptiveAvgPool1d", k -> new AdaptiveAvgPool1d(3), 2, 7, 3),
          row("AdaptiveMaxPool2d, equal cells", k -> new AdaptiveMaxPool2d(3, 2), 2, 6, 4, 3),
          row("AdaptiveMaxPool2d, unequal cells", k -> new AdaptiveMaxPool2d(3, 2), 2, 5, 7, 3),
          row("AdaptiveMaxPool1d", k -> new AdaptiveMaxPool1d(3), 2, 7, 3),
          row("GlobalAvgPool", k -> new GlobalAvgPool(), 2, 3, 5, 3),
          row("GlobalAvgPool of sequences", k -> new GlobalAvgPool(), 2, 7, 3));

  private PoolRows() {}
}
