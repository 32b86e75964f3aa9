package dev.tutti.ensembles.train;

import dev.tutti.engine.Key;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.Members;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.Step;
import dev.tutti.nn.fit.TrainingLoop;
import dev.tutti.nn.fit.WholeTraining;
import java.util.List;

/// Stacked networks, every tensor `[M, …]`, under one loss of all their outputs: the shards'
/// forward passes, one task each, then the loss and its derivative by the outputs, then the shards'
/// backward passes and steps.
class ShardedTraining extends WholeTraining<Layer> {
  private final EnsembleTask<Layer> task;
  private final Step<Layer> step; // of one member
  private final int members;

  /// What a member's step takes.
  private record Part(Step.State<Layer> state, Layer grad, List<Tensor> states) {}

  ShardedTraining(
      Layer stacked,
      int members,
      TrainingLoop<?> loop,
      EnsembleTask<Layer> task,
      Batches batches,
      String kind) {
    super(stacked, loop, task, batches, "the ensemble", kind);
    this.members = members;
    this.task = task;
    step = loop.recipe().rules().of(0).step(task);
  }

  @Override
  protected Step.State<Layer> start(Step<Layer> first, Layer stacked) {
    return Transforms.vmap(first::start).apply(stacked);
  }

  @Override
  protected Step.Taken<Layer> take(
      Step.State<Layer> state, Batch batch, double lr, Key key, boolean averages) {
    Ctx ctx = Ctx.training(key);
    Tensor keys = ctx.nextKey().split(members).bits(); // as Ensemble.logits does
    return take(state, batch, Tensor.scalar(lr), ctx, keys, averages);
  }

  /// Takes a step with these members.
  ///
  /// @param keys theirs, `[M, 2]`
  final Step.Taken<Layer> take(
      Step.State<Layer> state, Batch batch, Tensor rate, Ctx ctx, Tensor keys, boolean averages) {
    int shards = Math.min(keys.dim(0), Parallel.threads());
    List<Transforms.Pullback<Layer, Members.Pass>> passes =
        Shards.each(
            shards,
            s -> {
              Key own = new Key(cut(keys, s, shards));
              return Transforms.vjp(
                  (Layer all) -> Members.pass(all, batch.x(), own, ctx),
                  cut(state.params(), s, shards));
            });
    Tensor outputs = Tree.concat(passes.stream().map(p -> p.value().logits()).toList());
    Transforms.ValueAndGrad<Tensor, Tensor> joint =
        Transforms.valueAndGrad((Tensor o) -> task.loss(o, batch.targets(), ctx)).apply(outputs);
    List<Step.State<Layer>> next =
        Shards.each(
            shards,
            s -> {
              Members.Pass pass = passes.get(s).value();
              List<Tensor> none =
                  Tree.map(pass.states(), t -> Tensor.full(t.dtype(), 0, t.shape()));
              Members.Pass g = new Members.Pass(cut(joint.grad(), s, shards), none);
              Layer grad = passes.get(s).pull().apply(g);
              return update(cut(state, s, shards), grad, pass.states(), rate, averages);
            });
    return new Step.Taken<>(
        Tree.concat(next), joint.value(), task.divisor(outputs, batch.targets()));
  }

  /// {@return the members' state after a step of each along its gradient}
  final Step.State<Layer> update(
      Step.State<Layer> state, Layer grad, List<Tensor> states, Tensor rate, boolean averages) {
    return Transforms.vmap((Part p) -> step.update(p.state, p.grad, p.states, rate, averages))
        .apply(new Part(state, grad, states));
  }

  /// {@return the members of shard `s` of a tree of stacked tensors}
  private static <T> T cut(T stacked, int s, int shards) {
    int members = Tree.tensors(stacked).getFirst().dim(0);
    return Tree.slice(stacked, members * s / shards, members * (s + 1) / shards);
  }
}
