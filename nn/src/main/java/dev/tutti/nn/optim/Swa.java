package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;

/// Stochastic weight averaging (Izmailov et al., 2018): the mean of all models taken in, each with
/// the same weight, PyTorch's `AveragedModel`. Models are taken in at the ends of epochs, mostly.
public record Swa() implements Averaging {
  @Override
  public Tensor update(Tensor average, Tensor newest, Tensor count) {
    Tensor next = average.add(newest.sub(average).div(count.add(1)));
    return Tensor.where(count.eq(0), newest, next);
  }
}
