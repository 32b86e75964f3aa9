package dev.tutti.nn.conformance;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Layer;
import dev.tutti.nn.models.ConvNet;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.models.ResNet;
import dev.tutti.nn.models.ResNet.Block;
import dev.tutti.nn.models.ResNet.Stem;
import dev.tutti.nn.models.Vgg;
import dev.tutti.nn.models.VisionTransformer;
import dev.tutti.nn.models.WideResNet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// The networks of the fixtures by name, as functions of a key.
final class ModelTable {
  /// The networks whose logits are compared.
  static final Map<String, Function<Key, Layer>> NETWORKS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("mlp", k -> Mlp.init(k, 20, 16, 10)),
              Map.entry("lenet", k -> LeNet.init(k, Shape.of(28, 28, 1), 10)),
              Map.entry("convnet", k -> ConvNet.init(k, Shape.of(16, 16, 3), 10)),
              imageNet("resnet18", ResNet.resnet18()),
              imageNet("resnet34", ResNet.resnet34()),
              imageNet("resnet50", ResNet.resnet50()),
              Map.entry("resnet18_cifar", ModelTable::cifarResNet18),
              cifar("vgg11_bn_cifar", Vgg.vgg11().batchNorm(true)),
              cifar("vgg16_cifar", Vgg.vgg16()),
              Map.entry("wide_resnet16_2", ModelTable::wideResNet),
              Map.entry("vision_transformer", ModelTable::visionTransformer)));

  /// torchvision's networks, whose names and shapes are compared.
  static final Map<String, Function<Key, Layer>> TORCHVISION =
      new TreeMap<>(
          Map.ofEntries(
              imageNet("resnet18", ResNet.resnet18()),
              imageNet("resnet34", ResNet.resnet34()),
              imageNet("resnet50", ResNet.resnet50()),
              imageNet("resnet101", bottlenecks(3, 4, 23, 3)),
              imageNet("resnet152", bottlenecks(3, 8, 36, 3)),
              imageNet("vgg11", Vgg.vgg11()),
              imageNet("vgg11_bn", Vgg.vgg11().batchNorm(true)),
              imageNet("vgg13", vgg(2, 2, 2, 2, 2)),
              imageNet("vgg16", Vgg.vgg16()),
              imageNet("vgg16_bn", Vgg.vgg16().batchNorm(true)),
              imageNet("vgg19", vgg(2, 2, 4, 4, 4)),
              Map.entry("vit_b_16", ModelTable::visionTransformerBase)));

  private ModelTable() {}

  /// {@return a network of zeros with a first axis of length 0, an ensemble of no members: for its
  /// names and shapes, without drawing or holding a number}
  static Layer shapesOnly(Function<Key, Layer> init) {
    return Transforms.vmap(init).apply(Key.of(0).split(0));
  }

  /// {@return a network of zeros, whose parameters are to be replaced}
  static Layer zeros(Function<Key, Layer> init) {
    return Tree.map(shapesOnly(init), t -> Tensor.full(t.dtype(), 0, t.shape().tail()));
  }

  private static Map.Entry<String, Function<Key, Layer>> imageNet(
      String name, ResNet.Config config) {
    return Map.entry(name, k -> config.init(k, Shape.of(64, 48, 3), 1000));
  }

  private static Map.Entry<String, Function<Key, Layer>> imageNet(String name, Vgg.Config config) {
    return Map.entry(name, k -> config.init(k, Shape.of(224, 224, 3), 1000));
  }

  private static Map.Entry<String, Function<Key, Layer>> cifar(String name, Vgg.Config config) {
    return Map.entry(name, k -> config.head(Vgg.Head.CIFAR).init(k, Shape.of(32, 32, 3), 10));
  }

  private static Layer cifarResNet18(Key key) {
    return ResNet.resnet18().stem(Stem.CIFAR).init(key, Shape.of(16, 16, 3), 10);
  }

  private static Layer wideResNet(Key key) {
    WideResNet.Config config = WideResNet.wideResNet28x10().depth(16).factor(2);
    return config.init(key, Shape.of(16, 16, 3), 10);
  }

  private static Layer visionTransformer(Key key) {
    return VisionTransformer.init(
        key, new VisionTransformer.Config(Shape.of(16, 16, 3), 4, 2, 2, 16, 24, 10, 0, 0));
  }

  private static Layer visionTransformerBase(Key key) {
    return VisionTransformer.init(
        key, VisionTransformer.Config.base16(Shape.of(224, 224, 3), 1000));
  }

  private static ResNet.Config bottlenecks(Integer... blocks) {
    return new ResNet.Config(Block.BOTTLENECK, List.of(blocks), Stem.IMAGENET, 64, false);
  }

  private static Vgg.Config vgg(Integer... convolutions) {
    return new Vgg.Config(List.of(convolutions), 64, false, Vgg.Head.IMAGENET, 0.5);
  }
}
