package dev.tutti.bench.peers;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import java.util.SplittableRandom;

/// Inputs and labels.
final class Draws {
  private Draws() {}

  /// {@return uniform draws from [-1, 1)}
  static Tensor uniform(int seed, int... dims) {
    return Key.of(seed).uniform(-1, 1, Shape.of(dims));
  }

  /// {@return pixels in [0, 1), `[batch, size, size, channels]`}
  static Tensor images(int batch, int size, int channels) {
    return Key.of(1).uniform(0, 1, Shape.of(batch, size, size, channels));
  }

  /// {@return classes, int32 of this shape}
  static Tensor labels(int seed, int classes, int... dims) {
    int[] values = new SplittableRandom(seed).ints(Shape.of(dims).size(), 0, classes).toArray();
    return Tensor.of(values, dims);
  }
}
