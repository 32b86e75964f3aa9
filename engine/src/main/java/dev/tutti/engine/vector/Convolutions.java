package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.Conv;

/// Convolution and its two adjoints: which kernel for which shapes.
final class Convolutions {
  private Convolutions() {}

  static Array forward(Conv.Forward p, Array[] in, Array out) {
    return WideConvForward.run(p, in, out);
  }

  static Array input(Conv.Input p, Array[] in, Array out) {
    return WideConvInput.run(p, in, out);
  }

  static Array weight(Conv.Weight p, Array[] in, Array out) {
    return WideConvWeight.run(p, in, out);
  }
}
