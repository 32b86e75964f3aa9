package dev.tutti.ensembles;

import dev.tutti.engine.Tensor;

/// How the members' cross-entropies become one loss. Peers differ, so the choice is never hidden.
public enum EnsembleLoss {
  /// The mean over all M · B rows. With it each member sees 1/M of its own gradient, which is why
  /// torch-uncertainty multiplies the learning rate by M.
  MEAN_OVER_ROWS {
    @Override
    public Tensor of(Tensor logits, Tensor labels) {
      return logits.crossEntropy(labels).mean();
    }
  },
  /// The mean over members of each member's mean over its rows: for equal batches the same value as
  /// [#MEAN_OVER_ROWS], the order of summation apart (probly's notebook).
  MEAN_OVER_MEMBERS {
    @Override
    public Tensor of(Tensor logits, Tensor labels) {
      return logits.crossEntropy(labels).mean(-1).mean();
    }
  },
  /// The sum over members of each member's mean over its rows: each member sees its own gradient
  /// (Uncertainty Baselines' MIMO).
  SUM_OVER_MEMBERS {
    @Override
    public Tensor of(Tensor logits, Tensor labels) {
      return logits.crossEntropy(labels).mean(-1).sum();
    }
  },
  /// One cross-entropy of the members' summed logits, which couples them (the `single_input` mode
  /// of *ensemble networks*, Kelcey 2020).
  SUMMED_LOGITS {
    @Override
    public Tensor of(Tensor logits, Tensor labels) {
      return logits.sum(0).crossEntropy(labels).mean();
    }
  };

  /// {@return the loss of logits `[M, B, C]` with int32 labels `[B]`, a scalar in nats}
  public abstract Tensor of(Tensor logits, Tensor labels);
}
