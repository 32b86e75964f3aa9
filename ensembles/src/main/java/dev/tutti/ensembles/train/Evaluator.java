package dev.tutti.ensembles.train;

import dev.tutti.engine.Parallel;
import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.metrics.Predictions;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.io.DataError;

/// Runs an ensemble over a data set.
public final class Evaluator {
  private Evaluator() {}

  /// {@return every member's logits for every example, `[M, N, C]`, in the order of the data, also
  /// if the batches are shuffled ([Batches#inOrder]); for regression its outputs}
  ///
  /// Batches run in parallel; no bit of the result depends on the batch size.
  ///
  /// @throws DataError if there is no example
  /// @throws dev.tutti.engine.ShapeError if the ensemble does not give `[M, B, …]`
  public static Tensor logits(Ensemble ensemble, Batches given) {
    Batches batches = given.inOrder();
    if (batches.count() == 0) {
      throw new DataError(batches.data().name() + ": no examples to evaluate");
    }
    Tensor[] parts = new Tensor[batches.count()];
    Parallel.run(parts.length, i -> parts[i] = Checked.logits(ensemble, batches.batch(0, i).x()));
    return Tensor.concat(1, parts);
  }

  /// {@return every member's predicted probabilities for every example}
  ///
  /// @throws DataError if there is no example
  public static Predictions predictions(Ensemble ensemble, Batches batches) {
    return Predictions.ofLogits(logits(ensemble, batches));
  }
}
