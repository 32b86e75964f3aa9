package dev.tutti.ensembles.train;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.Step;
import dev.tutti.nn.fit.TrainingLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Stacked networks of which each step trains a random half, ⌊M / 2⌋: gathered, trained under one
/// loss of their outputs, and put back. It costs half the compute of a step with all.
final class ModelDropTraining extends ShardedTraining {
  private final int members;
  private final ModelDrop others;

  ModelDropTraining(
      Layer stacked,
      int members,
      TrainingLoop<?> loop,
      EnsembleTask<Layer> task,
      Batches batches,
      ModelDrop others) {
    super(
        stacked,
        members,
        loop,
        task,
        batches,
        "a random half of the members, the others "
            + others
            + ", by "
            + Trainer.named(task.loss()));
    this.members = members;
    this.others = others;
  }

  @Override
  protected Step.Taken<Layer> take(
      Step.State<Layer> state, Batch batch, double lr, Key key, boolean averages) {
    Ctx ctx = Ctx.training(key);
    Tensor keys = ctx.nextKey().split(members).bits();
    int[] order = ctx.nextKey().permutation(members).toInts();
    int[] chosen = Arrays.copyOf(order, members / 2);
    int[] rest = Arrays.copyOfRange(order, members / 2, members);
    Arrays.sort(chosen);
    Arrays.sort(rest);
    Tensor rate = Tensor.scalar(lr);
    Step.Taken<Layer> half =
        take(at(state, chosen), batch, rate, ctx, keys.take(0, Tensor.of(chosen)), averages);
    Step.State<Layer> left = at(state, rest);
    if (others == ModelDrop.STEPPED) {
      Layer none = Tree.map(left.params(), t -> Tensor.full(t.dtype(), 0, t.shape()));
      left = update(left, none, states(left.params()), rate, averages);
    }
    return new Step.Taken<>(
        together(half.state(), chosen, left, rest), half.loss(), half.divisor());
  }

  private static Step.State<Layer> at(Step.State<Layer> state, int[] numbers) {
    return Tree.take(state, Tensor.of(numbers));
  }

  private static List<Tensor> states(Layer networks) {
    return Tree.leaves(networks).stream().filter(Tree.Leaf::state).map(Tree.Leaf::tensor).toList();
  }

  /// Every member in its place.
  private <T> T together(T a, int[] atA, T b, int[] atB) {
    List<Tensor> as = Tree.tensors(a);
    List<Tensor> bs = Tree.tensors(b);
    List<Tensor> all = new ArrayList<>();
    for (int i = 0; i < as.size(); i++) {
      Tensor[] each = new Tensor[members];
      put(as.get(i), atA, each);
      put(bs.get(i), atB, each);
      all.add(Tensor.concat(0, each));
    }
    return Tree.rebuild(a, all);
  }

  private static void put(Tensor stacked, int[] at, Tensor[] each) {
    for (int k = 0; k < at.length; k++) {
      each[at[k]] = stacked.slice(0, k, k + 1);
    }
  }
}
