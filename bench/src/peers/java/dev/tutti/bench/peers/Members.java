package dev.tutti.bench.peers;

import dev.tutti.engine.Parallel;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Losses;
import dev.tutti.nn.optim.Optimizer;
import dev.tutti.nn.optim.Sgd;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Training steps of a deep ensemble as the trainer does them: the members are cut into one shard
/// per thread, and a shard runs all its steps inside one task, its members mapped. The gradient
/// comes from the tape, the step from plain SGD.
final class Members implements Contender {
  private final List<Run> runs = new ArrayList<>();
  private final List<Function<Run, Run>> steps = new ArrayList<>();

  /// The members of a shard with their optimiser's memory and the losses of their last step.
  private record Run(Layer network, Optimizer.Memory<Layer> memory, Tensor loss) {}

  /// A run and its members' own batches.
  private record Fed(Run run, Tensor x, Tensor labels) {}

  private Members() {}

  /// {@return members with one batch for all}
  ///
  /// @param network stacked networks, every tensor `[M, …]`
  /// @param x the inputs, `[B, …]`
  /// @param labels their classes, `[B]`
  static Members sharing(Layer network, int members, Tensor x, Tensor labels, double lr) {
    Members all = new Members();
    all.cut(network, members, (from, to) -> Transforms.vmap((Run r) -> step(r, x, labels, lr)));
    return all;
  }

  /// {@return members with a batch each}
  ///
  /// @param network stacked networks, every tensor `[M, …]`
  /// @param x the members' inputs, `[M, B, …]`
  /// @param labels their classes, `[M, B]`
  static Members apart(Layer network, Tensor x, Tensor labels, double lr) {
    Members all = new Members();
    all.cut(
        network,
        x.dim(0),
        (from, to) -> {
          Tensor ownX = Tree.slice(x, from, to);
          Tensor ownLabels = Tree.slice(labels, from, to);
          return r ->
              Transforms.vmap((Fed f) -> step(f.run, f.x, f.labels, lr))
                  .apply(new Fed(r, ownX, ownLabels));
        });
    return all;
  }

  /// Makes the step of members `from … to − 1`.
  private interface StepOf {
    Function<Run, Run> members(int from, int to);
  }

  private void cut(Layer network, int members, StepOf stepOf) {
    int count = Math.min(members, Parallel.threads());
    for (int s = 0; s < count; s++) {
      int from = members * s / count;
      int to = members * (s + 1) / count;
      Layer part = Tree.slice(network, from, to);
      Optimizer.Memory<Layer> memory =
          Transforms.vmap((Layer one) -> new Sgd().init(one)).apply(part);
      runs.add(new Run(part, memory, null));
      steps.add(stepOf.members(from, to));
    }
  }

  private static Run step(Run run, Tensor x, Tensor labels, double lr) {
    Transforms.ValueAndGrad<Layer, Tensor> g =
        Transforms.valueAndGrad((Layer one) -> Losses.crossEntropy(one.apply(x), labels))
            .apply(run.network);
    Optimizer.Stepped<Layer> next =
        new Sgd().step(run.network, g.grad(), run.memory, Tensor.scalar(lr));
    return new Run(next.params(), next.memory(), g.value());
  }

  @Override
  public String name() {
    return "ours";
  }

  @Override
  public void run(int times) {
    Parallel.run(
        runs.size(),
        s -> {
          Run run = runs.get(s);
          for (int i = 0; i < times; i++) {
            run = steps.get(s).apply(run);
          }
          runs.set(s, run);
        });
  }

  /// {@return the stacked networks as they are now}
  Layer network() {
    return Tree.concat(runs.stream().map(Run::network).toList());
  }
}
