package dev.tutti.bench.peers;

import dev.tutti.engine.Parallel;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.engine.Vmap;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Losses;
import dev.tutti.nn.optim.Optimizer;
import dev.tutti.nn.optim.Sgd;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Training steps of a deep ensemble as `ensembles.train.Trainer` does them: the members are cut
/// into one shard per thread, and a shard runs all its steps inside one task, as many members
/// mapped together as the core's cache holds, each step's state being donated to the next. The
/// gradient comes from the tape, the step from plain SGD.
final class Members implements Contender {
  /// The most parameters of members that are stepped together, as by the trainer.
  private static final long CACHED_FLOATS = 1 << 17;

  /// For every shard its runs and their steps.
  private final List<List<Run>> runs = new ArrayList<>();

  private final List<List<UnaryOperator<Run>>> steps = new ArrayList<>();

  /// Members with their optimiser's memory and the losses of their last step.
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
    Vmap<Run, Run> step = Transforms.vmap((Run r) -> step(r, x, labels, lr)).donate();
    all.cut(network, members, (from, to) -> step::apply);
    return all;
  }

  /// {@return members with a batch each}
  ///
  /// @param network stacked networks, every tensor `[M, …]`
  /// @param x the members' inputs, `[M, B, …]`
  /// @param labels their classes, `[M, B]`
  static Members apart(Layer network, Tensor x, Tensor labels, double lr) {
    // Values that are returned unchanged are not overwritten.
    Vmap<Fed, Fed> step =
        Transforms.vmap((Fed f) -> new Fed(step(f.run, f.x, f.labels, lr), f.x, f.labels)).donate();
    Members all = new Members();
    all.cut(
        network,
        x.dim(0),
        (from, to) -> {
          Tensor ownX = Tree.slice(x, from, to);
          Tensor ownLabels = Tree.slice(labels, from, to);
          return r -> step.apply(new Fed(r, ownX, ownLabels)).run;
        });
    return all;
  }

  /// Makes the step of members `from … to − 1`.
  private interface StepOf {
    UnaryOperator<Run> members(int from, int to);
  }

  private void cut(Layer network, int members, StepOf stepOf) {
    long floats = Tree.tensors(network).stream().mapToLong(t -> t.shape().size()).sum() / members;
    int together = Math.clamp(CACHED_FLOATS / floats, 1, members);
    int shards = Math.min(members, Parallel.threads());
    for (int s = 0; s < shards; s++) {
      int end = members * (s + 1) / shards;
      runs.add(new ArrayList<>());
      steps.add(new ArrayList<>());
      for (int from = members * s / shards; from < end; from += together) {
        int to = Math.min(end, from + together);
        Layer part = Tree.slice(network, from, to);
        Optimizer.Memory<Layer> memory =
            Transforms.vmap((Layer one) -> new Sgd().init(one)).apply(part);
        runs.getLast().add(new Run(part, memory, null));
        steps.getLast().add(stepOf.members(from, to));
      }
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
          List<Run> own = runs.get(s);
          for (int i = 0; i < times; i++) {
            for (int r = 0; r < own.size(); r++) {
              own.set(r, steps.get(s).get(r).apply(own.get(r)));
            }
          }
        });
  }

  /// {@return the stacked networks as they are now}
  Layer network() {
    return Tree.concat(runs.stream().flatMap(List::stream).map(Run::network).toList());
  }
}
