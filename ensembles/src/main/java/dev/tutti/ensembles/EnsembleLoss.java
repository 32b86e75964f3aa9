package dev.tutti.ensembles;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.nn.Losses;
import dev.tutti.nn.Objective;
import java.util.Arrays;

/// How the members' losses become one. Libraries differ in this, so the choice is explicit.
public enum EnsembleLoss {
  /// The mean over all M · B rows. With it each member sees 1/M of its own gradient, which is why
  /// torch-uncertainty multiplies the learning rate by M.
  MEAN_OVER_ROWS {
    @Override
    public Tensor of(Tensor logits, Tensor target, Objective objective) {
      int members = logits.dim(0);
      Tensor[] copies = new Tensor[members];
      Arrays.fill(copies, target);
      return objective.of(rows(logits), Tensor.concat(0, copies));
    }
  },
  /// The mean over members of each member's mean over its rows: for equal batches the same value as
  /// [#MEAN_OVER_ROWS], except for the order of summation (probly's notebook).
  MEAN_OVER_MEMBERS {
    @Override
    public Tensor of(Tensor logits, Tensor target, Objective objective) {
      return perMember(logits, target, objective).mean();
    }
  },
  /// The sum over members of each member's mean over its rows: each member sees its own gradient
  /// (Uncertainty Baselines' MIMO).
  SUM_OVER_MEMBERS {
    @Override
    public Tensor of(Tensor logits, Tensor target, Objective objective) {
      return perMember(logits, target, objective).sum();
    }
  },
  /// One loss of the members' summed logits, which couples them (the `single_input` mode of
  /// *ensemble networks*, Kelcey 2020).
  SUMMED_LOGITS {
    @Override
    public Tensor of(Tensor logits, Tensor target, Objective objective) {
      return objective.of(logits.sum(0), target);
    }
  };

  /// {@return the loss of outputs `[M, B, C]` with the targets of the `B` rows, a scalar}
  public abstract Tensor of(Tensor logits, Tensor target, Objective objective);

  /// {@return the cross-entropy of logits `[M, B, C]` with int32 labels `[B]`, a scalar in nats}
  public Tensor of(Tensor logits, Tensor labels) {
    return of(logits, labels, Losses::crossEntropy);
  }

  /// Outputs `[M, B, …]` as rows, member after member: `[M · B, …]`.
  private static Tensor rows(Tensor logits) {
    int[] dims = logits.shape().tail().dims();
    dims[0] *= logits.dim(0);
    return logits.reshape(dims);
  }

  private static Tensor perMember(Tensor logits, Tensor target, Objective objective) {
    return Transforms.vmap((Tensor own) -> objective.of(own, target)).apply(logits);
  }
}
