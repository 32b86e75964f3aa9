package dev.tutti.nn.models;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.AdaptiveAvgPool2d;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.MaxPool2d;
import dev.tutti.nn.Structure;

/// LeNet as in torch-uncertainty's Packed-Ensembles tutorial: two 5×5 convolutions (6 and 16
/// channels), each with 2×2 max pooling and ReLU, adaptive average pooling to 4×4, then linear
/// layers of 120, 84 and the classes.
///
/// Images of at least 16×16 fit, the same network any of them: 28×28 has 4×4 pixels left and is not
/// pooled further, 32×32 has 5×5.
///
/// 44,426 parameters and 281,640 multiply-adds on a 28×28 grey image with 10 classes. Features are
/// flattened in PyTorch's channel-row-column order. The parts may be packed or BatchEnsemble
/// layers.
public record LeNet(Layer conv1, Layer conv2, Layer fc1, Layer fc2, Layer fc3) implements Layer {
  /// The sides of what the first linear layer takes.
  private static final int SIDE = 4;

  /// {@return a network for images of shape `[H, W, C]` with PyTorch's default initial values}
  ///
  /// Raises `ShapeError` for images below 16×16, which the two convolutions consume.
  public static LeNet init(Key key, Shape image, int classes) {
    return new LeNet(
        Conv2d.init(key.fold(0), image.dim(2), 6, 5),
        Conv2d.init(key.fold(1), 6, 16, 5),
        Linear.init(key.fold(2), features(image), 120),
        Linear.init(key.fold(3), 120, 84),
        Linear.init(key.fold(4), 84, classes));
  }

  /// {@return the number of features that the first linear layer takes, 256 for images of any size}
  ///
  /// Raises `ShapeError` for images below 16×16.
  public static int features(Shape image) {
    Images.channels("lenet", image, 16);
    return 16 * SIDE * SIDE;
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Layer pool = new MaxPool2d(2);
    Tensor y =
        pool.apply(conv1.apply(x, ctx)).relu(); // ReLU of the maximum is the maximum of ReLUs
    y = pool.apply(conv2.apply(y, ctx)).relu();
    if (y.dim(-3) != SIDE || y.dim(-2) != SIDE) {
      y = new AdaptiveAvgPool2d(SIDE, SIDE).apply(y);
    }
    y = new Flatten(Flatten.Order.CHANNELS_FIRST).apply(y);
    return fc3.apply(fc2.apply(fc1.apply(y, ctx).relu(), ctx).relu(), ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
