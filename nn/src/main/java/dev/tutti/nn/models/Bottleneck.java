package dev.tutti.nn.models;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Structure;

/// The block of [ResNet]-50: `[N, H, W, in] → [N, OH, OW, 4 · planes]`, torchvision's `Bottleneck`.
///
/// `y = relu(bn3(conv3(relu(bn2(conv2(relu(bn1(conv1(x))))))) + downsample(x))`: 1×1 to `planes`
/// channels, 3×3, 1×1 to four times as many. The 3×3 convolution has the stride, as in torchvision
/// ("ResNet v1.5"); in the paper the first has it.
///
/// @param downsample what brings `x` to the shape of the sum: nothing, or a 1×1 convolution with
///   batch normalisation
public record Bottleneck(
    Layer conv1, Layer bn1, Layer conv2, Layer bn2, Layer conv3, Layer bn3, Layer downsample)
    implements Layer {
  /// Output channels per plane.
  static final int EXPANSION = 4;

  /// {@return a block with torchvision's initial values}
  ///
  /// @param zeroInitResidual whether the gain of bn3 starts at 0, the block as its shortcut
  public static Bottleneck init(Key key, int in, int planes, int stride, boolean zeroInitResidual) {
    int out = EXPANSION * planes;
    return new Bottleneck(
        Convolutions.of(key.fold(0), in, planes, 1, 1),
        BatchNorm.init(planes),
        Convolutions.of(key.fold(1), planes, planes, 3, stride),
        BatchNorm.init(planes),
        Convolutions.of(key.fold(2), planes, out, 1, 1),
        ResNet.lastNorm(out, zeroInitResidual),
        ResNet.downsample(key.fold(3), in, out, stride));
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Tensor y = bn1.apply(conv1.apply(x, ctx), ctx).relu();
    y = bn2.apply(conv2.apply(y, ctx), ctx).relu();
    y = bn3.apply(conv3.apply(y, ctx), ctx);
    return y.add(downsample.apply(x, ctx)).relu();
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
