package dev.tutti.ensembles.train;

import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.DataError;
import dev.tutti.nn.io.Checkpoint;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Trains ensembles.
///
/// The members of a deep ensemble are independent, unless one loss of summed logits couples them:
/// they are distributed to the threads, and each is judged by the validation set, kept at its best
/// epoch and stopped by itself. Members of a packed ensemble or a BatchEnsemble share parameters or
/// a kernel call and are stepped, judged and stopped together; a norm (of clipping, of LAMB) is
/// then that of what is stepped. Either way the result does not depend on the number of threads,
/// and member `m` of an uncoupled deep ensemble ends with the bits that it would have reached
/// alone.
///
/// [Thread#interrupt] of the thread that is in `fit` ends the training before the next step: `fit`
/// returns what it has (the best parameters, if they were recorded), and the flag stays set. The
/// epoch under way is not reported and no checkpoint is written, so that a training that resumes
/// from the last one is not changed by it; members that train separately may differ by some steps.
///
/// {@snippet :
/// Dataset.Split digits = Glyphs.digits(200, 1).split(0.2, 1);
/// DeepEnsemble ensemble = DeepEnsemble.init(Key.of(1), 3, k -> Mlp.init(k, 784, 16, 10));
/// Recipe recipe = new Recipe(new Adam(), 0.003, Schedule.cosine(2), 2);
/// DeepEnsemble trained =
///     new Trainer(recipe)
///         .validating(Batches.of(digits.test(), 40), new EarlyStopping(3))
///         .calling(new History(Files.createTempDirectory("run").resolve("history.jsonl")))
///         .fit(ensemble, Batches.of(digits.train(), 20).shuffled(Key.of(2)));
/// }
public final class Trainer {
  private final Recipe recipe;
  private final Progress.Listener listener;
  private final Validation validation; // null: none
  private final Checkpointing checkpointing; // null: none
  private final List<Callback> callbacks;

  private record Validation(Batches data, EarlyStopping stopping) {}

  private Trainer(
      Recipe recipe,
      Progress.Listener listener,
      Validation validation,
      Checkpointing checkpointing,
      List<Callback> callbacks) {
    this.recipe = recipe;
    this.listener = listener;
    this.validation = validation;
    this.checkpointing = checkpointing;
    this.callbacks = callbacks;
  }

  /// A trainer that reports every step to `listener`.
  public Trainer(Recipe recipe, Progress.Listener listener) {
    this(recipe, listener, null, null, List.of());
  }

  /// A trainer without a listener.
  public Trainer(Recipe recipe) {
    this(recipe, Progress.Listener.NONE);
  }

  /// {@return this trainer, which evaluates `data` after every epoch: each member keeps the
  /// parameters of its best epoch, and stops when `stopping` says so}
  ///
  /// Averaged weights are judged with the newest running statistics of batch normalisation, which
  /// do not fit them ([BatchStatistics]).
  public Trainer validating(Batches data, EarlyStopping stopping) {
    if (data.count() == 0) {
      throw new DataError(data.data().name() + ": no examples to validate with");
    }
    return new Trainer(recipe, listener, new Validation(data, stopping), checkpointing, callbacks);
  }

  /// {@return this trainer, which saves all that it needs to resume after the process has ended}
  public Trainer checkpointing(Checkpointing where) {
    return new Trainer(recipe, listener, validation, where, callbacks);
  }

  /// {@return this trainer with one more callback}
  public Trainer calling(Callback callback) {
    List<Callback> all = new ArrayList<>(callbacks);
    all.add(callback);
    return new Trainer(recipe, listener, validation, checkpointing, List.copyOf(all));
  }

  /// {@return the deep ensemble trained on `batches`, each member on its own objective}
  ///
  /// @throws TrainingError if a loss stops being finite
  public DeepEnsemble fit(DeepEnsemble ensemble, Batches batches) {
    return fit(ensemble, List.of(batches));
  }

  /// {@return the deep ensemble with each member trained on its own batches}
  ///
  /// @param batches one for all members, or one for each; all with equally many batches
  /// @throws TrainingError if a loss stops being finite
  public DeepEnsemble fit(DeepEnsemble ensemble, List<Batches> batches) {
    batches.forEach(Trainer::requireBatch);
    if (batches.size() != 1 && batches.size() != ensemble.members()) {
      throw new IllegalArgumentException(
          "training: "
              + batches.size()
              + " data streams for "
              + ensemble.members()
              + " members; give one for all or one each");
    }
    batches.forEach(own -> requireAlike(batches.getFirst(), own));
    return loop(new SeparateTraining(ensemble, recipe, batches, listener), ensemble, batches);
  }

  /// {@return the ensemble trained on `batches`}
  ///
  /// With [EnsembleLoss#SUMMED_LOGITS] members are coupled. Otherwise a [DeepEnsemble] minimises
  /// each member's own objective, and for the others `loss` says how members count.
  ///
  /// @throws TrainingError if a loss stops being finite
  public <E extends Ensemble> E fit(E ensemble, Batches batches, EnsembleLoss loss) {
    requireBatch(batches);
    if (!(ensemble instanceof DeepEnsemble deep)) {
      return loop(
          new WholeTraining<>(ensemble, recipe, batches, loss, listener),
          ensemble,
          List.of(batches));
    }
    return asEnsemble(
        loss == EnsembleLoss.SUMMED_LOGITS
            ? loop(
                new ShardedTraining(deep, recipe, batches, loss, listener), deep, List.of(batches))
            : fit(deep, batches));
  }

  /// Members that are mapped together need batches of one shape at every step.
  private static void requireAlike(Batches a, Batches b) {
    String first = described(a);
    String other = described(b);
    if (!first.equals(other) || a.count() != b.count()) {
      String counts =
          first.equals(other) ? " (%d and %d batches)".formatted(a.count(), b.count()) : "";
      throw new IllegalArgumentException(
          "training: members' data streams must be alike, got " + first + " and " + other + counts);
    }
  }

  private static String described(Batches b) {
    return b.examples()
        + " examples of "
        + Arrays.toString(b.data().shape())
        + " in batches of "
        + b.batchSize();
  }

  private static void requireBatch(Batches batches) {
    if (batches.count() == 0) {
      throw new DataError(
          "training: "
              + batches.data().name()
              + " has "
              + batches.data().size()
              + " examples, not one whole batch");
    }
  }

  @SuppressWarnings("unchecked") // a DeepEnsemble comes in and a DeepEnsemble goes out
  private static <E> E asEnsemble(DeepEnsemble trained) {
    return (E) trained;
  }

  private <E extends Ensemble> E loop(Training<E> training, E start, List<Batches> streams) {
    Interruption interruption = new Interruption();
    try {
      SmallBatch.requireFits(start, streams.getFirst());
      if (validation != null) {
        Scoring.requireRoom(recipe.objective(), start, validation.data);
      }
      run(training, streams, interruption);
    } catch (RuntimeException e) {
      if (!interruption.causes(e)) {
        throw e;
      }
    }
    return training.result();
  }

  private void run(Training<?> training, List<Batches> streams, Interruption interruption) {
    int steps = streams.getFirst().count();
    Standing standing = new Standing(training.parts());
    int epoch = 0;
    int step = 0;
    Map<String, String> print = Map.of();
    if (checkpointing != null) {
      EarlyStopping stopping = validation == null ? null : validation.stopping;
      print = Fingerprint.of(recipe, training, streams, stopping);
    }
    if (checkpointing != null && checkpointing.resume() && Files.exists(checkpointing.file())) {
      Checkpoint saved = Checkpoint.read(checkpointing.file());
      requireSameRun(saved, print);
      standing = training.restore(saved);
      epoch = number(saved, "epoch", recipe.epochs());
      step = number(saved, "step", steps - 1);
    }
    for (Callback callback : callbacks) {
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
      Score[] scores = validation == null ? new Score[0] : training.scores(validation.data);
      if (interruption.asked()) {
        return; // perhaps before the whole set was seen
      }
      EpochReport report = judge(training, standing, epoch, steps, scores);
      epoch++;
      step = 0;
      for (Callback callback : callbacks) {
        callback.epoch(report, training::current);
      }
      save(training, print, standing, epoch, step);
    }
  }

  /// Draws the conclusions from an epoch's scores on the validation set.
  private EpochReport judge(
      Training<?> training, Standing standing, int epoch, int steps, Score[] scores) {
    int parts = training.parts();
    boolean[] before = standing.stopped();
    for (int p = 0; p < scores.length; p++) {
      if (!before[p]) {
        if (standing.improves(p, epoch, scores[p].loss(), validation.stopping)) {
          training.keep(p);
        }
        if (standing.stops(p, epoch, validation.stopping)) {
          training.stop(p);
        }
      }
    }
    double at = epoch + (steps - 1.0) / steps;
    EpochReport report =
        new EpochReport(
            epoch,
            recipe.epochs(),
            IntStream.range(0, parts).mapToObj(p -> recipe.rate(p, at)).toList(),
            IntStream.range(0, parts)
                .mapToObj(p -> before[p] ? Double.NaN : standing.loss(p))
                .toList(),
            Arrays.stream(scores).map(s -> s == null ? Double.NaN : s.loss()).toList(),
            Arrays.stream(scores).map(s -> s == null ? Double.NaN : s.accuracy()).toList(),
            Arrays.stream(standing.bestEpoch).boxed().toList(),
            IntStream.range(0, parts).mapToObj(standing::stopped).toList());
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
            saved.file()
                + ": was saved by a training with another "
                + what
                + ": "
                + then
                + "; now it is "
                + now);
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
