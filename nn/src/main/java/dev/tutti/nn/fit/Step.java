package dev.tutti.nn.fit;

import dev.tutti.engine.Key;
import dev.tutti.engine.Loss;
import dev.tutti.engine.Reuse;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.loss.Objective;
import dev.tutti.nn.optim.Averaging;
import dev.tutti.nn.optim.Optimizer;
import java.util.List;

/// One step of training, for the loop written by hand: the gradient of a batch's loss, the
/// optimiser's rule, new running statistics. The trainers take this same step; mapped over members
/// it is theirs.
///
/// {@snippet :
/// Batches batches = Batches.of(Glyphs.digits(100, 1), 20).shuffled(Key.of(1));
/// Step<Mlp> step = Step.of(new Adam(), new CrossEntropy());
/// Step.State<Mlp> state = step.start(Mlp.init(Key.of(2), 784, 16, 10));
/// for (int i = 0; i < batches.count(); i++)
///   state = step.apply(state, batches.batch(0, i), 0.003, Key.of(3).fold(i)).state();
/// Mlp trained = state.params();
/// }
///
/// @param <P> the model: a network, an ensemble, any tree
public final class Step<P> {
  private final Optimizer optimizer;
  private final Averaging averaging; // null: none
  private final Task<P> task;
  private final boolean donating;

  /// What a step replaces.
  ///
  /// @param params the model
  /// @param memory what the optimiser remembers
  /// @param average the average of the models so far; null for none
  public record State<P>(P params, Optimizer.Memory<P> memory, Averaging.Averaged<P> average) {
    /// {@return what is validated and kept: the average, once it holds a model}
    public P judged() {
      return average == null || average.count().toFloats()[0] == 0 ? params : average.params();
    }
  }

  /// The state after a step.
  ///
  /// @param loss the batch's loss before it, a scalar
  /// @param divisor how much the batch counts beside others, a scalar
  public record Taken<P>(State<P> state, Tensor loss, Tensor divisor) {}

  /// What a pass gives besides its loss: new running statistics, and how much the batch counts.
  private record Passed(List<Tensor> states, Tensor divisor) {}

  /// A step of `optimizer` for a task of any kind.
  ///
  /// @param averaging how models are averaged; null for not at all
  public Step(Optimizer optimizer, Averaging averaging, Task<P> task) {
    this(optimizer, averaging, task, false);
  }

  private Step(Optimizer optimizer, Averaging averaging, Task<P> task, boolean donating) {
    this.optimizer = optimizer;
    this.averaging = averaging;
    this.task = task;
    this.donating = donating;
  }

  /// {@return the step of `optimizer` for a network whose outputs go into `objective`}
  public static <N extends Layer> Step<N> of(Optimizer optimizer, Objective objective) {
    return new Step<>(optimizer, null, Task.of(objective));
  }

  /// {@return this step, with permission to overwrite the state that it is applied to
  /// ([Reuse#donate]): less garbage, but the former state cannot be read any more}
  public Step<P> donate() {
    return new Step<>(optimizer, averaging, task, true);
  }

  /// {@return the state before the first step}
  public State<P> start(P params) {
    return new State<>(
        params, optimizer.init(params), averaging == null ? null : averaging.init(params));
  }

  /// {@return the state after a step on `batch`} Memory of the pass is reused by the next call.
  ///
  /// @param key the key of random layers in this step
  public Taken<P> apply(State<P> state, Batch batch, double lr, Key key) {
    return apply(state, batch, lr, key, averaging != null);
  }

  /// {@return the same}
  ///
  /// @param averages whether the average takes in the model after the step
  public Taken<P> apply(State<P> state, Batch batch, double lr, Key key, boolean averages) {
    Tensor rate = Tensor.scalar(lr);
    Reuse<State<P>, Taken<P>> step = Transforms.reuse(s -> take(s, batch, rate, key, averages));
    return (donating ? step.donate() : step).apply(state);
  }

  /// {@return the same as a pure function of tensors, to be mapped over members}
  ///
  /// @param averages whether the average takes in the model after the step
  public Taken<P> take(State<P> state, Batch batch, Tensor lr, Key key, boolean averages) {
    Transforms.ValueAndGrad<P, Loss<Passed>> g =
        Transforms.valueAndGrad(
                (P model) -> {
                  Ctx ctx = Ctx.training(key);
                  Batch seen = task.seen(model, batch, ctx);
                  Tensor outputs = task.outputs(model, seen.x(), ctx);
                  Tensor divisor = task.divisor(outputs, seen.targets());
                  Tensor loss = task.loss(outputs, seen.targets(), ctx);
                  return new Loss<>(loss, new Passed(ctx.allStates(model), divisor));
                })
            .apply(state.params);
    Passed passed = g.value().aux();
    State<P> next = update(state, g.grad(), passed.states, lr, averages);
    return new Taken<>(next, g.value().value(), passed.divisor);
  }

  /// {@return the state after a step along `grad`, its running statistics replaced by `states`}
  public State<P> update(State<P> state, P grad, List<Tensor> states, Tensor lr, boolean averages) {
    if (averages && averaging == null) {
      throw new IllegalArgumentException("step: has no average that could take in the model");
    }
    Optimizer.Stepped<P> next = optimizer.step(state.params, grad, state.memory, lr);
    P params = Ctx.withStates(next.params(), states);
    return new State<>(
        params, next.memory(), averages ? averaging.update(state.average, params) : state.average);
  }
}
