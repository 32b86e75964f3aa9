package dev.tutti.engine;

import java.util.Locale;

/// The cotangents of activation functions' inputs, each in one pass.
///
/// | primitive | inputs | value |
/// |---|---|---|
/// | `RELU` | the function's value y, g | g where y > 0, else 0 |
/// | `GELU` | the function's argument x, g | `g · (Φ(x) + x · φ(x))`, the exact GELU's slope |
///
/// Φ and φ are the standard normal distribution and density.
public enum ActivationInput implements Fused {
  RELU,
  GELU;

  @Override
  public String label() {
    return name().toLowerCase(Locale.ROOT) + "_input";
  }

  @Override
  public int suffix(int i) {
    return 0;
  }

  @Override
  public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
    return Shape.SCALAR;
  }

  @Override
  public Tensor decompose(Tensor... in) {
    Tensor x = in[0];
    Tensor g = in[1];
    if (this == RELU) {
      return Tensor.where(x.gt(0), g, g.zero());
    }
    Tensor distribution = x.mul(Math.sqrt(0.5)).erf().add(1).mul(0.5);
    Tensor density = x.mul(x).mul(-0.5).exp().mul(1 / Math.sqrt(2 * Math.PI));
    return g.mul(x.mul(density).add(distribution));
  }

  @Override
  public Cost cost(Shape[] in, Shape out) {
    return Cost.elementwise(this == RELU ? 1 : 12, in, out);
  }
}
