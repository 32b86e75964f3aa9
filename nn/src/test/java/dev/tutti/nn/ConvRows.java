package dev.tutti.nn;

import static dev.tutti.nn.LayerRow.row;

import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import java.util.List;

/// Rows of convolutions.
final class ConvRows {
  private static final Conv2d.Geometry PLAIN = Conv2d.Geometry.DEFAULT;

  /// Convolutions whose weight reads all that the geometry can say: nothing is symmetric.
  private static final Conv2d.Geometry CROOKED =
      new Conv2d.Geometry(2, Padding.of(1, 0, 2, 1), 2, 2);

  /// Strides and dilations that differ by axis.
  private static final Conv2d.Geometry BY_AXIS = PLAIN.stride(1, 2).dilation(2, 1).groups(2);

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
          row(
              "Conv2d, all by axis",
              k -> Conv2d.init(k, 2, 4, 2, 3, BY_AXIS.padding(Padding.of(1, 2, 0, 1)), false),
              2,
              5,
              6,
              2),
          row("Conv2d reflect", k -> padded(k, PaddingMode.REFLECT, PLAIN), 2, 5, 4, 2),
          row("Conv2d replicate", k -> padded(k, PaddingMode.REPLICATE, BY_AXIS), 2, 5, 4, 2),
          row("Conv2d circular", k -> padded(k, PaddingMode.CIRCULAR, PLAIN.stride(2)), 2, 5, 4, 2),
          row(
              "Conv2d reflect, SAME",
              k -> conv(k, 2, PLAIN.padding(Padding.SAME).mode(PaddingMode.REFLECT)),
              2,
              5,
              4,
              2),
          row("Conv1d", k -> Conv1d.init(k, 2, 3, 3), 2, 5, 2),
          row(
              "Conv1d crooked",
              k -> Conv1d.init(k, 4, 6, 3, CROOKED.mode(PaddingMode.REPLICATE), false),
              2,
              7,
              4),
          row("ConvTranspose2d", k -> ConvTranspose2d.init(k, 2, 3, 3, PLAIN), 2, 3, 4, 2),
          row(
              "ConvTranspose2d doubling",
              k ->
                  ConvTranspose2d.init(
                      k, 2, 4, 3, 3, PLAIN.stride(2).padding(Padding.of(1)).groups(2), 1, 1, true),
              2,
              3,
              2,
              2),
          row(
              "ConvTranspose2d, all by axis",
              k ->
                  ConvTranspose2d.init(
                      k, 2, 4, 2, 3, BY_AXIS.padding(Padding.of(1, 0, 0, 2)), 1, 1, false),
              2,
              3,
              4,
              2),
          row(
              "ConvTranspose1d",
              k ->
                  ConvTranspose1d.init(
                      k, 2, 4, 3, PLAIN.stride(2).padding(Padding.of(1)).groups(2), 1, true),
              2,
              4,
              2),
          row(
              "ConvTranspose1d dilated",
              k -> ConvTranspose1d.init(k, 2, 3, 3, PLAIN.dilation(2)),
              2,
              4,
              2));

  private ConvRows() {}

  private static Conv2d padded(Key key, PaddingMode mode, Conv2d.Geometry geometry) {
    return conv(key, 2, geometry.padding(Padding.of(1, 2, 3, 0)).mode(mode));
  }

  private static Conv2d conv(Key key, int in, Conv2d.Geometry geometry) {
    return Conv2d.init(key, in, 6, 3, geometry);
  }

  private static Conv2d convWithoutBias(Key key) {
    return new Conv2d(Conv2d.init(key, 3, 2, 2).weight(), null, PLAIN);
  }
}
