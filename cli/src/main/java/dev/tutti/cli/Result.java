package dev.tutti.cli;

import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.metrics.Classification;
import dev.tutti.ensembles.metrics.OutOfDistribution;
import dev.tutti.ensembles.metrics.OutOfDistribution.Criterion;
import dev.tutti.ensembles.metrics.Predictions;
import dev.tutti.ensembles.metrics.Report;
import dev.tutti.ensembles.metrics.Uncertainty;
import dev.tutti.ensembles.train.Evaluator;
import dev.tutti.ensembles.train.TrainingError;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Dataset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A method that was trained and tested.
///
/// @param flops floating-point operations per example, a multiply-add counting two
/// @param memberAccuracy the accuracy of each member on the test examples
/// @param memberNll the NLL of each member on the test examples
/// @param memberAuroc the AUROC of each member; empty without out-of-distribution examples
/// @param report the metrics of the test examples, and of detecting the out-of-distribution ones
/// @param ood the uncertainty on the out-of-distribution examples, if there are any
/// @param evidence what the numbers rest on
record Result(
    Method method,
    int members,
    Model model,
    long params,
    long flops,
    double trainSeconds,
    List<Double> memberAccuracy,
    List<Double> memberNll,
    List<Double> memberAuroc,
    Report report,
    Optional<Uncertainty.Summary> ood,
    Evidence evidence) {

  /// Tests a trained ensemble.
  static Result of(
      Contestant contestant, Ensemble trained, double trainSeconds, Examples examples) {
    Predictions id = predictions(contestant, trained, examples.test(), examples);
    Optional<Predictions> ood =
        examples.ood().map(set -> predictions(contestant, trained, set, examples));
    return of(contestant, trained.members(), trainSeconds, id, examples.test().labels(), ood);
  }

  /// The result that predictions of the test examples, and of others, give.
  static Result of(
      Contestant contestant,
      int members,
      double trainSeconds,
      Predictions id,
      int[] labels,
      Optional<Predictions> ood) {
    return new Result(
        contestant.method(),
        members,
        contestant.model(),
        contestant.params(),
        contestant.flops(),
        trainSeconds,
        list(Classification.memberAccuracy(id, labels)),
        list(Classification.memberNll(id, labels)),
        ood.map(set -> memberAuroc(id, set)).orElse(List.of()),
        Report.of(id, labels, ood.orElse(null)),
        ood.map(Uncertainty::summary),
        Evidence.of(id, labels, ood));
  }

  private static List<Double> memberAuroc(Predictions id, Predictions ood) {
    return IntStream.range(0, id.members())
        .mapToObj(m ->
            OutOfDistribution.auroc(
                OutOfDistribution.scores(Criterion.MSP, id.member(m)),
                OutOfDistribution.scores(Criterion.MSP, ood.member(m))))
        .toList();
  }

  private static List<Double> list(double[] values) {
    return Arrays.stream(values).boxed().toList();
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
