package dev.tutti.ensembles.train;

import dev.tutti.engine.Parallel;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.engine.Vmap;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.nn.Layer;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.optim.Optimizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;

/// The training of an ensemble whose members meet in every step.
sealed interface CoupledTraining<E extends Ensemble> {
  /// Takes one step.
  ///
  /// @return the loss before it, in nats
  double step(Batch batch, Tensor lr);

  /// {@return the ensemble as trained so far}
  E ensemble();

  /// Members that share parameters or kernel calls: one loss, one gradient, one step of all
  /// parameters; large kernels are cut over the threads.
  ///
  /// A step runs as a map over an axis of size 1: nothing of a mapped call outlives it but its
  /// results, so that the next step uses its memory again.
  final class Whole<E extends Ensemble> implements CoupledTraining<E> {
    private record Run<E>(E ensemble, Optimizer.Memory<E> memory) {}

    private final EnsembleLoss loss;
    private final Optimizer optimizer;
    private final Run<E> like;
    private List<Tensor> run;
    private boolean own;

    Whole(E ensemble, EnsembleLoss loss, Optimizer optimizer) {
      this.loss = loss;
      this.optimizer = optimizer;
      like = new Run<>(ensemble, optimizer.init(ensemble));
      run = Tree.tensors(like).stream().map(t -> t.reshape(t.shape().prepend(1))).toList();
    }

    @Override
    public double step(Batch batch, Tensor lr) {
      Vmap<List<Tensor>, List<Tensor>> mapped =
          Transforms.vmap((List<Tensor> state) -> stepped(state, batch, lr));
      List<Tensor> next = new ArrayList<>((own ? mapped.donate() : mapped).apply(run));
      double value = next.removeLast().toFloats()[0];
      run = next;
      own = true; // what the caller gave is not written over
      return value;
    }

    /// The tensors of the next state, then the loss.
    private List<Tensor> stepped(List<Tensor> state, Batch batch, Tensor lr) {
      Run<E> at = filled(state);
      Transforms.ValueAndGrad<E, Tensor> g =
          Transforms.valueAndGrad((E e) -> loss.of(e.logits(batch.x()), batch.labels()))
              .apply(at.ensemble);
      Optimizer.Stepped<E> next = optimizer.step(at.ensemble, g.grad(), at.memory, lr);
      List<Tensor> tensors = new ArrayList<>(Tree.tensors(new Run<>(next.params(), next.memory())));
      tensors.add(g.value());
      return tensors;
    }

    private Run<E> filled(List<Tensor> state) {
      Iterator<Tensor> next = state.iterator();
      return Tree.map(like, t -> next.next());
    }

    @Override
    public E ensemble() {
      return filled(run.stream().map(t -> t.reshape(t.shape().tail())).toList()).ensemble;
    }
  }

  /// The members of a deep ensemble under one loss of all their logits: the shards' forward passes,
  /// one task each, then the loss and its derivative by the logits, then the shards' backward
  /// passes and steps.
  final class Shards implements CoupledTraining<DeepEnsemble> {
    private record Part(Layer network, Layer grad, Optimizer.Memory<Layer> memory) {}

    private final int members;
    private final EnsembleLoss loss;
    private final Optimizer optimizer;
    private final List<Layer> networks = new ArrayList<>();
    private final List<Optimizer.Memory<Layer>> memories = new ArrayList<>();
    private final int shards;

    Shards(DeepEnsemble deep, EnsembleLoss loss, Optimizer optimizer) {
      this.members = deep.members();
      this.loss = loss;
      this.optimizer = optimizer;
      shards = Math.min(members, Parallel.threads());
      for (int s = 0; s < shards; s++) {
        Layer network = Tree.slice(deep.network(), first(s), first(s + 1));
        networks.add(network);
        memories.add(Transforms.vmap((Layer one) -> optimizer.init(one)).apply(network));
      }
    }

    private int first(int shard) {
      return members * shard / shards;
    }

    @Override
    public double step(Batch batch, Tensor lr) {
      List<Transforms.Pullback<Layer, Tensor>> passes = ofShards(s -> forward(s, batch.x()));
      Tensor logits = Tree.concat(passes.stream().map(Transforms.Pullback::value).toList());
      Transforms.ValueAndGrad<Tensor, Tensor> joint =
          Transforms.valueAndGrad((Tensor l) -> loss.of(l, batch.labels())).apply(logits);
      List<Optimizer.Stepped<Layer>> next =
          ofShards(s -> {
            Tensor g = joint.grad().slice(0, first(s), first(s + 1));
            return backward(s, passes.get(s).pull().apply(g), lr);
          });
      for (int s = 0; s < shards; s++) {
        networks.set(s, next.get(s).params());
        memories.set(s, next.get(s).memory());
      }
      return joint.value().item();
    }

    private Transforms.Pullback<Layer, Tensor> forward(int s, Tensor x) {
      int size = first(s + 1) - first(s);
      return Transforms.vjp((Layer n) -> new DeepEnsemble(n, size).logits(x), networks.get(s));
    }

    private Optimizer.Stepped<Layer> backward(int s, Layer grad, Tensor lr) {
      return Transforms.vmap((Part p) -> optimizer.step(p.network, p.grad, p.memory, lr))
          .apply(new Part(networks.get(s), grad, memories.get(s)));
    }

    /// {@return the results of one task per shard}
    private <T> List<T> ofShards(IntFunction<T> task) {
      List<T> results = new ArrayList<>(Collections.nCopies(shards, null));
      Parallel.run(shards, s -> results.set(s, task.apply(s)));
      return results;
    }

    @Override
    public DeepEnsemble ensemble() {
      return new DeepEnsemble(Tree.concat(networks), members);
    }
  }
}
