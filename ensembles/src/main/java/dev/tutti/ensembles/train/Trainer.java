package dev.tutti.ensembles.train;

import dev.tutti.engine.Tree;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.nn.Layer;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.Callback;
import dev.tutti.nn.fit.Checkpointing;
import dev.tutti.nn.fit.EarlyStopping;
import dev.tutti.nn.fit.Halving;
import dev.tutti.nn.fit.Progress;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.fit.TrainingError;
import dev.tutti.nn.fit.TrainingLoop;
import dev.tutti.nn.fit.WholeTraining;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// Trains ensembles.
///
/// Independent members ([Ensemble#independent], those of a deep ensemble) are distributed to the
/// threads, and each is judged by the validation set, kept at its best epoch and stopped by itself,
/// unless a loss couples them. Other members (of a packed ensemble, a BatchEnsemble) are stepped,
/// judged and stopped together; a norm (of clipping, of LAMB) is then that of what is stepped.
/// Either way the result does not depend on the number of threads, and member `m` of uncoupled
/// independent members ends with the bits that it would have reached alone ([dev.tutti.nn.fit.Fit]
/// with [Recipe#forMember]).
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
  private final TrainingLoop<Ensemble> loop;
  private final boolean sharedOptimizer;
  private final ModelDrop drop; // null: every step trains all members

  private Trainer(TrainingLoop<Ensemble> loop, boolean sharedOptimizer, ModelDrop drop) {
    this.loop = loop;
    this.sharedOptimizer = sharedOptimizer;
    this.drop = drop;
  }

  /// A trainer that reports every step to `listener`.
  public Trainer(Recipe recipe, Progress.Listener listener) {
    this(new TrainingLoop<>(recipe, listener), false, null);
  }

  /// A trainer without a listener.
  public Trainer(Recipe recipe) {
    this(recipe, Progress.Listener.NONE);
  }

  /// {@return this trainer, which evaluates `data` after every epoch: each member keeps the
  /// parameters of its best epoch, and stops when `stopping` says so}
  ///
  /// Averaged weights are judged with the newest running statistics of batch normalisation, which
  /// do not fit them ([dev.tutti.nn.fit.BatchStatistics]).
  public Trainer validating(Batches data, EarlyStopping stopping) {
    return with(loop.validating(data, stopping));
  }

  /// {@return this trainer, in which the independent members with the largest validation loss stop
  /// on the way ([#validating] comes before it)}
  ///
  /// @throws IllegalArgumentException if nothing is validated
  public Trainer halving(Halving rule) {
    return with(loop.halving(rule));
  }

  /// {@return this trainer, which saves all that it needs to resume after the process has ended}
  public Trainer checkpointing(Checkpointing where) {
    return with(loop.checkpointing(where));
  }

  /// {@return this trainer with one more callback}
  public Trainer calling(Callback<? super Ensemble> callback) {
    return with(loop.calling(callback));
  }

  private Trainer with(TrainingLoop<Ensemble> other) {
    return new Trainer(other, sharedOptimizer, drop);
  }

  /// {@return this trainer with one optimiser for all members} For rules that work element by
  /// element that changes nothing; a norm (of clipping, of LAMB) is then that of all members
  /// together, not each one's own.
  public Trainer sharedOptimizer() {
    return new Trainer(loop, true, drop);
  }

  /// {@return this trainer, each of whose steps trains a random half of independent members}
  public Trainer modelDrop(ModelDrop others) {
    return new Trainer(loop, sharedOptimizer, others);
  }

  /// {@return the ensemble trained on `batches`, its members counting as its method says
  /// ([Ensemble#loss])}
  ///
  /// @throws TrainingError if a loss stops being finite
  public <E extends Ensemble> E fit(E ensemble, Batches batches) {
    return fit(ensemble, batches, ensemble.loss());
  }

  /// {@return the ensemble trained on `batches`, its members counting as `loss` says}
  ///
  /// @throws TrainingError if a loss stops being finite
  public <E extends Ensemble> E fit(E ensemble, Batches batches, EnsembleLoss loss) {
    boolean apart = ensemble.independent() && !sharedOptimizer;
    if (loop.halving() != null && !(apart && loss.isOwn() && drop == null)) {
      throw new IllegalArgumentException(
          "training: halving stops members, which have to be independent; those of this training are"
              + " stepped together");
    }
    if (drop != null) {
      requireHalves(ensemble);
    } else if (apart && loss.isOwn()) {
      return fit(ensemble, List.of(batches));
    }
    TrainingLoop.requireBatch(batches);
    Checked.require(ensemble, batches);
    String kind = "members together by " + named(loss);
    if (apart) {
      Function<Layer, E> as = as(ensemble);
      var task = new EnsembleTask<>(loop.recipe().objective(), loss, as);
      Layer network = ensemble.network();
      int members = ensemble.members();
      return loop.run(
          drop == null
              ? new ShardedTraining(network, members, loop, task, batches, kind)
              : new ModelDropTraining(network, members, loop, task, batches, drop),
          List.of(batches),
          as);
    }
    EnsembleTask<E> task = EnsembleTask.of(loop.recipe().objective(), loss);
    return loop.run(
        new WholeTraining<>(ensemble, loop, task, batches, "the ensemble", kind),
        List.of(batches),
        Function.identity());
  }

  /// {@return the ensemble with each of its independent members trained on its own batches}
  ///
  /// @param batches one for all members, or one for each; all with equally many batches
  /// @throws TrainingError if a loss stops being finite
  public <E extends Ensemble> E fit(E ensemble, List<Batches> batches) {
    batches.forEach(TrainingLoop::requireBatch);
    if (sharedOptimizer || drop != null) {
      throw new IllegalArgumentException(
          "training: members that have one optimiser, or are dropped, see one data stream, got a list"
              + " of "
              + batches.size());
    }
    if (!ensemble.independent()) {
      throw new IllegalArgumentException(
          "training: members of a %s are stepped together and see one data stream, got a list of %d"
              .formatted(ensemble.getClass().getSimpleName(), batches.size()));
    }
    if (batches.size() != 1 && batches.size() != ensemble.members()) {
      throw new IllegalArgumentException(
          "training: %d data streams for %d members; give one for all or one each"
              .formatted(batches.size(), ensemble.members()));
    }
    batches.forEach(own -> requireAlike(batches.getFirst(), own));
    Checked.require(ensemble, batches.getFirst());
    return loop.run(
        new SeparateTraining(ensemble.network(), ensemble.members(), loop, batches),
        batches,
        as(ensemble));
  }

  /// A lambda's own text changes from one JVM to the next.
  static String named(EnsembleLoss loss) {
    Class<?> type = loss.getClass();
    return type.isHidden() || type.isSynthetic() ? "a loss of one's own" : loss.toString();
  }

  private void requireHalves(Ensemble ensemble) {
    if (!ensemble.independent() || ensemble.members() < 2 || sharedOptimizer) {
      throw new IllegalArgumentException(
          "training: model drop needs 2 independent members or more, each with its own optimiser, got %d of a %s%s"
              .formatted(
                  ensemble.members(),
                  ensemble.getClass().getSimpleName(),
                  sharedOptimizer ? " with a shared one" : ""));
    }
  }

  /// An independent ensemble's tensors are those of its network, whose type the result keeps.
  private static <E extends Ensemble> Function<Layer, E> as(E ensemble) {
    return network -> Tree.rebuild(ensemble, Tree.tensors(network));
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
    return "%d examples of %s in batches of %d"
        .formatted(b.examples(), Arrays.toString(b.data().shape()), b.batchSize());
  }
}
