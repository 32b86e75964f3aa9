package dev.tutti.ensembles.methods;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.loss.Objective;

/// Whose logits are left out of the sum in a training step (Kelcey, *ensemble networks*, 2020). The
/// mask is new in every step; nothing is rescaled; a prediction sums all. As a loss it trains any
/// ensemble; [SummedLogits] has it built in.
public enum LogitDrop implements EnsembleLoss {
  /// None.
  NONE {
    @Override
    Tensor mask(Key key, int networks, int rows) {
      return null;
    }
  },
  /// Each network for each example with probability a half: what the source's code does.
  BERNOULLI {
    @Override
    Tensor mask(Key key, int networks, int rows) {
      return key.bernoulli(0.5, networks, rows, 1);
    }
  },
  /// A random half of the networks, ⌊M / 2⌋, for all examples of a step: what the source's text
  /// says.
  EXACT_HALF {
    @Override
    Tensor mask(Key key, int networks, int rows) {
      Tensor order = key.permutation(networks).cast(DType.FLOAT32);
      return order.ge(Tensor.scalar(networks / 2)).reshape(networks, 1, 1);
    }
  };

  /// 1 for logits that stay, 0 for those that are dropped, to go with `[M, B, C]`; null for all.
  abstract Tensor mask(Key key, int networks, int rows);

  /// {@return the sum `[B, C]` of logits `[M, B, C]`, in training of those that are not dropped}
  Tensor sum(Tensor logits, Ctx ctx) {
    Tensor mask = ctx.training() ? mask(ctx.nextKey(), logits.dim(0), logits.dim(1)) : null;
    return (mask == null ? logits : logits.mul(mask)).sum(0);
  }

  @Override
  public Tensor of(Tensor logits, Tensor targets, Objective objective, Ctx ctx) {
    return objective.of(sum(logits, ctx), targets);
  }

  @Override
  public boolean isMean() {
    return true;
  }

  @Override
  public Tensor scores(Tensor logits) {
    return logits.sum(0);
  }
}
