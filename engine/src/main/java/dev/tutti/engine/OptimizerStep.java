package dev.tutti.engine;

import java.util.Locale;

/// The elementwise operations that optimiser steps are made of. Hyper-parameters are tensors, so
/// that one value per member (`[M]`, mapped) broadcasts over that member's parameters.
///
/// | primitive | inputs | value |
/// |---|---|---|
/// | `AXPY` | x, y, a | `a · x + y`, one fma |
/// | `EMA` | m, g, beta | `beta · m + (1 − beta) · g` |
/// | `EMA_SQUARE` | v, g, beta | `beta · v + (1 − beta) · g²` |
/// | `ADAM` | p, m, v, rate, c2, eps | `p − rate · m / (√v / c2 + eps)` |
///
/// Plain and momentum SGD and weight decay are `AXPY`; in `ADAM`, `rate = lr / (1 − beta1ᵗ)` and
/// `c2 = √(1 − beta2ᵗ)`, PyTorch's order of operations.
public enum OptimizerStep implements Fused {
  AXPY,
  EMA,
  EMA_SQUARE,
  ADAM;

  @Override
  public String label() {
    return name().toLowerCase(Locale.ROOT);
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
    return switch (this) {
      case AXPY -> in[2].mul(in[0]).add(in[1]);
      case EMA -> in[2].mul(in[0]).add(in[2].neg().add(1).mul(in[1]));
      case EMA_SQUARE -> in[2].mul(in[0]).add(in[2].neg().add(1).mul(in[1].mul(in[1])));
      case ADAM -> in[0].sub(in[3].mul(in[1].div(in[2].sqrt().div(in[4]).add(in[5]))));
    };
  }

  @Override
  public Cost cost(Shape[] in, Shape out) {
    return Cost.elementwise(this == ADAM ? 7 : 4, in, out);
  }
}
