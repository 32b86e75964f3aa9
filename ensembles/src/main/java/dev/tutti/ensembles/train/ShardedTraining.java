package dev.tutti.ensembles.train;

import dev.tutti.engine.Key;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.optim.Averaging;
import dev.tutti.nn.optim.Optimizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;

/// The members of a deep ensemble under one loss of all their logits: the shards' forward passes,
/// one task each, then the loss and its derivative by the logits, then the shards' backward passes
/// and steps.
final class ShardedTraining extends CoupledTraining<DeepEnsemble> {
  private final int members;
  private final int shards;
  private final List<Layer> networks = new ArrayList<>();
  private final List<Optimizer.Memory<Layer>> memories = new ArrayList<>();

  private Averaging.Averaged<DeepEnsemble> average;

  private record Member(Layer network, Key key) {}

  /// A member's logits, and the state that the pass left.
  private record Pass(Tensor logits, List<Tensor> states) {}

  private record Part(Layer network, Layer grad, Optimizer.Memory<Layer> memory) {}

  ShardedTraining(
      DeepEnsemble deep,
      Recipe recipe,
      Batches batches,
      EnsembleLoss loss,
      Progress.Listener listener) {
    super(recipe, batches, loss, listener);
    members = deep.members();
    shards = Math.min(members, Parallel.threads());
    cut(
        deep.network(),
        Transforms.vmap((Layer one) -> rules.optimizer().init(one)).apply(deep.network()));
    average = noAverage(deep);
  }

  private void cut(Layer network, Optimizer.Memory<Layer> memory) {
    networks.clear();
    memories.clear();
    for (int s = 0; s < shards; s++) {
      networks.add(Tree.slice(network, first(s), first(s + 1)));
      memories.add(Tree.slice(memory, first(s), first(s + 1)));
    }
  }

  private int first(int shard) {
    return members * shard / shards;
  }

  @Override
  Measured step(Batch batch, Tensor lr, Key key, boolean taken) {
    Tensor keys = Ctx.training(key).nextKey().split(members).bits(); // as Ensemble.logits does
    List<Transforms.Pullback<Layer, Pass>> passes =
        ofShards(s -> forward(s, batch.x(), new Key(keys.slice(0, first(s), first(s + 1)))));
    Tensor logits = Tree.concat(passes.stream().map(p -> p.value().logits).toList());
    Transforms.ValueAndGrad<Tensor, Tensor> joint =
        Transforms.valueAndGrad((Tensor l) -> lossOf(l, batch)).apply(logits);
    List<Optimizer.Stepped<Layer>> next =
        ofShards(s -> {
          Pass pass = passes.get(s).value();
          Tensor g = joint.grad().slice(0, first(s), first(s + 1));
          List<Tensor> none = Tree.map(pass.states, t -> Tensor.full(t.dtype(), 0, t.shape()));
          return backward(s, passes.get(s).pull().apply(new Pass(g, none)), lr);
        });
    for (int s = 0; s < shards; s++) {
      networks.set(s, Ctx.withStates(next.get(s).params(), passes.get(s).value().states));
      memories.set(s, next.get(s).memory());
    }
    if (taken) {
      average = averaged(average, ensemble(), true);
    }
    return new Measured(joint.value().item(), divisor(logits, batch.labels()).item());
  }

  private Transforms.Pullback<Layer, Pass> forward(int s, Tensor x, Key keys) {
    return Transforms.vjp(
        (Layer stacked) ->
            Transforms.vmap(
                    (Member m) -> {
                      Ctx ctx = Ctx.training(m.key);
                      Tensor logits = m.network.apply(x, ctx);
                      return new Pass(logits, ctx.states(m.network));
                    })
                .apply(new Member(stacked, keys)),
        networks.get(s));
  }

  private Optimizer.Stepped<Layer> backward(int s, Layer grad, Tensor lr) {
    return Transforms.vmap((Part p) -> rules.optimizer().step(p.network, p.grad, p.memory, lr))
        .apply(new Part(networks.get(s), grad, memories.get(s)));
  }

  /// {@return the results of one task per shard}
  private <T> List<T> ofShards(IntFunction<T> task) {
    List<T> results = new ArrayList<>(Collections.nCopies(shards, null));
    Parallel.run(shards, s -> results.set(s, task.apply(s)));
    return results;
  }

  @Override
  State<DeepEnsemble> now() {
    Optimizer.Memory<Layer> memory = Tree.concat(memories);
    return new State<>(
        ensemble(),
        new Optimizer.Memory<>(
            memory.moments().stream().map(m -> new DeepEnsemble(m, members)).toList(),
            memory.step()),
        average);
  }

  private DeepEnsemble ensemble() {
    return new DeepEnsemble(Tree.concat(networks), members);
  }

  @Override
  void set(State<DeepEnsemble> state) {
    cut(
        state.ensemble().network(),
        new Optimizer.Memory<>(
            state.memory().moments().stream().map(DeepEnsemble::network).toList(),
            state.memory().step()));
    average = state.average();
  }
}
