package dev.tutti.nn;

import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.models.ConvNet;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.Mlp;
import java.util.List;
import java.util.function.Function;

/// A layer with an input that it takes: the table that the tests of all layers read. Every public
/// layer of this module has a row.
///
/// @param name what is particular
/// @param init the layer of a key
/// @param input the shape of a batch
public record LayerRow(String name, Function<Key, Layer> init, Shape input) {
  private static final Conv2d.Geometry PLAIN = Conv2d.Geometry.DEFAULT;

  /// Convolutions whose weight reads all that the geometry can say: nothing is symmetric.
  private static final Conv2d.Geometry CROOKED =
      new Conv2d.Geometry(2, Padding.of(1, 0, 2, 1), 2, 2);

  /// One member of an ensemble: a layer and its own input.
  public record Member(Layer layer, Tensor x) {
    /// {@return the layer's value on the input}
    public Tensor value() {
      return layer.apply(x);
    }

    /// {@return Σ c · y² / 2 with fixed, distinct c: every output counts, and differently}
    public Tensor loss() {
      Tensor y = value();
      Tensor c = Tensor.arange(y.size()).reshape(y.shape()).cast(y.dtype()).mul(0.37).sin();
      return y.mul(y).mul(c).mul(0.5).sum();
    }
  }

  /// {@return the rows}
  public static List<LayerRow> all() {
    return List.of(
        row("Linear", k -> Linear.init(k, 5, 7), 3, 5),
        row("Linear without bias", k -> new Linear(Linear.init(k, 5, 7).weight(), null), 3, 5),
        row("Conv2d", k -> Conv2d.init(k, 2, 3, 3), 2, 5, 4, 2),
        row("Conv2d without bias", LayerRow::convWithoutBias, 2, 4, 4, 3),
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
        row("AdaptiveAvgPool2d, unequal cells", k -> new AdaptiveAvgPool2d(3, 2), 2, 5, 7, 3),
        row("Flatten, channels last", k -> new Flatten(Flatten.Order.CHANNELS_LAST), 2, 3, 2, 4),
        row("Flatten, channels first", k -> new Flatten(Flatten.Order.CHANNELS_FIRST), 2, 3, 2, 4),
        row("RELU", k -> Activation.RELU, 3, 5),
        row("GELU", k -> Activation.GELU, 3, 5),
        row("Sequential", LayerRow::sequential, 2, 6, 6, 2),
        row("Mlp", k -> Mlp.init(k, 12, 6, 4), 3, 2, 3, 2),
        row("LeNet", k -> LeNet.init(k, Shape.of(16, 17, 2), 5), 2, 16, 17, 2),
        row("ConvNet", k -> ConvNet.init(k, Shape.of(5, 6, 3), 4), 2, 5, 6, 3));
  }

  private static LayerRow row(String name, Function<Key, Layer> init, int... input) {
    return new LayerRow(name, init, Shape.of(input));
  }

  private static Conv2d conv(Key key, int in, Conv2d.Geometry geometry) {
    return Conv2d.init(key, in, 6, 3, geometry);
  }

  private static Conv2d convWithoutBias(Key key) {
    return new Conv2d(Conv2d.init(key, 3, 2, 2).weight(), null, PLAIN);
  }

  private static Sequential sequential(Key key) {
    return Sequential.of(
        Conv2d.init(key.fold(0), 2, 4, 3),
        Activation.RELU,
        new MaxPool2d(2),
        new Flatten(Flatten.Order.CHANNELS_FIRST),
        Sequential.of(Linear.init(key.fold(1), 16, 5), Activation.GELU),
        Linear.init(key.fold(2), 5, 3));
  }

  /// {@return a layer with an input of normal numbers}
  public Member member(Key key) {
    return new Member(init.apply(key.fold(0)), key.fold(1).normal(input.dims()));
  }

  @Override
  public String toString() {
    return name;
  }
}
