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

  /// {@return normal draws of variance 2 / fan, which keeps the size of what passes through ReLU
  /// (He et al., *Delving deep into rectifiers*, 2015): PyTorch's `kaiming_normal_` with
  /// `nonlinearity="relu"`}
  ///
  /// @param fan how many inputs an output has (`fan_in`), or outputs an input (`fan_out`)
  public static Tensor kaimingNormal(Key key, int fan, int... dims) {
    return key.normal(dims).mul(Math.sqrt(2.0 / Math.max(1, fan)));
  }

  /// {@return a weight `[fanIn, fanOut]` of uniform draws from ±√(6 / (fanIn + fanOut)), PyTorch's
  /// `xavier_uniform`} (Glorot and Bengio, *Understanding the difficulty of training deep
  /// feedforward neural networks*, 2010)
  public static Tensor xavierUniform(Key key, int fanIn, int fanOut) {
    double bound = Math.sqrt(6.0 / (fanIn + fanOut));
    return key.uniform(-bound, bound, Shape.of(fanIn, fanOut));
  }
}
