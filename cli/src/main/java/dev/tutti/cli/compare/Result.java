package dev.tutti.cli.compare;

import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.metrics.Classification;
import dev.tutti.ensembles.metrics.Logits;
import dev.tutti.ensembles.metrics.Predictions;
import dev.tutti.ensembles.metrics.Report;
import dev.tutti.ensembles.metrics.Uncertainty;
import dev.tutti.ensembles.train.Evaluator;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.fit.TrainingError;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A method that was trained and tested.
///
/// @param flops floating-point operations per example, a multiply-add counting two
/// @param memberAccuracy the accuracy of each member on the test examples
/// @param memberNll the NLL of each member on the test examples
/// @param report the metrics of the test examples
/// @param detection how well out-of-distribution examples are separated from them, if there are any
/// @param ood the uncertainty on the out-of-distribution examples, if there are any
/// @param evidence the results by example, from which the numbers follow
record Result(
    Method method,
    Map<String, Object> about,
    int members,
    EnsembleLoss loss,
    Model model,
    long params,
    long flops,
    double trainSeconds,
    List<Double> memberAccuracy,
    List<Double> memberNll,
    Report report,
    Optional<Detection> detection,
    Optional<Uncertainty.Summary> ood,
    Evidence evidence) {
  /// Examples per batch when a trained network is evaluated; changes no result.
  static final int BATCH = 500;

  /// Tests a trained ensemble.
  static Result of(
      Contestant contestant, Ensemble trained, double trainSeconds, Examples examples) {
    return of(
        contestant.costing(trained, examples),
        trained.members(),
        trainSeconds,
        logits(contestant, trained, examples.test(), examples),
        examples.test().labels(),
        examples.ood().map(set -> logits(contestant, trained, set, examples)));
  }

  /// The result that the outputs for the test examples, and for others, give.
  static Result of(
      Contestant contestant,
      int members,
      double trainSeconds,
      Logits test,
      int[] labels,
      Optional<Logits> others) {
    Predictions id = test.softmax();
    Doubt doubt = Doubt.of(test);
    Optional<Doubt> otherDoubt = others.map(Doubt::of);
    return new Result(
        contestant.method(),
        contestant.about(),
        members,
        contestant.untrained().loss(),
        contestant.model(),
        contestant.params(),
        contestant.flops(),
        trainSeconds,
        list(Classification.memberAccuracy(id, labels)),
        list(Classification.memberNll(id, labels)),
        Report.of(id, labels),
        otherDoubt.map(other -> Detection.of(doubt, other)),
        others.map(logits -> Uncertainty.summary(logits.softmax())),
        Evidence.of(id, labels, doubt, otherDoubt));
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static Logits logits(
      Contestant contestant, Ensemble trained, Dataset set, Examples examples) {
    Batches batches = Batches.of(set, BATCH).transformed(examples.normalisation().transform());
    Tensor outputs = Evaluator.logits(trained, batches);
    float[] values = outputs.toFloats();
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new TrainingError(
            "%s: the trained network's outputs are not finite; a smaller learning rate may help"
                .formatted(contestant.method().label()));
      }
    }
    return new Logits(values, outputs.dim(0), outputs.dim(1), outputs.dim(2));
  }

  /// {@return the method's name in tables and files}
  String name() {
    return method.label();
  }
}
