package dev.tutti.nn.loss;

import dev.tutti.engine.Tensor;
import java.util.Arrays;
import java.util.List;

/// The pinball loss of targets `[…, T]` for a network with outputs `[…, Q · T]`, the quantiles of Q
/// levels, T numbers of each (Koenker, Bassett 1978):
///
/// `max(τ (y − q), (τ − 1)(y − q))`, the mean over rows, targets and levels.
///
/// Nothing keeps the quantiles in order; [#crossing] is the share that is not.
///
/// @param levels τ, ascending, between 0 and 1
public record QuantileLoss(List<Double> levels) implements Objective {
  private static final String OP = "quantile_loss";

  /// Checks the levels.
  public QuantileLoss {
    levels = List.copyOf(levels);
    for (int i = 0; i < levels.size(); i++) {
      double level = levels.get(i);
      if (!(level > 0 && level < 1) || i > 0 && level <= levels.get(i - 1)) {
        throw new IllegalArgumentException(
            OP + ": levels must ascend between 0 and 1, got " + levels);
      }
    }
    if (levels.isEmpty()) {
      throw new IllegalArgumentException(OP + ": needs a level, such as 0.5");
    }
  }

  /// Of these levels.
  public QuantileLoss(double... levels) {
    this(Arrays.stream(levels).boxed().toList());
  }

  /// {@return the quantiles of level number `i` of outputs `[…, Q · T]`, `[…, T]`}
  public Tensor quantile(Tensor output, int i) {
    return Parameters.part(OP, output, i, levels.size(), "a quantile of each level");
  }

  /// {@return the share of neighbouring quantiles of which the one of the higher level is lower, a
  /// scalar; 0 with one level}
  public Tensor crossing(Tensor output) {
    Tensor sum = Tensor.scalar(0);
    for (int i = 1; i < levels.size(); i++) {
      sum = sum.add(quantile(output, i).lt(quantile(output, i - 1)).mean());
    }
    return sum.div(Math.max(1, levels.size() - 1));
  }

  @Override
  public Tensor of(Tensor output, Tensor target) {
    Tensor sum = null;
    for (int i = 0; i < levels.size(); i++) {
      Tensor quantile = quantile(output, i);
      Parameters.requireTargets(OP, quantile, target);
      Tensor over = target.sub(quantile);
      double level = levels.get(i);
      Tensor loss = over.mul(level).maximum(over.mul(level - 1)).mean();
      sum = sum == null ? loss : sum.add(loss);
    }
    return sum.div(levels.size());
  }

  @Override
  public boolean isMean() {
    return true;
  }
}
