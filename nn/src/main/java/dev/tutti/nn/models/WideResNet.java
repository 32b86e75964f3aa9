package dev.tutti.nn.models;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.AdaptiveAvgPool2d;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Dropout;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.Structure;
import java.util.ArrayList;
import java.util.List;

/// A wide residual network for small images (Zagoruyko and Komodakis, *Wide residual networks*,
/// 2016): a 3×3 convolution, three stages of pre-activated blocks of which the last two halve the
/// image, normalisation, ReLU, global average pooling and a linear layer.
///
/// ```java
/// WideResNet net = WideResNet.wideResNet28x10().dropout(0.3).init(key, Shape.of(32, 32, 3), 10);
/// ```
///
/// The network is the authors' own: convolutions have no bias, the first of a block has the stride,
/// and a shortcut that is a convolution takes the activated input. 28-10 has 36,479,194 parameters
/// and 5.243 G multiply-adds on a 32×32 colour image with 10 classes. Parts are called as in
/// torch-uncertainty (`layer1.0.conv1`, `layer1.0.shortcut.0`, `bn1`, `linear`), whose wide network
/// is another: it activates after the convolutions and has biases.
public record WideResNet(
    Layer conv1, Layer layer1, Layer layer2, Layer layer3, Layer bn1, Layer linear)
    implements Layer {

  /// A pre-activated block: `[N, H, W, in] → [N, OH, OW, planes]`.
  ///
  /// With `a = relu(bn1(x))` it is `conv2(dropout(relu(bn2(conv1(a))))) + x`, or `… + shortcut(a)`
  /// if the shape changes.
  ///
  /// @param shortcut a 1×1 convolution, or null if the shape stays the same
  public record Block(Layer bn1, Layer conv1, Layer bn2, Layer dropout, Layer conv2, Layer shortcut)
      implements Layer {
    /// {@return a block with the authors' initial values}
    ///
    /// @param dropout the probability of dropout between the convolutions
    public static Block init(Key key, int in, int planes, int stride, double dropout) {
      return new Block(
          BatchNorm.init(in),
          Convolutions.of(key.fold(0), in, planes, 3, stride),
          BatchNorm.init(planes),
          new Dropout(dropout),
          Convolutions.of(key.fold(1), planes, planes, 3, 1),
          in == planes && stride == 1
              ? null
              : Sequential.of(Convolutions.of(key.fold(2), in, planes, 1, stride)));
    }

    @Override
    public Tensor apply(Tensor x, Ctx ctx) {
      Tensor a = bn1.apply(x, ctx).relu();
      Tensor y = bn2.apply(conv1.apply(a, ctx), ctx).relu();
      y = conv2.apply(dropout.apply(y, ctx), ctx);
      return y.add(shortcut == null ? x : shortcut.apply(a, ctx));
    }

    @Override
    public String toString() {
      return Structure.of(this);
    }
  }

  /// Which network.
  ///
  /// @param depth 6n + 4 for n blocks per stage
  /// @param factor how much wider than `base` the first stage is; the next are 2 and 4 times that
  /// @param base channels before the first stage, 16 in the paper
  /// @param dropout the probability of dropout inside the blocks
  public record Config(int depth, int factor, int base, double dropout) {
    /// Checks the sizes.
    public Config {
      if (depth < 10 || depth % 6 != 4) {
        throw new IllegalArgumentException(
            "wide resnet: the depth must be 6n + 4 and at least 10, got " + depth);
      }
      if (factor < 1 || base < 1) {
        throw new IllegalArgumentException(
            "wide resnet: needs at least 1 channel and a factor of at least 1, got "
                + base
                + " and "
                + factor);
      }
    }

    /// {@return this network with another depth}
    public Config depth(int layers) {
      return new Config(layers, factor, base, dropout);
    }

    /// {@return this network with another widening factor}
    public Config factor(int k) {
      return new Config(depth, k, base, dropout);
    }

    /// {@return this network with another number of channels before the first stage}
    public Config base(int channels) {
      return new Config(depth, factor, channels, dropout);
    }

    /// {@return this network with dropout inside the blocks}
    public Config dropout(double p) {
      return new Config(depth, factor, base, p);
    }

    /// {@return the network for images of shape `[H, W, C]` with the authors' initial values:
    /// normal of variance 2 / fan_out for convolutions, the last bias 0}
    public WideResNet init(Key key, Shape image, int classes) {
      int channels = Images.channels("wide resnet", image, 1);
      int planes = base * factor;
      Linear linear = Linear.init(key.fold(4), 4 * planes, classes);
      return new WideResNet(
          Convolutions.of(key.fold(0), channels, base, 3, 1),
          stage(key.fold(1), base, planes, 1),
          stage(key.fold(2), planes, 2 * planes, 2),
          stage(key.fold(3), 2 * planes, 4 * planes, 2),
          BatchNorm.init(4 * planes),
          new Linear(linear.weight(), Tensor.zeros(classes)));
    }

    private Layer stage(Key key, int in, int planes, int stride) {
      List<Layer> blocks = new ArrayList<>();
      blocks.add(Block.init(key.fold(0), in, planes, stride, dropout));
      for (int i = 1; i < (depth - 4) / 6; i++) {
        blocks.add(Block.init(key.fold(i), planes, planes, 1, dropout));
      }
      return new Sequential(List.copyOf(blocks));
    }
  }

  /// {@return WRN-28-10 without dropout}
  public static Config wideResNet28x10() {
    return new Config(28, 10, 16, 0);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Tensor y = layer1.apply(conv1.apply(x, ctx), ctx);
    y = layer3.apply(layer2.apply(y, ctx), ctx);
    y = new AdaptiveAvgPool2d(1, 1).apply(bn1.apply(y, ctx).relu(), ctx);
    return linear.apply(y.flatten(1), ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
