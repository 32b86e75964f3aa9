package dev.tutti.nn;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;

/// Initial values of parameters, functions of a key.
public final class Init {
  private Init() {}

  /// {@return uniform draws from ±1 / √fanIn: PyTorch's default for weights and biases of linear
  /// and convolutional layers (`kaiming_uniform` with `a = √5`)}
  public static Tensor torchDefault(Key key, int fanIn, int... dims) {
    double bound = 1 / Math.sqrt(Math.max(1, fanIn));
    return key.uniform(-bound, bound, Shape.of(dims));
  }
}
