package dev.tutti.nn.loss;

import dev.tutti.engine.Tensor;

/// A function that is known to be the mean over a batch's rows.
record MeanOverRows(Objective f) implements Objective {
  @Override
  public Tensor of(Tensor output, Tensor target) {
    return f.of(output, target);
  }

  @Override
  public boolean isMean() {
    return true;
  }
}
