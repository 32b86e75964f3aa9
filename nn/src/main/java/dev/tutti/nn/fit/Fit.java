package dev.tutti.nn.fit;

import dev.tutti.nn.Layer;
import dev.tutti.nn.data.Batches;
import java.util.List;
import java.util.function.Function;

/// Trains one network, or any other tree with a [Task].
///
/// {@snippet :
/// Batches batches = Batches.of(Glyphs.digits(200, 1), 20).shuffled(Key.of(1));
/// Recipe recipe = new Recipe(new Adam(), 0.003, Schedule.cosine(2), 2);
/// Mlp trained = Fit.network(Mlp.init(Key.of(2), 784, 16, 10), recipe).on(batches);
/// }
///
/// A network trained with [Recipe#forMember] is, bit for bit, that member of an ensemble trained
/// with the whole recipe. The result does not depend on the number of threads.
///
/// [Thread#interrupt] of the thread that trains ends the training before the next step: it returns
/// what it has (the best parameters, if they were recorded), and the flag stays set. The epoch
/// under way is not reported and no checkpoint is written.
///
/// @param <P> what is trained
public final class Fit<P> {
  private final P start;
  private final Task<P> task;
  private final TrainingLoop<P> loop;

  private Fit(P start, Task<P> task, TrainingLoop<P> loop) {
    this.start = start;
    this.task = task;
    this.loop = loop;
  }

  /// {@return the training of `network` by `recipe`, minimising the recipe's objective}
  public static <N extends Layer> Fit<N> network(N network, Recipe recipe) {
    return model(network, recipe, Task.of(recipe.objective()));
  }

  /// {@return the training of a model of any kind by `recipe`, minimising `task`}
  public static <P> Fit<P> model(P model, Recipe recipe, Task<P> task) {
    return new Fit<>(model, task, new TrainingLoop<>(recipe, Progress.Listener.NONE));
  }

  /// {@return this training, which reports every step to `listener`}
  public Fit<P> reporting(Progress.Listener listener) {
    return new Fit<>(start, task, loop.reporting(listener));
  }

  /// {@return this training, which evaluates `data` after every epoch, keeps the parameters of the
  /// best one, and stops when `stopping` says so}
  public Fit<P> validating(Batches data, EarlyStopping stopping) {
    return new Fit<>(start, task, loop.validating(data, stopping));
  }

  /// {@return this training, which saves all that it needs to resume after the process has ended}
  public Fit<P> checkpointing(Checkpointing where) {
    return new Fit<>(start, task, loop.checkpointing(where));
  }

  /// {@return this training with one more callback}
  public Fit<P> calling(Callback<? super P> callback) {
    return new Fit<>(start, task, loop.calling(callback));
  }

  /// {@return the model trained on `batches`}
  ///
  /// @throws TrainingError if a loss stops being finite
  public P on(Batches batches) {
    return loop.run(
        new WholeTraining<>(start, loop, task, batches, "the network", "a network alone"),
        List.of(batches),
        Function.identity());
  }
}
