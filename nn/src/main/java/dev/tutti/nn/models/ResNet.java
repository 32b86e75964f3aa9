package dev.tutti.nn.models;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.AdaptiveAvgPool2d;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Identity;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.MaxPool2d;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.Structure;
import java.util.ArrayList;
import java.util.List;

/// A residual network (He et al., *Deep residual learning for image recognition*, 2015) as
/// torchvision has it, in names, shapes and initial values: a stem, four stages of blocks with
/// `width`, 2, 4 and 8 times `width` planes of which all but the first halve the image, global
/// average pooling and a linear layer.
///
/// ```java
/// ResNet imageNet = ResNet.resnet50().init(key, Shape.of(224, 224, 3), 1000);
/// ResNet cifar = ResNet.resnet18().stem(ResNet.Stem.CIFAR).init(key, Shape.of(32, 32, 3), 10);
/// ```
///
/// | | stem | parameters | multiply-adds |
/// |---|---|---|---|
/// | 18 layers, 224×224, 1000 classes | ImageNet | 11,689,512 | 1.814 G |
/// | 34 layers, 224×224, 1000 classes | ImageNet | 21,797,672 | 3.664 G |
/// | 50 layers, 224×224, 1000 classes | ImageNet | 25,557,032 | 4.089 G |
/// | 18 layers, 32×32, 10 classes | CIFAR | 11,173,962 | 0.555 G |
/// | 50 layers, 32×32, 10 classes | CIFAR | 23,520,842 | 1.298 G |
///
/// Parameters as PyTorch counts them, without running statistics.
///
/// @param maxpool the pooling of the stem, or nothing
public record ResNet(
    Layer conv1,
    Layer bn1,
    Layer maxpool,
    Layer layer1,
    Layer layer2,
    Layer layer3,
    Layer layer4,
    Layer fc)
    implements Layer {

  /// What the stages are made of.
  public enum Block {
    /// Two 3×3 convolutions.
    BASIC(1),
    /// 1×1, 3×3 and 1×1 convolutions, with four times as many channels outside.
    BOTTLENECK(Bottleneck.EXPANSION);

    private final int expansion;

    Block(int expansion) {
      this.expansion = expansion;
    }

    private Layer init(Key key, int in, int planes, int stride, boolean zeroInitResidual) {
      return this == BASIC
          ? BasicBlock.init(key, in, planes, stride, zeroInitResidual)
          : Bottleneck.init(key, in, planes, stride, zeroInitResidual);
    }
  }

  /// What comes before the stages.
  public enum Stem {
    /// A 7×7 convolution of stride 2 and 3×3 max pooling of stride 2: stages see a quarter of the
    /// side.
    IMAGENET,
    /// A 3×3 convolution of stride 1 for small images: stages see all of it.
    CIFAR
  }

  /// Which network.
  ///
  /// @param block the kind of block
  /// @param blocks the number of blocks of each of the four stages
  /// @param stem what comes before the stages
  /// @param width planes of the first stage, 64 in the paper
  /// @param zeroInitResidual whether each block starts as its shortcut, the gain of its last
  ///   normalisation being 0
  public record Config(
      Block block, List<Integer> blocks, Stem stem, int width, boolean zeroInitResidual) {
    /// Checks the sizes.
    public Config {
      blocks = List.copyOf(blocks);
      if (blocks.size() != 4 || blocks.stream().anyMatch(n -> n < 1)) {
        throw new IllegalArgumentException(
            "resnet: needs four stages of at least one block, got " + blocks);
      }
      if (width < 1) {
        throw new IllegalArgumentException("resnet: the width must be at least 1, got " + width);
      }
    }

    /// {@return this network with another stem}
    public Config stem(Stem s) {
      return new Config(block, blocks, s, width, zeroInitResidual);
    }

    /// {@return this network with another number of planes in the first stage}
    public Config width(int planes) {
      return new Config(block, blocks, stem, planes, zeroInitResidual);
    }

    /// {@return this network whose blocks start as their shortcuts, or not}
    public Config zeroInitResidual(boolean on) {
      return new Config(block, blocks, stem, width, on);
    }

    /// {@return the network for images of shape `[H, W, C]` with torchvision's initial values}
    public ResNet init(Key key, Shape image, int classes) {
      int channels = Images.channels("resnet", image, 1);
      boolean small = stem == Stem.CIFAR;
      return new ResNet(
          Convolutions.of(key.fold(0), channels, width, small ? 3 : 7, small ? 1 : 2),
          BatchNorm.init(width),
          small ? new Identity() : new MaxPool2d(3, 2, 1),
          stage(key.fold(1), 0, width),
          stage(key.fold(2), 1, outputs(0)),
          stage(key.fold(3), 2, outputs(1)),
          stage(key.fold(4), 3, outputs(2)),
          Linear.init(key.fold(5), outputs(3), classes));
    }

    private int outputs(int stage) {
      return block.expansion * (width << stage);
    }

    private Layer stage(Key key, int stage, int in) {
      List<Layer> layers = new ArrayList<>();
      for (int i = 0; i < blocks.get(stage); i++) {
        boolean halves = stage > 0 && i == 0;
        layers.add(
            block.init(
                key.fold(i),
                i == 0 ? in : outputs(stage),
                width << stage,
                halves ? 2 : 1,
                zeroInitResidual));
      }
      return new Sequential(List.copyOf(layers));
    }
  }

  /// {@return ResNet-18 for ImageNet}
  public static Config resnet18() {
    return new Config(Block.BASIC, List.of(2, 2, 2, 2), Stem.IMAGENET, 64, false);
  }

  /// {@return ResNet-34 for ImageNet}
  public static Config resnet34() {
    return new Config(Block.BASIC, List.of(3, 4, 6, 3), Stem.IMAGENET, 64, false);
  }

  /// {@return ResNet-50 for ImageNet}
  public static Config resnet50() {
    return new Config(Block.BOTTLENECK, List.of(3, 4, 6, 3), Stem.IMAGENET, 64, false);
  }

  /// {@return the shortcut of a block: nothing if the shape stays the same}
  static Layer downsample(Key key, int in, int out, int stride) {
    return in == out && stride == 1
        ? new Identity()
        : Sequential.of(Convolutions.of(key, in, out, 1, stride), BatchNorm.init(out));
  }

  /// {@return a block's last normalisation}
  static Layer lastNorm(int channels, boolean zeroGain) {
    BatchNorm bn = BatchNorm.init(channels);
    return zeroGain
        ? new BatchNorm(
            Tensor.zeros(channels),
            bn.bias(),
            bn.runningMean(),
            bn.runningVar(),
            bn.numBatchesTracked(),
            bn.momentum(),
            bn.eps())
        : bn;
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Tensor y = maxpool.apply(bn1.apply(conv1.apply(x, ctx), ctx).relu(), ctx);
    y = layer2.apply(layer1.apply(y, ctx), ctx);
    y = layer4.apply(layer3.apply(y, ctx), ctx);
    return fc.apply(new AdaptiveAvgPool2d(1, 1).apply(y, ctx).flatten(1), ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
