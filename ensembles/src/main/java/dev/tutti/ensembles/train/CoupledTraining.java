package dev.tutti.ensembles.train;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.io.Checkpoint;
import dev.tutti.nn.optim.Averaging;
import dev.tutti.nn.optim.Optimizer;

/// The training of an ensemble whose members are coupled in every step: one loss, one part.
abstract sealed class CoupledTraining<E extends Ensemble> implements Training<E>
    permits WholeTraining, ShardedTraining {
  final Recipe recipe;
  final Recipe.Rules rules;
  private final Key key;
  final EnsembleLoss loss;
  private final Batches batches;
  private final Progress.Listener listener;
  private final Interruption interruption = new Interruption();
  private E best;

  /// An ensemble, its optimiser's memory and the average of its parameters, null for none.
  record State<E>(E ensemble, Optimizer.Memory<E> memory, Averaging.Averaged<E> average) {}

  /// The loss of a batch, and its weight in the epoch's loss.
  record Measured(double loss, double divisor) {}

  /// All of it in a file.
  private record Saved<E>(
      E network,
      Optimizer.Memory<E> memory,
      Averaging.Averaged<E> average,
      E best,
      Key key,
      Recipe.Rules rules,
      Standing.Saved standing) {}

  CoupledTraining(Recipe recipe, Batches batches, EnsembleLoss loss, Progress.Listener listener) {
    recipe.requireOneOfEach();
    this.recipe = recipe;
    rules = recipe.rules().of(0);
    key = recipe.key().bits().rank() == 1 ? recipe.key() : new Key(recipe.key().bits().get(0));
    this.batches = batches;
    this.loss = loss;
    this.listener = listener;
  }

  /// Takes one step.
  ///
  /// @param key the key of random layers in this step
  /// @param taken whether the average takes in the ensemble after the step
  /// @return the loss before it, and how much the batch counts
  abstract Measured step(Batch batch, Tensor lr, Key key, boolean taken);

  /// {@return all that the next step depends on}
  abstract State<E> now();

  /// Goes on from `state`.
  abstract void set(State<E> state);

  @Override
  public String kind() {
    return "members together by " + loss;
  }

  @Override
  public int parts() {
    return 1;
  }

  @Override
  public void run(int epoch, int from, int to, Standing standing) {
    for (int i = from; i < to && !interruption.asked(); i++) {
      Tensor lr = Tensor.scalar(recipe.rate(0, epoch + (double) i / batches.count()));
      boolean taken = recipe.averages(epoch, i, batches.count());
      Measured of = step(batches.batch(epoch, i), lr, key.fold(epoch).fold(i), taken);
      TrainingError.requireFinite(of.loss, "the ensemble", epoch, i);
      standing.add(0, of.loss, of.divisor);
      listener.report(new Progress(epoch, recipe.epochs(), i + 1, batches.count(), of.loss));
    }
    TrainingError.requireFinite(now().ensemble, "the ensemble", epoch, to - 1);
  }

  @Override
  public Score[] scores(Batches data) {
    E ensemble = current();
    Scoring scoring = new Scoring(recipe.objective(), 1, this::measured);
    for (int i = 0; i < data.count(); i++) {
      if (interruption.asked()) {
        return new Score[0];
      }
      Batch batch = data.batch(0, i);
      scoring.see(ensemble.logits(batch.x()), batch.labels());
    }
    return scoring.scores().toArray(Score[]::new);
  }

  private Scoring.Measured measured(Tensor logits, Tensor targets) {
    return new Scoring.Measured(
        loss.of(logits, targets, recipe.objective()),
        divisor(logits, targets),
        Score.right(prediction(logits), targets));
  }

  /// What the ensemble's classes are read from: the members' mean probabilities, or the summed
  /// logits if these are trained.
  private Tensor prediction(Tensor logits) {
    return loss == EnsembleLoss.SUMMED_LOGITS ? logits.sum(0) : logits.softmax().mean(0);
  }

  @Override
  public void keep(int part) {
    best = current();
  }

  @Override
  public void stop(int part) {
    // The loop takes no step when its only part is stopped.
  }

  @Override
  public E result() {
    return best == null ? current() : best;
  }

  @Override
  public E current() {
    State<E> now = now();
    return now.average == null || now.average.count().item() == 0
        ? now.ensemble
        : now.average.params();
  }

  @Override
  public Object state(Standing standing) {
    return saved(now(), best, standing);
  }

  private Saved<E> saved(State<E> now, E best, Standing standing) {
    return new Saved<>(now.ensemble, now.memory, now.average, best, key, rules, standing.saved());
  }

  @Override
  public Standing restore(Checkpoint checkpoint) {
    State<E> now = now();
    Saved<E> like =
        saved(now, Training.holdsBest(checkpoint) ? now.ensemble : null, new Standing(1));
    Saved<E> saved = checkpoint.into(like);
    Training.requireSame(checkpoint, "recipe", like.rules, saved.rules);
    Training.requireSame(checkpoint, "key", like.key, saved.key);
    best = saved.best;
    set(new State<>(saved.network, saved.memory, saved.average));
    return Standing.of(saved.standing);
  }

  /// {@return the loss of a training pass's outputs, `[M, B, C]`}
  Tensor lossOf(Tensor logits, Batch batch) {
    return loss.of(logits, batch.labels(), recipe.objective());
  }

  /// {@return how much rows of outputs `[M, B, C]` count: for every [EnsembleLoss] as those of one
  /// member}
  Tensor divisor(Tensor logits, Tensor targets) {
    return recipe.objective().divisor(logits.get(0), targets);
  }

  /// {@return `tree` with an axis of size 1 put before every tensor's others}
  static <T> T withAxis(T tree) {
    return Tree.map(tree, t -> t.reshape(t.shape().prepend(1)));
  }

  /// {@return `tree` without that axis}
  static <T> T withoutAxis(T tree) {
    return Tree.map(tree, t -> t.reshape(t.shape().tail()));
  }

  /// {@return the average before the first model, null without one}
  Averaging.Averaged<E> noAverage(E ensemble) {
    return rules.averaging() == null ? null : rules.averaging().init(ensemble);
  }

  /// {@return the average after a step}
  Averaging.Averaged<E> averaged(Averaging.Averaged<E> before, E ensemble, boolean taken) {
    return taken ? rules.averaging().update(before, ensemble) : before;
  }
}
