package dev.tutti.nn.optim;

/// The way from one factor to another, PyTorch's `anneal_strategy`.
public enum Anneal {
  /// Half a cosine.
  COSINE {
    @Override
    double between(double from, double to, double at) {
      return at >= 1 ? to : to + (from - to) * 0.5 * (1 + StrictMath.cos(Math.PI * at));
    }
  },
  /// A straight line.
  LINEAR {
    @Override
    double between(double from, double to, double at) {
      return at >= 1 ? to : from + (to - from) * at;
    }
  };

  /// {@return the factor at the part `at` of the way; the end from 1 on}
  abstract double between(double from, double to, double at);
}
