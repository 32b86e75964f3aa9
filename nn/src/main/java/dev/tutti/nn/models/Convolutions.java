package dev.tutti.nn.models;

import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.init.Init;

/// The convolutions of torchvision's networks at the start of training.
final class Convolutions {
  private Convolutions() {}

  /// {@return a convolution without bias, padded so that stride 1 keeps the size, its weights
  /// normal of variance 2 / (out · kernel²), which is `kaiming_normal_` with `mode="fan_out"`}
  ///
  /// @param kernel odd
  static Conv2d of(Key key, int in, int out, int kernel, int stride) {
    return new Conv2d(
        Init.kaimingNormal(key, Init.Fan.OUT, Init.RELU, kernel, kernel, in, out),
        null,
        Conv2d.Geometry.DEFAULT.stride(stride).padding(Padding.of(kernel / 2)));
  }
}
