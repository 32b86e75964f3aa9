package dev.tutti.nn.models;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Structure;

/// The block of [ResNet]-18 and 34: `[N, H, W, in] → [N, OH, OW, planes]`, torchvision's
/// `BasicBlock`.
///
/// `y = relu(bn2(conv2(relu(bn1(conv1(x))))) + downsample(x))`; both convolutions are 3×3, the
/// first has the stride.
///
/// @param downsample what brings `x` to the shape of the sum: nothing, or a 1×1 convolution with
///   batch normalisation
public record BasicBlock(Layer conv1, Layer bn1, Layer conv2, Layer bn2, Layer downsample)
    implements Layer {

  /// {@return a block with torchvision's initial values}
  ///
  /// @param zeroInitResidual whether the gain of bn2 starts at 0, the block as its shortcut
  public static BasicBlock init(Key key, int in, int planes, int stride, boolean zeroInitResidual) {
    return new BasicBlock(
        Convolutions.of(key.fold(0), in, planes, 3, stride),
        BatchNorm.init(planes),
        Convolutions.of(key.fold(1), planes, planes, 3, 1),
        ResNet.lastNorm(planes, zeroInitResidual),
        ResNet.downsample(key.fold(2), in, planes, stride));
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    Tensor y = bn1.apply(conv1.apply(x, ctx), ctx).relu();
    y = bn2.apply(conv2.apply(y, ctx), ctx);
    return y.add(downsample.apply(x, ctx)).relu();
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
