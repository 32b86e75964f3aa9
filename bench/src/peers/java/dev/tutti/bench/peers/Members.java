package dev.tutti.bench.peers;

import dev.tutti.engine.Key;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.train.Shards;
import dev.tutti.nn.loss.CrossEntropy;
import dev.tutti.nn.Layer;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.fit.Step;
import dev.tutti.nn.optim.Sgd;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Training steps of a deep ensemble as `ensembles.train.Trainer` takes them: its step, its shards,
/// each step's state being donated to the next; plain SGD on one batch.
final class Members implements Contender {
  private static final Step<Layer> STEP = Step.of(new Sgd(), new CrossEntropy());

  /// By shard, members that are mapped together with what they see.
  private final List<List<Run>> runs = new ArrayList<>();

  private final Batch shared; // null: each its own
  private final Tensor lr;

  /// Members' states and their own batches; null if they share one.
  private record Run(Step.State<Layer> state, Batch own) {}

  private Members(Layer network, int members, Batch shared, Batch own, double lr) {
    this.shared = shared;
    this.lr = Tensor.scalar(lr);
    int together = Shards.together(network, members);
    for (List<int[]> shard : Shards.of(IntStream.range(0, members).toArray(), together)) {
      runs.add(new ArrayList<>());
      for (int[] of : shard) {
        int to = of[0] + of.length;
        Layer part = Tree.slice(network, of[0], to);
        runs.getLast()
            .add(
                new Run(
                    Transforms.vmap(STEP::start).apply(part), Tree.slice(own, of[0], to)));
      }
    }
  }

  /// {@return members with one batch for all}
  ///
  /// @param network stacked networks, every tensor `[M, …]`
  /// @param x the inputs, `[B, …]`
  /// @param labels their classes, `[B]`
  static Members sharing(Layer network, int members, Tensor x, Tensor labels, double lr) {
    return new Members(network, members, new Batch(x, labels), null, lr);
  }

  /// {@return members with a batch each}
  ///
  /// @param network stacked networks, every tensor `[M, …]`
  /// @param x the members' inputs, `[M, B, …]`
  /// @param labels their classes, `[M, B]`
  static Members apart(Layer network, Tensor x, Tensor labels, double lr) {
    return new Members(network, x.dim(0), null, new Batch(x, labels), lr);
  }

  /// The batch is returned too, so that it is not overwritten.
  private Run next(Run run) {
    Batch batch = shared != null ? shared : run.own;
    return new Run(STEP.take(run.state, batch, lr, Key.of(0), false).state(), run.own);
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
            own.replaceAll(Transforms.vmap(this::next).donate()::apply);
          }
        });
  }

  /// {@return the stacked networks as they are now}
  Layer network() {
    return Tree.concat(
        runs.stream().flatMap(List::stream).map(r -> r.state.params()).toList());
  }
}
