package dev.tutti.nn;

import dev.tutti.engine.Tensor;

/// Loss functions of a batch.
public final class Losses {
  private Losses() {}

  /// {@return the mean cross-entropy in nats of logits `[N, C]` with int32 labels `[N]`, a scalar:
  /// PyTorch's `F.cross_entropy`}
  public static Tensor crossEntropy(Tensor logits, Tensor labels) {
    return logits.crossEntropy(labels).mean();
  }
}
