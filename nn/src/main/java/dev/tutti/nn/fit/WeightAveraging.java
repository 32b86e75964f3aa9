package dev.tutti.nn.fit;

import dev.tutti.nn.optim.Averaging;
import dev.tutti.nn.optim.Ema;
import dev.tutti.nn.optim.Swa;

/// An average of the parameters of several steps of training. It is validated, kept and returned in
/// their place; before the first model is included, it is the parameters themselves.
///
/// Running statistics are the newest model's. Those of batch normalisation do not fit averaged
/// parameters: after [#swa], collect them anew with [BatchStatistics#renew].
///
/// @param rule how a model is taken in
/// @param fromEpoch the first epoch, from 0, whose models are
/// @param everyStep whether a model is taken in after every step, or at the end of every epoch
public record WeightAveraging(Averaging rule, int fromEpoch, boolean everyStep) {
  /// Checks the range.
  public WeightAveraging {
    if (fromEpoch < 0) {
      throw new IllegalArgumentException(
          "weight averaging: the first epoch must not be negative, got " + fromEpoch);
    }
  }

  /// {@return the exponential moving average with this decay, for all members or for each, of the
  /// parameters after every step}
  public static WeightAveraging ema(double... decay) {
    return new WeightAveraging(new Ema(decay), 0, true);
  }

  /// {@return the mean of the parameters at the end of epoch `fromEpoch` and of each one after it
  /// (stochastic weight averaging)}
  public static WeightAveraging swa(int fromEpoch) {
    return new WeightAveraging(new Swa(), fromEpoch, false);
  }
}
