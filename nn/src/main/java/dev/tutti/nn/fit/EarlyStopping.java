package dev.tutti.nn.fit;

/// When to stop on a validation set, and which parameters to keep: those of the epoch with the
/// least loss, a member's by itself.
///
/// The loss of each epoch is smoothed, `s ← smoothing · s + (1 − smoothing) · loss` (the first as
/// it is). An epoch is the best so far if its `s` is below the best one by more than `minDelta`;
/// after `patience` epochs without a better one training stops. Epochs before `burnIn` count for
/// neither, and an epoch with a loss that is not finite never counts as better. If no epoch was the
/// best, training returns the last parameters.
///
/// @param patience how many epochs may pass without a better one; `Integer.MAX_VALUE` never stops
/// @param burnIn the first epoch, from 0, that may be the best
/// @param smoothing the weight of the past, in [0, 1)
/// @param minDelta by how much a better epoch must be better
public record EarlyStopping(int patience, int burnIn, double smoothing, double minDelta) {
  /// Checks the ranges.
  public EarlyStopping {
    if (patience < 1
        || burnIn < 0
        || !(smoothing >= 0 && smoothing < 1)
        || !(minDelta >= 0)
        || Double.isInfinite(minDelta)) {
      throw new IllegalArgumentException(
          "early stopping: patience must be at least 1, burn-in and min delta not negative and"
              + " smoothing in [0, 1), got "
              + patience
              + ", "
              + burnIn
              + ", "
              + minDelta
              + " and "
              + smoothing);
    }
  }

  /// Stops after `patience` epochs without a better one.
  public EarlyStopping(int patience) {
    this(patience, 0, 0, 0);
  }

  /// {@return never to stop, but to keep the best parameters}
  public static EarlyStopping never() {
    return new EarlyStopping(Integer.MAX_VALUE);
  }

  /// {@return this rule, ignoring the first `epochs` epochs}
  public EarlyStopping burnIn(int epochs) {
    return new EarlyStopping(patience, epochs, smoothing, minDelta);
  }

  /// {@return this rule on losses smoothed with this weight of the past}
  public EarlyStopping smoothing(double weight) {
    return new EarlyStopping(patience, burnIn, weight, minDelta);
  }

  /// {@return this rule with this least improvement}
  public EarlyStopping minDelta(double least) {
    return new EarlyStopping(patience, burnIn, smoothing, least);
  }
}
