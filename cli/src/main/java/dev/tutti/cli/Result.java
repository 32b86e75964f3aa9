package dev.tutti.cli;

import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.metrics.Classification;
import dev.tutti.ensembles.metrics.Predictions;
import dev.tutti.ensembles.metrics.Report;
import dev.tutti.ensembles.metrics.Uncertainty;
import dev.tutti.ensembles.train.Evaluator;
import dev.tutti.ensembles.train.TrainingError;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A method that was trained and tested.
///
/// @param flops floating-point operations per example, a multiply-add counting two
/// @param memberAccuracy each member's own accuracy on the test examples
/// @param report the metrics of the test examples, and of detecting the out-of-distribution ones
/// @param ood the uncertainty on the out-of-distribution examples, if there are any
record Result(
    Method method,
    int members,
    Model model,
    long params,
    long flops,
    double trainSeconds,
    List<Double> memberAccuracy,
    Report report,
    Optional<Uncertainty.Summary> ood) {

  /// Tests a trained ensemble.
  static Result of(
      Contestant contestant, Ensemble trained, double trainSeconds, Examples examples) {
    Predictions id = predictions(contestant, trained, examples.test(), examples);
    Predictions ood =
        examples.ood().map(set -> predictions(contestant, trained, set, examples)).orElse(null);
    int[] labels = examples.test().labels();
    List<Double> own = new ArrayList<>();
    for (int m = 0; m < id.members(); m++) {
      own.add(Classification.accuracy(id.member(m), labels));
    }
    return new Result(
        contestant.method(),
        trained.members(),
        contestant.model(),
        contestant.params(),
        contestant.flops(),
        trainSeconds,
        List.copyOf(own),
        Report.of(id, labels, ood),
        Optional.ofNullable(ood).map(Uncertainty::summary));
  }

  private static Predictions predictions(
      Contestant contestant, Ensemble trained, Dataset set, Examples examples) {
    Batches batches =
        Batches.of(set, Defaults.EVALUATION_BATCH)
            .transformed(examples.normalisation().transform());
    Tensor logits = Evaluator.logits(trained, batches);
    float[] values = logits.toFloats();
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new TrainingError(
            "%s: the trained network's outputs are not finite; a smaller learning rate may help"
                .formatted(contestant.method().label()));
      }
    }
    return Predictions.ofLogits(values, logits.dim(0), logits.dim(1), logits.dim(2));
  }

  /// {@return what the method is called in tables and files}
  String name() {
    return method.label();
  }
}
