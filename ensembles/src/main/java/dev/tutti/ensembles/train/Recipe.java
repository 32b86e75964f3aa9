package dev.tutti.ensembles.train;

import dev.tutti.nn.optim.Optimizer;
import dev.tutti.nn.optim.Schedule;

/// How to train: the optimiser, the base learning rate, its schedule and the number of epochs.
public record Recipe(Optimizer optimizer, double lr, Schedule schedule, int epochs) {
  /// Checks the ranges.
  public Recipe {
    if (!(lr > 0) || Double.isInfinite(lr) || epochs < 0) {
      throw new IllegalArgumentException(
          "recipe: the learning rate must be positive and epochs not negative, got "
              + lr
              + " and "
              + epochs);
    }
  }
}
