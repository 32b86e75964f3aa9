package dev.tutti.nn.models;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.MaxPool2d;
import dev.tutti.nn.Structure;

/// LeNet as in torch-uncertainty's Packed-Ensembles tutorial: two 5×5 convolutions (6 and 16
/// channels), each with 2×2 max pooling and ReLU, then linear layers of 120, 84 and the classes.
///
/// 44,426 parameters and 281,640 multiply-adds on a 28×28 grey image with 10 classes. Features are
/// flattened in PyTorch's channel-row-column order. The parts may be packed or BatchEnsemble
/// layers.
public record LeNet(Layer conv1, Layer conv2, Layer fc1, Layer fc2, Layer fc3) implements Layer {
  /// {@return a network for images of shape `[H, W, C]` with PyTorch's default initial values}
  ///
  /// Raises [ShapeError] for images below 16×16, which the two convolutions consume.
  public static LeNet init(Key key, Shape image, int classes) {
    return new LeNet(
        Conv2d.init(key.fold(0), image.dim(2), 6, 5),
        Conv2d.init(key.fold(1), 6, 16, 5),
        Linear.init(key.fold(2), features(image), 120),
        Linear.init(key.fold(3), 120, 84),
        Linear.init(key.fold(4), 84, classes));
  }

  /// {@return the number of features after the second pooling, 256 for 28×28}
  public static int features(Shape image) {
    Images.channels("lenet", image, 16);
    int h = ((image.dim(0) - 4) / 2 - 4) / 2;
    int w = ((image.dim(1) - 4) / 2 - 4) / 2;
    return 16 * h * w;
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Layer pool = new MaxPool2d(2);
    Tensor y =
        pool.apply(conv1.apply(x, ctx)).relu(); // ReLU of the maximum is the maximum of ReLUs
    y = pool.apply(conv2.apply(y, ctx)).relu();
    y = new Flatten(Flatten.Order.CHANNELS_FIRST).apply(y);
    return fc3.apply(fc2.apply(fc1.apply(y, ctx).relu(), ctx).relu(), ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
