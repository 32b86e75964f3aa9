package dev.tutti.nn.conformance;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.nn.Layer;
import dev.tutti.nn.models.ConvNet;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.models.ResNet;
import dev.tutti.nn.models.ResNet.Block;
import dev.tutti.nn.models.ResNet.Stem;
import dev.tutti.nn.models.Vgg;
import dev.tutti.nn.models.VisionTransformer;
import dev.tutti.nn.models.VisionTransformer.Config;
import dev.tutti.nn.models.WideResNet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// The networks of the fixtures by name.
final class ModelTable {
  private static final Key KEY = Key.of(0);

  /// How much narrower than torchvision's the networks of [#NARROW] are.
  static final int NARROWER = 8;

  /// The networks whose logits are compared.
  static final Map<String, Supplier<Layer>> NETWORKS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("mlp", () -> Mlp.init(KEY, 20, 16, 10)),
              Map.entry("lenet", () -> LeNet.init(KEY, image(28, 28, 1), 10)),
              Map.entry("convnet", () -> ConvNet.init(KEY, image(16, 16, 3), 10)),
              Map.entry("resnet18", () -> imageNet(ResNet.resnet18())),
              Map.entry("resnet18_cifar", () -> cifar(ResNet.resnet18())),
              Map.entry("resnet34", () -> imageNet(ResNet.resnet34())),
              Map.entry("resnet50", () -> imageNet(ResNet.resnet50())),
              Map.entry("vgg11_bn_cifar", () -> cifar(Vgg.vgg11().batchNorm(true))),
              Map.entry("vgg16_cifar", () -> cifar(Vgg.vgg16())),
              Map.entry("wide_resnet16_2", ModelTable::wideResNet),
              Map.entry("vision_transformer", ModelTable::visionTransformer)));

  /// torchvision's networks, an eighth as wide and with an eighth of its 1000 classes: the names
  /// are those of the whole networks, which need gigabytes.
  static final Map<String, Supplier<Layer>> NARROW =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("vit_b_16", ModelTable::narrowVisionTransformer),
              narrow("resnet18", ResNet.resnet18()),
              narrow("resnet34", ResNet.resnet34()),
              narrow("resnet50", ResNet.resnet50()),
              narrow("resnet101", bottlenecks(3, 4, 23, 3)),
              narrow("resnet152", bottlenecks(3, 8, 36, 3)),
              narrow("vgg11", Vgg.vgg11()),
              narrow("vgg11_bn", Vgg.vgg11().batchNorm(true)),
              narrow("vgg13", vgg(2, 2, 2, 2, 2)),
              narrow("vgg16", Vgg.vgg16()),
              narrow("vgg16_bn", Vgg.vgg16().batchNorm(true)),
              narrow("vgg19", vgg(2, 2, 4, 4, 4))));

  private ModelTable() {}

  private static Shape image(int height, int width, int channels) {
    return Shape.of(height, width, channels);
  }

  private static Layer imageNet(ResNet.Config config) {
    return config.init(KEY, image(64, 48, 3), 1000);
  }

  private static Layer cifar(ResNet.Config config) {
    return config.stem(Stem.CIFAR).init(KEY, image(16, 16, 3), 10);
  }

  private static Layer cifar(Vgg.Config config) {
    return config.head(Vgg.Head.CIFAR).init(KEY, image(32, 32, 3), 10);
  }

  private static Layer wideResNet() {
    WideResNet.Config config = WideResNet.wideResNet28x10().depth(16).factor(2);
    return config.init(KEY, image(16, 16, 3), 10);
  }

  private static Layer visionTransformer() {
    Config config = new Config(image(16, 16, 3), 4, 2, 2, 16, 24, 10, 0, 0);
    return VisionTransformer.init(KEY, config);
  }

  private static Layer narrowVisionTransformer() {
    Shape image = image(224, 224, 3);
    int classes = 1000 / NARROWER;
    Config config = new Config(image, 16, 12, 12, 768 / NARROWER, 3072 / NARROWER, classes, 0, 0);
    return VisionTransformer.init(KEY, config);
  }

  private static ResNet.Config bottlenecks(Integer... blocks) {
    return new ResNet.Config(Block.BOTTLENECK, List.of(blocks), Stem.IMAGENET, 64, false);
  }

  private static Vgg.Config vgg(Integer... convolutions) {
    return new Vgg.Config(List.of(convolutions), 64, false, Vgg.Head.IMAGENET, 0.5);
  }

  private static Map.Entry<String, Supplier<Layer>> narrow(String name, ResNet.Config config) {
    return Map.entry(
        name, () -> config.width(64 / NARROWER).init(KEY, image(64, 64, 3), 1000 / NARROWER));
  }

  private static Map.Entry<String, Supplier<Layer>> narrow(String name, Vgg.Config config) {
    return Map.entry(
        name, () -> config.width(64 / NARROWER).init(KEY, image(64, 64, 3), 1000 / NARROWER));
  }
}
