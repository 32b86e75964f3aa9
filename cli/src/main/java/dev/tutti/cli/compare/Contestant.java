package dev.tutti.cli.compare;

import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.train.Trainer;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.Checkpointing;
import dev.tutti.nn.fit.History;
import dev.tutti.nn.fit.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A method before its training: the untrained ensemble and what it costs.
///
/// @param about what `run.json` says of the method besides
/// @param flops floating-point operations per example, a multiply-add counting two
record Contestant(
    Method method,
    Model model,
    Map<String, Object> about,
    Ensemble untrained,
    long params,
    long flops) {

  /// {@return all methods' ensembles. Built before anything is trained, so that sizes that do not
  /// fit are found early}
  static List<Contestant> all(Settings settings, Examples examples) {
    Model model = settings.networks().network().orElseGet(() -> Model.forShape(examples.shape()));
    List<Contestant> contestants = new ArrayList<>();
    for (Method method : settings.networks().methods()) {
      Method.Start start = start(method, model, settings, examples);
      Ensemble ensemble = method.start(start);
      contestants.add(
          new Contestant(
              method,
              model,
              method.about(start),
              ensemble,
              ensemble.parameterCount(),
              ensemble.flops(examples.shape())));
    }
    return contestants;
  }

  private static Method.Start start(
      Method method, Model model, Settings settings, Examples examples) {
    int classes = examples.train().numClasses();
    NetworkOptions asked = settings.networks();
    return new Method.Start(
        key -> model.init(key, examples.shape(), classes),
        settings.seeds().networks(),
        settings.seeds().own(method),
        examples.shape(),
        classes,
        method.members(asked.members),
        asked.alpha,
        asked.gamma,
        model);
  }

  /// {@return the trained ensemble, with the checkpoint and history that are asked for}
  Ensemble train(Settings settings, Examples examples, Progress.Listener listener) {
    Batches batches = batches(settings, examples);
    Trainer trainer = trainer(settings, examples, batches, listener);
    RunOptions run = settings.run();
    if (run.checkpointOf(method).isPresent()) {
      trainer =
          trainer.checkpointing(new Checkpointing(run.checkpointOf(method).get(), 0, run.resume));
    }
    if (run.historyOf(method).isPresent()) {
      trainer = trainer.calling(new History(run.historyOf(method).get()));
    }
    return trainer.fit(untrained, batches);
  }

  /// Trains without a trace, until `listener` ends it.
  void warmUp(Settings settings, Examples examples, Progress.Listener listener) {
    Batches batches = batches(settings, examples);
    trainer(settings, examples, batches, listener).fit(untrained, batches);
  }

  private static Batches batches(Settings settings, Examples examples) {
    int size = settings.training().batch;
    List<String> augment = settings.training().augment;
    Batches batches =
        Augmentation.of(
            Batches.of(examples.train(), size).shuffled(settings.seeds().batches()),
            augment == null ? List.of() : augment,
            examples.train().shape(),
            examples.normalisation().transform());
    // One example has no variance for batch normalisation.
    return size > 1 && examples.train().size() % size == 1 ? batches.joinLast() : batches;
  }

  private static Trainer trainer(
      Settings settings, Examples examples, Batches batches, Progress.Listener listener) {
    Trainer trainer = new Trainer(settings.training().recipe(batches.count()), listener);
    return examples
        .validation()
        .map(set ->
            trainer.validating(
                Batches.of(set, Result.BATCH).transformed(examples.normalisation().transform()),
                settings.training().stopping()))
        .orElse(trainer);
  }
}
