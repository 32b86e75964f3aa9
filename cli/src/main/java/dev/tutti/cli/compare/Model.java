package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.UsageError;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.nn.Layer;
import dev.tutti.nn.models.ConvNet;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.models.ResNet;
import dev.tutti.nn.models.Vgg;
import dev.tutti.nn.models.WideResNet;
import java.util.List;

/// A choice of `--model`.
///
/// @param label its name
/// @param init makes one network
public record Model(String label, Init init) {
  /// Width of the two hidden layers of `mlp`.
  private static final int HIDDEN = 128;

  /// The smallest side of an image that LeNet's two convolutions accept.
  private static final int LENET_SIDE = 16;

  /// The smallest side of an image that networks treat as ImageNet's.
  private static final int IMAGENET_SIDE = 64;

  static final Model LENET = new Model("lenet", LeNet::init);
  static final Model MLP =
      new Model("mlp", (key, example, classes) -> Mlp.init(key, example.size(), HIDDEN, classes));

  /// All models, in the order of the help text.
  private static final List<Model> ALL =
      List.of(
          LENET,
          new Model("convnet", ConvNet::init),
          MLP,
          new Model("resnet18", resNet(ResNet.resnet18())),
          new Model("resnet34", resNet(ResNet.resnet34())),
          new Model("resnet50", resNet(ResNet.resnet50())),
          new Model("wideresnet28x10", WideResNet.wideResNet28x10()::init),
          new Model("vgg11_bn", vgg(Vgg.vgg11())),
          new Model("vgg16_bn", vgg(Vgg.vgg16())));

  /// Makes a network for examples of a shape.
  @FunctionalInterface
  public interface Init {
    /// {@return the network}
    Layer of(Key key, Shape example, int classes);
  }

  private static Init resNet(ResNet.Config net) {
    return (key, example, classes) ->
        net.stem(small(example) ? ResNet.Stem.CIFAR : ResNet.Stem.IMAGENET)
            .init(key, example, classes);
  }

  private static Init vgg(Vgg.Config net) {
    return (key, example, classes) ->
        net.batchNorm(true)
            .head(small(example) ? Vgg.Head.CIFAR : Vgg.Head.IMAGENET)
            .init(key, example, classes);
  }

  private static boolean small(Shape image) {
    return Math.min(image.dim(0), image.dim(1)) < IMAGENET_SIDE;
  }

  /// {@return one network for examples of this shape}
  Layer init(Key key, Shape example, int classes) {
    return init.of(key, example, classes);
  }

  static List<String> labels() {
    return ALL.stream().map(Model::label).toList();
  }

  static Model parse(String name) {
    return ALL.stream()
        .filter(model -> model.label.equals(name))
        .findFirst()
        .orElseThrow(() -> UsageError.unknown("model", name, labels()));
  }

  /// {@return the default model: LeNet for images that it can take, else the perceptron}
  static Model forShape(Shape example) {
    boolean image = example.rank() == 3;
    return image && Math.min(example.dim(0), example.dim(1)) >= LENET_SIDE ? LENET : MLP;
  }

  @Override
  public String toString() {
    return label;
  }
}
