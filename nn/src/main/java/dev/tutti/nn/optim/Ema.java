package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;

/// The exponential moving average `decay · average + (1 − decay) · newest` from the first model on,
/// PyTorch's `AveragedModel` with `get_ema_multi_avg_fn(decay)`. Models are taken in after every
/// step, mostly.
///
/// @param decay a scalar, or `[M]`, one per member
/// @param warmup whether the decay starts low and grows: with `t` models so far it is the smaller
///   of `decay` and `(1 + t) / (10 + t)` (TensorFlow's `ExponentialMovingAverage` with
///   `num_updates`)
public record Ema(Tensor decay, boolean warmup) implements Averaging {
  /// The moving average with this decay, for all members or for each.
  ///
  /// @throws IllegalArgumentException if a decay is not in [0, 1)
  public Ema(double... decay) {
    this(Range.BELOW_ONE.of("ema: decay", decay), false);
  }

  /// {@return this with or without a decay that starts low}
  public Ema warmup(boolean on) {
    return new Ema(decay, on);
  }

  /// {@return this with the decay as `[members]`, to be mapped together with stacked parameters}
  ///
  /// @throws IllegalArgumentException if there are decays for another number of members
  public Ema forMembers(int members) {
    return PerMember.expand(this, members);
  }

  @Override
  public Tensor update(Tensor average, Tensor newest, Tensor count) {
    Tensor beta = warmup ? decay.minimum(count.add(1).div(count.add(10))) : decay;
    return average.ema(newest, Tensor.where(count.eq(0), Tensor.scalar(0), beta));
  }
}
