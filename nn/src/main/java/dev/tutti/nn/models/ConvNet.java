package dev.tutti.nn.models;

import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.AdaptiveAvgPool2d;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Structure;

/// The plain convolutional network of *ensemble networks* (Kelcey, 2020): four 3×3 convolutions of
/// stride 2 with 32, 64, 96 and 96 channels, global average pooling, a dense layer of 96 and the
/// logits; GELU after each but the last.
///
/// Images of at least 31×31 are convolved without padding, as there (64 → 31 → 15 → 7 → 3); smaller
/// ones with a padding of 1, so that four strides fit.
public record ConvNet(Layer conv1, Layer conv2, Layer conv3, Layer conv4, Layer dense, Layer logits)
    implements Layer {

  /// {@return a network for images of shape `[H, W, C]` with PyTorch's default initial values}
  public static ConvNet init(Key key, Shape image, int classes) {
    Conv2d.Geometry halving = halving(image);
    return new ConvNet(
        Conv2d.init(key.fold(0), image.dim(2), 32, 3, halving),
        Conv2d.init(key.fold(1), 32, 64, 3, halving),
        Conv2d.init(key.fold(2), 64, 96, 3, halving),
        Conv2d.init(key.fold(3), 96, 96, 3, halving),
        Linear.init(key.fold(4), 96, 96),
        Linear.init(key.fold(5), 96, classes));
  }

  /// {@return stride 2, padded by 1 for images below 31×31}
  ///
  /// Raises `ShapeError` for images below 3×3.
  public static Conv2d.Geometry halving(Shape image) {
    Images.channels("convnet", image, 3);
    int smaller = Math.min(image.dim(0), image.dim(1));
    return Conv2d.Geometry.DEFAULT.stride(2).padding(Padding.of(smaller >= 31 ? 0 : 1));
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Tensor y = conv1.apply(x, ctx).gelu();
    y = conv2.apply(y, ctx).gelu();
    y = conv3.apply(y, ctx).gelu();
    y = conv4.apply(y, ctx).gelu();
    y = new Flatten(Flatten.Order.CHANNELS_FIRST).apply(new AdaptiveAvgPool2d(1, 1).apply(y));
    return logits.apply(dense.apply(y, ctx).gelu(), ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
