package dev.tutti.nn.fit;

import dev.tutti.engine.Key;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.Column;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.Checkpoint;
import dev.tutti.nn.io.DataError;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/// The loop over epochs that all trainings share: steps, validation, early stopping, callbacks,
/// checkpoints. [Fit] runs it for a network, an ensemble's trainer for its members.
///
/// @param <P> what callbacks get
/// @param listener told after every step
/// @param validation evaluated after every epoch; null for none
/// @param stopping what it decides
/// @param halving which members stop after an epoch; null for none
/// @param checkpointing where all is saved; null for nowhere
/// @param callbacks told after every epoch
public record TrainingLoop<P>(
    Recipe recipe,
    Progress.Listener listener,
    Batches validation,
    EarlyStopping stopping,
    Halving halving,
    Checkpointing checkpointing,
    List<Callback<? super P>> callbacks) {
  /// The loop with a listener only.
  public TrainingLoop(Recipe recipe, Progress.Listener listener) {
    this(recipe, listener, null, null, null, null, List.of());
  }

  /// {@return this loop with another listener}
  public TrainingLoop<P> reporting(Progress.Listener other) {
    return new TrainingLoop<>(
        recipe, other, validation, stopping, halving, checkpointing, callbacks);
  }

  /// {@return this loop, which evaluates `data` after every epoch}
  ///
  /// @throws DataError if there is no example
  public TrainingLoop<P> validating(Batches data, EarlyStopping rule) {
    if (data.count() == 0) {
      throw new DataError(data.data().name() + ": no examples to validate with");
    }
    return new TrainingLoop<>(recipe, listener, data, rule, halving, checkpointing, callbacks);
  }

  /// {@return this loop, in which parts with the largest validation loss stop}
  ///
  /// @throws IllegalArgumentException if nothing is validated
  public TrainingLoop<P> halving(Halving rule) {
    if (validation == null) {
      throw new IllegalArgumentException("halving: needs a validation set to judge members by");
    }
    return new TrainingLoop<>(
        recipe, listener, validation, stopping, rule, checkpointing, callbacks);
  }

  /// {@return this loop, which saves all that it needs to resume}
  public TrainingLoop<P> checkpointing(Checkpointing where) {
    return new TrainingLoop<>(recipe, listener, validation, stopping, halving, where, callbacks);
  }

  /// {@return this loop with one more callback}
  public TrainingLoop<P> calling(Callback<? super P> callback) {
    List<Callback<? super P>> all = new ArrayList<>(callbacks);
    all.add(callback);
    return new TrainingLoop<>(recipe, listener, validation, stopping, halving, checkpointing, all);
  }

  /// Checks that an epoch has a step.
  ///
  /// @throws DataError if it has none
  public static void requireBatch(Batches batches) {
    if (batches.count() == 0) {
      throw new DataError(
          "training: %s has %d examples, not one whole batch"
              .formatted(batches.data().name(), batches.data().size()));
    }
  }

  /// What numbers mean has to be the same in both.
  private static void requireAlike(Dataset data, Dataset judged) {
    requireSame(data, judged, "classes", data.classes(), judged.classes());
    requireSame(
        data,
        judged,
        "columns",
        data.columns().stream().map(Column::name).toList(),
        judged.columns().stream().map(Column::name).toList());
    if (data.isRegression() && judged.isRegression()) {
      requireSame(data, judged, "targets", data.targetNames(), judged.targetNames());
    }
  }

  private static void requireSame(
      Dataset data, Dataset judged, String what, List<String> own, List<String> other) {
    if (!own.equals(other)) {
      throw new DataError(
          "validation: %s has the %s %s, %s, which is trained on, has %s"
              .formatted(judged.name(), what, other, data.name(), own));
    }
  }

  /// Runs a training.
  ///
  /// @param streams the data, one stream for all parts or one each, with equally many batches
  /// @param as makes the model from what is trained
  /// @return the model as it is at the end, or at the best epoch
  public <T, Q extends P> Q run(Training<T> training, List<Batches> streams, Function<T, Q> as) {
    Interruption interruption = new Interruption();
    try {
      SmallBatch.requireFits(x -> training.outputs(x, Ctx.training(Key.of(0))), streams.getFirst());
      if (validation != null) {
        requireAlike(streams.getFirst().data(), validation.data());
        Scoring.requireRoom(recipe.objective().isMean(), training, validation);
      }
      epochs(training, streams, interruption, as);
    } catch (RuntimeException e) {
      if (!interruption.causes(e)) {
        throw e;
      }
    }
    return as.apply(training.result());
  }

  private <T> void epochs(
      Training<T> training,
      List<Batches> streams,
      Interruption interruption,
      Function<T, ? extends P> as) {
    int steps = streams.getFirst().count();
    Standing standing = new Standing(training.parts());
    int epoch = 0;
    int step = 0;
    Map<String, String> print =
        checkpointing == null ? Map.of() : Fingerprint.of(recipe, training, streams, this);
    if (checkpointing != null && checkpointing.resume() && Files.exists(checkpointing.file())) {
      Checkpoint saved = Checkpoint.read(checkpointing.file());
      requireSameRun(saved, print);
      standing = training.restore(saved);
      epoch = number(saved, "epoch", recipe.epochs());
      step = number(saved, "step", steps - 1);
    }
    for (Callback<? super P> callback : callbacks) {
      callback.starts(epoch);
    }
    while (epoch < recipe.epochs() && !standing.allStopped()) {
      while (step < steps) {
        int to = steps;
        if (checkpointing != null && checkpointing.everySteps() > 0) {
          to = Math.min(steps, step + checkpointing.everySteps());
        }
        training.run(epoch, step, to, standing);
        if (interruption.asked()) {
          return;
        }
        step = to;
        if (step < steps) {
          save(training, print, standing, epoch, step);
        }
      }
      Score[] scores = validation == null ? new Score[0] : training.scores(validation);
      if (interruption.asked()) {
        return; // perhaps before the whole set was seen
      }
      EpochReport report = judge(training, standing, epoch, steps, scores);
      epoch++;
      step = 0;
      for (Callback<? super P> callback : callbacks) {
        callback.epoch(report, () -> as.apply(training.current()));
      }
      save(training, print, standing, epoch, step);
    }
  }

  /// Draws the conclusions from an epoch's scores on the validation set.
  private EpochReport judge(
      Training<?> training, Standing standing, int epoch, int steps, Score[] scores) {
    boolean[] before = standing.stopped();
    for (int p = 0; p < scores.length; p++) {
      if (!before[p]) {
        if (standing.improves(p, epoch, scores[p].loss(), stopping)) {
          training.keep(p);
        }
        if (standing.stops(p, epoch, stopping)) {
          training.stop(p);
        }
      }
    }
    if (halving != null) {
      double[] losses = Arrays.stream(scores).mapToDouble(s -> s == null ? 0 : s.loss()).toArray();
      int[] running = Halving.running(standing.stopped());
      for (int p : halving.stops(epoch + 1, running, losses)) {
        standing.stop(p, epoch);
        training.stop(p);
      }
    }
    int[] parts = IntStream.range(0, training.parts()).toArray();
    double at = epoch + (steps - 1.0) / steps;
    EpochReport report =
        new EpochReport(
            epoch,
            recipe.epochs(),
            Arrays.stream(parts).mapToObj(p -> recipe.rate(p, at)).toList(),
            Arrays.stream(parts).mapToObj(p -> before[p] ? Double.NaN : standing.loss(p)).toList(),
            Arrays.stream(scores).map(s -> s == null ? Double.NaN : s.loss()).toList(),
            Arrays.stream(scores).map(s -> s == null ? Double.NaN : s.accuracy()).toList(),
            Arrays.stream(standing.bestEpoch).boxed().toList(),
            Arrays.stream(parts).mapToObj(standing::stopped).toList());
    standing.begin();
    return report;
  }

  private void save(
      Training<?> training, Map<String, String> print, Standing standing, int epoch, int step) {
    if (checkpointing != null) {
      Map<String, String> about = new LinkedHashMap<>(print);
      about.put("epoch", "" + epoch);
      about.put("step", "" + step);
      Checkpoint.write(checkpointing.file(), training.state(standing), about);
    }
  }

  private static void requireSameRun(Checkpoint saved, Map<String, String> print) {
    print.forEach((what, now) -> {
      String then = saved.about().get(what);
      if (!now.equals(then)) {
        throw new DataError(
            "%s: saved by another training; its %s: %s; this one's: %s"
                .formatted(saved.file(), what, then, now));
      }
    });
  }

  private static int number(Checkpoint saved, String name, int most) {
    String text = saved.about().getOrDefault(name, "missing");
    try {
      int number = Integer.parseInt(text);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new DataError(
        saved.file() + ": its " + name + " is " + text + ", not one of 0 to " + most);
  }
}
