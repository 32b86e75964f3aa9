package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.UsageError;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.ensembles.Packed;
import dev.tutti.ensembles.PackedEnsemble;
import dev.tutti.ensembles.Packing;
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
/// @param packing makes its packed version; null if it has none
public record Model(String label, Init init, PackedInit packing) {
  /// Width of the two hidden layers of `mlp`.
  private static final int HIDDEN = 128;

  /// The smallest side of an image that LeNet's two convolutions accept.
  private static final int LENET_SIDE = 16;

  /// The smallest side of an image that networks treat as ImageNet's.
  private static final int IMAGENET_SIDE = 64;

  static final Model LENET = new Model("lenet", LeNet::init, Packed::leNet);
  static final Model MLP =
      new Model(
          "mlp",
          (key, example, classes) -> Mlp.init(key, example.size(), HIDDEN, classes),
          (key, example, classes, packing) ->
              Packed.mlp(key, example.size(), HIDDEN, classes, packing));

  /// All models, in the order of the help text.
  private static final List<Model> ALL =
      List.of(
          LENET,
          new Model("convnet", ConvNet::init, Packed::convNet),
          MLP,
          new Model("resnet18", resNet(ResNet.resnet18()), null),
          new Model("resnet34", resNet(ResNet.resnet34()), null),
          new Model("resnet50", resNet(ResNet.resnet50()), null),
          new Model("wideresnet28x10", WideResNet.wideResNet28x10()::init, null),
          new Model("vgg11_bn", vgg(Vgg.vgg11()), null),
          new Model("vgg16_bn", vgg(Vgg.vgg16()), null));

  /// Makes a network for examples of a shape.
  @FunctionalInterface
  public interface Init {
    /// {@return the network}
    Layer of(Key key, Shape example, int classes);
  }

  /// Makes a packed network for examples of a shape.
  @FunctionalInterface
  public interface PackedInit {
    /// {@return the ensemble}
    PackedEnsemble of(Key key, Shape example, int classes, Packing packing);
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

  /// {@return its packed version}
  PackedEnsemble packed(Key key, Shape example, int classes, Packing p) {
    return packing.of(key, example, classes, p);
  }

  /// {@return whether a method can be used with it}
  boolean takes(Method method) {
    return packing != null || method.takesAnyNetwork();
  }

  /// {@return those of the default methods that it can be used with}
  List<Method> methods() {
    return Methods.byDefault().stream().filter(this::takes).toList();
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
