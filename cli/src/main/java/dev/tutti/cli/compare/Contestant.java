package dev.tutti.cli.compare;

import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.train.Trainer;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.Progress;
import java.util.ArrayList;
import java.util.List;

/// A method before its training: the untrained ensemble and what it costs.
///
/// @param flops floating-point operations per example, a multiply-add counting two
record Contestant(Method method, Model model, Ensemble untrained, long params, long flops) {

  /// {@return all methods' ensembles. Built before anything is trained, so that sizes that do not
  /// fit are found early}
  static List<Contestant> all(Settings settings, Examples examples) {
    Model model = settings.model().orElseGet(() -> Model.forShape(examples.shape()));
    List<Contestant> contestants = new ArrayList<>();
    for (Method method : settings.methods()) {
      Ensemble ensemble =
          method.init(settings, model, examples.shape(), examples.train().numClasses());
      contestants.add(
          new Contestant(
              method,
              model,
              ensemble,
              ensemble.parameterCount(),
              ensemble.flops(examples.shape())));
    }
    return contestants;
  }

  /// {@return the trained ensemble}
  Ensemble train(Settings settings, Examples examples, Progress.Listener listener) {
    int size = settings.training().batch();
    Batches batches =
        Batches.of(examples.train(), size)
            .shuffled(settings.seeds().batches())
            .transformed(examples.normalisation().transform());
    if (size > 1 && examples.train().size() % size == 1) {
      batches = batches.joinLast(); // one example has no variance for batch normalisation
    }
    return new Trainer(settings.training().recipe(batches.count()), listener)
        .fit(untrained, batches);
  }
}
