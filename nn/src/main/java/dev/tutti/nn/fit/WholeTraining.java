package dev.tutti.nn.fit;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.io.Checkpoint;
import java.util.function.UnaryOperator;

/// The training of a model that is stepped as one: a network alone, or an ensemble whose members
/// share parameters, kernel calls or a loss. It has one part; large kernels are cut over the
/// threads.
public class WholeTraining<P> implements Training<P> {
  private final Recipe recipe;
  private final Recipe.Rules rules;
  private final Task<P> task;
  private final Step<P> step;
  private final Key key;
  private final Batches batches;
  private final Progress.Listener listener;
  private final String whose;
  private final String kind;
  private final Interruption interruption = new Interruption();
  private Step.State<P> state; // the next step overwrites it
  private P best;

  /// A training from `model` on.
  ///
  /// @param whose what errors call the model
  /// @param kind in words what is stepped together
  public WholeTraining(
      P model, TrainingLoop<?> loop, Task<P> task, Batches batches, String whose, String kind) {
    recipe = loop.recipe();
    listener = loop.listener();
    TrainingLoop.requireBatch(batches);
    recipe.requireOneOfEach();
    this.task = task;
    this.batches = batches;
    this.whose = whose;
    this.kind = kind;
    rules = recipe.rules().of(0);
    step = rules.step(task).donate();
    key = recipe.key().bits().rank() == 1 ? recipe.key() : new Key(recipe.key().bits().get(0));
    state = views(start(step, model));
  }

  /// {@return the same tensors as views: what others see too is not overwritten}
  private static <T> T views(T tree) {
    return Tree.map(tree, t -> t.reshape(t.shape().prepend(1)).reshape(t.shape()));
  }

  /// {@return the state before the first step}
  protected Step.State<P> start(Step<P> first, P model) {
    return first.start(model);
  }

  /// Takes one step, which may overwrite the state before it.
  protected Step.Taken<P> take(
      Step.State<P> from, Batch batch, double lr, Key stepKey, boolean averages) {
    return step.apply(from, batch, lr, stepKey, averages);
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public int parts() {
    return 1;
  }

  @Override
  public Tensor outputs(Tensor x, Ctx ctx) {
    P model = current();
    Tensor seen = ctx.training() ? task.seen(model, new Batch(x, null), ctx).x() : x;
    return task.outputs(model, seen, ctx);
  }

  @Override
  public void run(int epoch, int from, int to, Standing standing) {
    int steps = batches.count();
    for (int i = from; i < to && !interruption.asked(); i++) {
      double lr = recipe.rate(0, epoch + (double) i / steps);
      boolean averages = recipe.averages(epoch, i, steps);
      Step.Taken<P> taken =
          take(state, batches.batch(epoch, i), lr, key.fold(epoch).fold(i), averages);
      state = taken.state();
      double loss = taken.loss().toFloats()[0];
      TrainingError.requireFinite(loss, whose, epoch, i);
      standing.add(0, loss, taken.divisor().toFloats()[0]);
      listener.report(new Progress(epoch, recipe.epochs(), i + 1, steps, loss));
    }
    TrainingError.requireFinite(state.params(), whose, epoch, to - 1);
  }

  @Override
  public Score[] scores(Batches data) {
    P model = current();
    Scoring scoring = new Scoring(task, 1, UnaryOperator.identity(), false);
    for (int i = 0; i < data.count(); i++) {
      if (interruption.asked()) {
        return new Score[0];
      }
      Batch batch = data.batch(0, i);
      scoring.see(task.outputs(model, batch.x(), Ctx.inference()), batch.targets());
    }
    return scoring.scores().toArray(Score[]::new);
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
  public P result() {
    return best == null ? current() : best;
  }

  @Override
  public P current() {
    return views(state.judged());
  }

  @Override
  public Object state(Standing standing) {
    return Saved.of(state, best, key, rules, standing);
  }

  @Override
  public Standing restore(Checkpoint checkpoint) {
    P noted = Saved.hasBest(checkpoint) ? state.params() : null;
    Saved<P> saved = Saved.of(state, noted, key, rules, new Standing(1)).read(checkpoint);
    best = saved.best();
    state = saved.state();
    return Standing.of(saved.standing());
  }
}
