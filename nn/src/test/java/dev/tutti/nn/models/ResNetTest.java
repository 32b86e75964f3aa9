package dev.tutti.nn.models;

import static dev.tutti.nn.models.NaiveParts.conv;
import static dev.tutti.nn.models.NaiveParts.linear;
import static dev.tutti.nn.models.NaiveParts.near;
import static dev.tutti.nn.models.NaiveParts.norm;
import static dev.tutti.nn.models.NaiveParts.parts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Identity;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Naive;
import dev.tutti.nn.Naive.Slide;
import dev.tutti.nn.models.ResNet.Block;
import dev.tutti.nn.models.ResNet.Stem;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Residual networks: values against plain loops, costs, initial values.
class ResNetTest {
  private static final Shape CIFAR = Shape.of(32, 32, 3);

  private static ResNet.Config config(Block block, List<Integer> blocks, Stem stem, int width) {
    return new ResNet.Config(block, blocks, stem, width, false);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void basicBlocksBehindTheSmallStem(boolean training) {
    Shape image = Shape.of(9, 12, 2);
    ResNet.Config config = config(Block.BASIC, List.of(2, 1, 1, 2), Stem.CIFAR, 3);
    ResNet net = NaiveParts.drawn(config.init(Key.of(1), image, 5));
    Tensor x = new Values(1).normal(DType.FLOAT64, Shape.of(2, 9, 12, 2));
    Naive y = norm(conv(Naive.of(x), net.conv1(), 3, 1), net.bn1(), training).map(Naive::relu);
    near(stages(net, y, training), value(net, x, training));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bottlenecksBehindTheLargeStem(boolean training) {
    Shape image = Shape.of(45, 40, 3);
    ResNet.Config config = config(Block.BOTTLENECK, List.of(1, 2, 1, 1), Stem.IMAGENET, 2);
    ResNet net = NaiveParts.drawn(config.init(Key.of(2), image, 4));
    Tensor x = new Values(2).normal(DType.FLOAT64, Shape.of(2, 45, 40, 3));
    Naive y = norm(conv(Naive.of(x), net.conv1(), 7, 2), net.bn1(), training).map(Naive::relu);
    near(stages(net, y.maxPool(Slide.of(3, 2, 1)), training), value(net, x, training));
  }

  private static Tensor value(Layer net, Tensor x, boolean training) {
    return net.apply(x, training ? Ctx.training(Key.of(9)) : Ctx.inference());
  }

  private static Naive stages(ResNet net, Naive x, boolean training) {
    Naive y = x;
    List<Layer> stages = List.of(net.layer1(), net.layer2(), net.layer3(), net.layer4());
    for (int stage = 0; stage < 4; stage++) {
      List<Layer> blocks = parts(stages.get(stage));
      for (int i = 0; i < blocks.size(); i++) {
        int stride = stage > 0 && i == 0 ? 2 : 1;
        y =
            switch (blocks.get(i)) {
              case BasicBlock b -> basic(b, y, stride, training);
              case Bottleneck b -> bottleneck(b, y, stride, training);
              case Layer other -> throw new AssertionError(other);
            };
      }
    }
    return linear(y.adaptiveAvgPool(1, 1).flattenChannelsFirst(), net.fc());
  }

  private static Naive basic(BasicBlock b, Naive x, int stride, boolean training) {
    Naive y = norm(conv(x, b.conv1(), 3, stride), b.bn1(), training).map(Naive::relu);
    y = norm(conv(y, b.conv2(), 3, 1), b.bn2(), training);
    return y.add(shortcut(b.downsample(), x, stride, training)).map(Naive::relu);
  }

  private static Naive bottleneck(Bottleneck b, Naive x, int stride, boolean training) {
    Naive y = norm(conv(x, b.conv1(), 1, 1), b.bn1(), training).map(Naive::relu);
    y = norm(conv(y, b.conv2(), 3, stride), b.bn2(), training).map(Naive::relu);
    y = norm(conv(y, b.conv3(), 1, 1), b.bn3(), training);
    return y.add(shortcut(b.downsample(), x, stride, training)).map(Naive::relu);
  }

  private static Naive shortcut(Layer downsample, Naive x, int stride, boolean training) {
    if (downsample instanceof Identity) {
      return x;
    }
    List<Layer> parts = parts(downsample);
    return norm(conv(x, parts.get(0), 1, stride), parts.get(1), training);
  }

  /// Parameters as torchvision's networks with this stem have, multiply-adds as
  /// `torch.utils.flop_counter` counts them.
  @ParameterizedTest
  @CsvSource({
    "18, CIFAR, 32, 11173962, 555422720",
    "34, CIFAR, 32, 21282122, 1159402496",
    "50, CIFAR, 32, 23520842, 1297829888",
    "18, IMAGENET, 224, 11181642, 1813566464",
    "50, IMAGENET, 224, 23528522, 4087156736"
  })
  void costs(int depth, Stem stem, int side, long parameters, long multiplyAdds) {
    ResNet.Config config =
        switch (depth) {
          case 18 -> ResNet.resnet18();
          case 34 -> ResNet.resnet34();
          default -> ResNet.resnet50();
        };
    Shape image = Shape.of(side, side, 3);
    Layer net = NaiveParts.zeros(k -> config.stem(stem).init(k, image, 10));
    assertEquals(parameters, net.parameterCount());
    assertEquals(2 * multiplyAdds, net.flops(image));
  }

  /// Of the many normal draws of a weight, mean and variance are within five standard errors.
  @Test
  void convolutionsKeepTheVarianceOfWhatPasses() {
    ResNet net = ResNet.resnet18().init(Key.of(5), CIFAR, 10);
    BasicBlock last = (BasicBlock) parts(net.layer4()).get(1);
    normal(((Conv2d) net.conv1()).weight(), 2.0 / (64 * 49));
    normal(((Conv2d) last.conv2()).weight(), 2.0 / (512 * 9));
    BatchNorm norm = (BatchNorm) last.bn2();
    Expect.sameBits("gain", Tensor.ones(512), norm.weight());
    Expect.sameBits("shift", Tensor.zeros(512), norm.bias());
  }

  private static void normal(Tensor weight, double variance) {
    double root = Math.sqrt(weight.size());
    double std = Math.sqrt(variance);
    Tensor w = weight.cast(DType.FLOAT64);
    assertEquals(0, w.sum().div(w.size()).item(), 5 * std / root);
    // The variance of x² is 2 σ⁴.
    double found = w.mul(w).sum().div(w.size()).item();
    assertEquals(variance, found, 5 * Math.sqrt(2) * variance / root);
  }

  /// With the last gain 0 a block is its shortcut.
  @Test
  void blocksMayStartAsTheirShortcuts() {
    for (Block block : Block.values()) {
      ResNet.Config config = config(block, List.of(2, 1, 1, 1), Stem.CIFAR, 4);
      ResNet plain = config.init(Key.of(1), CIFAR, 3);
      ResNet zero = config.zeroInitResidual(true).init(Key.of(1), CIFAR, 3);
      Layer identity = parts(zero.layer1()).get(1);
      Tensor x = new Values(4).normal(2, 5, 5, block == Block.BASIC ? 4 : 16).relu();
      Expect.equal(x.toDoubles(), identity.apply(x));
      String last = block == Block.BASIC ? "bn2.weight" : "bn3.weight";
      for (int i = 0; i < Tree.leaves(plain).size(); i++) {
        Tree.Leaf leaf = Tree.leaves(plain).get(i);
        boolean gain = leaf.path().endsWith(last);
        Tensor expected = gain ? leaf.tensor().mul(0) : leaf.tensor();
        Expect.sameBits(leaf.path(), expected, Tree.tensors(zero).get(i));
      }
    }
  }

  @Test
  void sizesAreChecked() {
    assertEquals(
        "resnet: needs four stages of at least one block, got [2, 2, 2]",
        assertThrows(
                IllegalArgumentException.class,
                () -> config(Block.BASIC, List.of(2, 2, 2), Stem.CIFAR, 64))
            .getMessage());
    assertEquals(
        "resnet: the width must be at least 1, got 0",
        assertThrows(IllegalArgumentException.class, () -> ResNet.resnet18().width(0))
            .getMessage());
    Expect.error(
        "resnet: needs images of at least 1×1, got [32, 32]",
        () -> ResNet.resnet18().init(Key.of(1), Shape.of(32, 32), 10));
  }
}
