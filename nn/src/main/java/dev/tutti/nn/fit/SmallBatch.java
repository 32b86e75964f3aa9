package dev.tutti.nn.fit;

import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.data.Batches;
import java.util.function.Consumer;

/// Batches of one row, in which a layer may have one value per channel and no variance: batch
/// normalisation refuses it. It is found before the first step, not at the end of an epoch.
final class SmallBatch {
  private SmallBatch() {}

  /// @param pass a training pass over inputs
  /// @throws TrainingError if the network refuses the last batch of an epoch, which has one row
  static void requireFits(Consumer<Tensor> pass, Batches batches) {
    int count = batches.count();
    if (batches.examples() - (count - 1L) * batches.batchSize() != 1) {
      return;
    }
    Tensor row = batches.batch(0, count - 1).x();
    ShapeError refusal = refusal(pass, row);
    // A refusal for another reason happens in every batch.
    if (refusal != null && refusal(pass, Tensor.concat(0, row, row)) == null) {
      throw new TrainingError(
          "training: batch %d of %d has 1 row: %s; %s"
              .formatted(count, count, refusal.getMessage(), advice(batches)),
          refusal);
    }
  }

  private static ShapeError refusal(Consumer<Tensor> pass, Tensor x) {
    try {
      pass.accept(x);
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
