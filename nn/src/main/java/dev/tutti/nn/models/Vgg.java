package dev.tutti.nn.models;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Activation;
import dev.tutti.nn.AdaptiveAvgPool2d;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Dropout;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.MaxPool2d;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.Structure;
import java.util.ArrayList;
import java.util.List;

/// A network of 3×3 convolutions (Simonyan and Zisserman, *Very deep convolutional networks for
/// large-scale image recognition*, 2014) as torchvision has it, in names, shapes, initial values
/// and the order of flattened features: stages of convolutions with ReLU that each end in 2×2 max
/// pooling, adaptive average pooling and a classifier.
///
/// ```java
/// Vgg imageNet = Vgg.vgg16().init(key, Shape.of(224, 224, 3), 1000);
/// Vgg cifar = Vgg.vgg16().batchNorm(true).head(Vgg.Head.CIFAR).init(key, Shape.of(32, 32, 3), 10);
/// ```
///
/// | | head | parameters | multiply-adds |
/// |---|---|---|---|
/// | 11 layers, 224×224, 1000 classes | ImageNet | 132,863,336 | 7.609 G |
/// | 16 layers, 224×224, 1000 classes | ImageNet | 138,357,544 | 15.470 G |
/// | 16 layers, 32×32, 10 classes | CIFAR | 14,719,818 | 0.313 G |
///
/// Without batch normalisation.
public record Vgg(Layer features, Layer avgpool, Layer classifier) implements Layer {
  /// What comes after the convolutions.
  public enum Head {
    /// 7×7 cells, two linear layers of `64 · width` features with ReLU and dropout, and a third:
    /// torchvision's.
    IMAGENET,
    /// One cell and one linear layer, called `classifier`: usual for CIFAR.
    CIFAR
  }

  /// Which network.
  ///
  /// @param convolutions the number of convolutions of each stage
  /// @param width channels of the first stage, 64 in the paper; the next have twice as many, at
  ///   most `8 · width`
  /// @param batchNorm whether batch normalisation follows each convolution
  /// @param head what comes after the convolutions
  /// @param dropout the probability of dropout in the ImageNet head
  public record Config(
      List<Integer> convolutions, int width, boolean batchNorm, Head head, double dropout) {
    /// Checks the sizes.
    public Config {
      convolutions = List.copyOf(convolutions);
      if (convolutions.isEmpty() || convolutions.stream().anyMatch(n -> n < 1)) {
        throw new IllegalArgumentException(
            "vgg: needs stages of at least one convolution, got " + convolutions);
      }
      if (width < 1) {
        throw new IllegalArgumentException("vgg: the width must be at least 1, got " + width);
      }
    }

    /// {@return this network with another number of channels in the first stage}
    public Config width(int channels) {
      return new Config(convolutions, channels, batchNorm, head, dropout);
    }

    /// {@return this network with batch normalisation after each convolution, or without}
    public Config batchNorm(boolean on) {
      return new Config(convolutions, width, on, head, dropout);
    }

    /// {@return this network with another head}
    public Config head(Head h) {
      return new Config(convolutions, width, batchNorm, h, dropout);
    }

    /// {@return this network with another probability of dropout}
    public Config dropout(double p) {
      return new Config(convolutions, width, batchNorm, head, p);
    }

    /// {@return the network for images of shape `[H, W, C]` with torchvision's initial values:
    /// convolutions normal of variance 2 / fan_out, linear layers N(0, 0.01²), biases 0}
    ///
    /// Raises `ShapeError` for images that are too small for the poolings: below 32×32 with five
    /// stages.
    public Vgg init(Key key, Shape image, int classes) {
      int channels = Images.channels("vgg", image, 1 << convolutions.size());
      int cells = head == Head.CIFAR ? 1 : 7;
      return new Vgg(
          features(key.fold(0), channels),
          new AdaptiveAvgPool2d(cells, cells),
          classifier(key.fold(1), cells * cells * channels(convolutions.size() - 1), classes));
    }

    private int channels(int stage) {
      return width << Math.min(stage, 3);
    }

    private Layer features(Key key, int channels) {
      List<Layer> layers = new ArrayList<>();
      int in = channels;
      for (int stage = 0; stage < convolutions.size(); stage++) {
        int out = channels(stage);
        for (int i = 0; i < convolutions.get(stage); i++) {
          Conv2d conv = Convolutions.of(key.fold(layers.size()), in, out, 3, 1);
          layers.add(new Conv2d(conv.weight(), Tensor.zeros(out), conv.geometry()));
          if (batchNorm) {
            layers.add(BatchNorm.init(out));
          }
          layers.add(Activation.RELU);
          in = out;
        }
        layers.add(new MaxPool2d(2));
      }
      return new Sequential(List.copyOf(layers));
    }

    private Layer classifier(Key key, int in, int classes) {
      if (head == Head.CIFAR) {
        return linear(key, in, classes);
      }
      int hidden = 64 * width;
      return Sequential.of(
          linear(key.fold(0), in, hidden),
          Activation.RELU,
          new Dropout(dropout),
          linear(key.fold(1), hidden, hidden),
          Activation.RELU,
          new Dropout(dropout),
          linear(key.fold(2), hidden, classes));
    }

    private static Linear linear(Key key, int in, int out) {
      return new Linear(key.normal(in, out).mul(0.01), Tensor.zeros(out));
    }
  }

  /// {@return VGG-11 for ImageNet, without batch normalisation}
  public static Config vgg11() {
    return new Config(List.of(1, 1, 2, 2, 2), 64, false, Head.IMAGENET, 0.5);
  }

  /// {@return VGG-16 for ImageNet, without batch normalisation}
  public static Config vgg16() {
    return new Config(List.of(2, 2, 3, 3, 3), 64, false, Head.IMAGENET, 0.5);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Tensor y = avgpool.apply(features.apply(x, ctx), ctx);
    return classifier.apply(new Flatten(Flatten.Order.CHANNELS_FIRST).apply(y, ctx), ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
