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
final class ShardedTraining extends WholeTraining<Layer> {
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
    Tensor rate = Tensor.scalar(lr);
    int shards = Math.min(members, Parallel.threads());
    Ctx ctx = Ctx.training(key);
    Tensor keys = ctx.nextKey().split(members).bits(); // as Ensemble.logits does
    List<Transforms.Pullback<Layer, Members.Pass>> passes =
        Shards.each(
            shards,
            s -> {
              Key own = new Key(cut(keys, s, shards));
              return Transforms.vjp(
                  (Layer all) -> Members.trainingPass(all, batch.x(), own),
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
              return Transforms.vmap(
                      (Part p) -> step.update(p.state, p.grad, p.states, rate, averages))
                  .apply(new Part(cut(state, s, shards), grad, pass.states()));
            });
    return new Step.Taken<>(
        Tree.concat(next), joint.value(), task.divisor(outputs, batch.targets()));
  }

  /// {@return the members of shard `s` of a tree of stacked tensors}
  private <T> T cut(T stacked, int s, int shards) {
    return Tree.slice(stacked, members * s / shards, members * (s + 1) / shards);
  }
}
