package dev.tutti.cli.compare;

import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.train.Trainer;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.Checkpointing;
import dev.tutti.nn.fit.History;
import dev.tutti.nn.fit.Progress;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.fit.TrainingError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A method before its training: the untrained ensemble and what it costs.
///
/// @param start what it started from
/// @param about what `run.json` says of the method besides
/// @param flops floating-point operations per example, a multiply-add counting two
record Contestant(
    Method method,
    Method.Start start,
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
              start,
              method.about(start),
              ensemble,
              ensemble.parameterCount(),
              ensemble.flops(examples.shape())));
    }
    return contestants;
  }

  /// {@return this with the cost of what was made of it}
  Contestant costing(Ensemble made, Examples examples) {
    return new Contestant(
        method, start, about, untrained, made.parameterCount(), made.flops(examples.shape()));
  }

  Model model() {
    return start.model();
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
        model,
        settings.training().epochs,
        batches(settings, examples).count());
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
    Ensemble trained = method.train(trainer, untrained, batches, start);
    if (Thread.currentThread().isInterrupted()) {
      return trained;
    }
    try {
      return method.finish(trained, recipe(settings, batches), batches, start);
    } catch (IllegalStateException e) { // a training too short for what follows it
      throw new TrainingError(e.getMessage());
    }
  }

  private Recipe recipe(Settings settings, Batches batches) {
    return method.recipe(settings.training().recipe(batches.count()), start);
  }

  /// Trains without a trace, until `listener` ends it.
  void warmUp(Settings settings, Examples examples, Progress.Listener listener) {
    Batches batches = batches(settings, examples);
    method.train(trainer(settings, examples, batches, listener), untrained, batches, start);
  }

  static Batches batches(Settings settings, Examples examples) {
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

  private Trainer trainer(
      Settings settings, Examples examples, Batches batches, Progress.Listener listener) {
    Trainer trainer = new Trainer(recipe(settings, batches), listener);
    return examples
        .validation()
        .map(set ->
            trainer.validating(
                Batches.of(set, Result.BATCH).transformed(examples.normalisation().transform()),
                settings.training().stopping()))
        .orElse(trainer);
  }
}
