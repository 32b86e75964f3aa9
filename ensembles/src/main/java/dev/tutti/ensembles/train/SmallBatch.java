package dev.tutti.ensembles.train;

import dev.tutti.engine.Key;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.data.Batches;

/// Batches of one row, in which a layer may have one value per channel and no variance: batch
/// normalisation refuses it. It is found before the first step, not at the end of an epoch.
final class SmallBatch {
  private SmallBatch() {}

  /// @throws TrainingError if the network refuses the last batch of an epoch, which has one row
  static void requireFits(Ensemble ensemble, Batches batches) {
    int count = batches.count();
    if (batches.examples() - (count - 1L) * batches.batchSize() != 1) {
      return;
    }
    Tensor row = batches.batch(0, count - 1).x();
    ShapeError refusal = refusal(ensemble, row);
    // A refusal for another reason happens in every batch.
    if (refusal != null && refusal(ensemble, Tensor.concat(0, row, row)) == null) {
      throw new TrainingError(
          "training: batch %d of %d has 1 row: %s; %s"
              .formatted(count, count, refusal.getMessage(), advice(batches)),
          refusal);
    }
  }

  private static ShapeError refusal(Ensemble ensemble, Tensor x) {
    try {
      ensemble.logits(x, Ctx.training(Key.of(0)));
      return null;
    } catch (ShapeError e) {
      return e;
    }
  }

  private static String advice(Batches batches) {
    int size = batches.batchSize();
    return size == 1 || batches.count() == 1
        ? "batches need at least 2 examples, the batch size is " + size
        : "take another batch size than " + size + ", or joinLast or dropLast of the batches";
  }
}
