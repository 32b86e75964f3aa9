package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import java.util.ArrayList;
import java.util.List;

/// A rule that makes new parameters from parameters and gradients.
///
/// An optimiser is a pure function on trees, so it can be mapped over members: stacked parameters
/// with one mapped state train as the members would alone, bit for bit. Leaves marked `@State` and
/// int32 leaves are left as they are.
public sealed interface Optimizer permits Sgd, Adam {
  /// What an optimiser remembers: moving averages shaped like the parameters and the step count, a
  /// float32 scalar.
  record Memory<P>(List<P> moments, Tensor step) {}

  /// Parameters and memory after a step.
  record Stepped<P>(P params, Memory<P> memory) {}

  /// {@return how many moving averages are kept per parameter}
  int moments();

  /// The rule for one parameter tensor.
  ///
  /// @param step the number of this step, 1 for the first, a scalar
  /// @param lr the learning rate, a scalar
  /// @return the new parameter, then the new moments
  List<Tensor> update(Tensor p, Tensor g, List<Tensor> moments, Tensor step, Tensor lr);

  /// {@return the memory before the first step}
  default <P> Memory<P> init(P params) {
    List<P> moments = new ArrayList<>();
    for (int i = 0; i < moments(); i++) {
      moments.add(Tree.map(params, t -> Tensor.full(t.dtype(), 0, t.shape())));
    }
    return new Memory<>(moments, Tensor.scalar(0));
  }

  /// {@return parameters and memory after one step along `grads` with learning rate `lr`}
  default <P> Stepped<P> step(P params, P grads, Memory<P> memory, Tensor lr) {
    List<Tree.Leaf> leaves = Tree.leaves(params);
    List<Tensor> g = Tree.tensors(grads);
    List<List<Tensor>> before = memory.moments().stream().map(Tree::tensors).toList();
    List<List<Tensor>> after = new ArrayList<>();
    for (int i = 0; i <= moments(); i++) {
      after.add(new ArrayList<>());
    }
    Tensor step = memory.step().add(1);
    for (int leaf = 0; leaf < leaves.size(); leaf++) {
      int index = leaf;
      Tensor p = leaves.get(leaf).tensor();
      List<Tensor> own = before.stream().map(tensors -> tensors.get(index)).toList();
      List<Tensor> next;
      if (leaves.get(leaf).state() || !p.dtype().isFloat()) {
        next = new ArrayList<>(own);
        next.addFirst(p);
      } else {
        next = update(p, g.get(leaf), own, step, lr);
      }
      for (int i = 0; i < next.size(); i++) {
        after.get(i).add(next.get(i));
      }
    }
    List<P> moments = new ArrayList<>();
    for (int i = 1; i <= moments(); i++) {
      moments.add(Tree.rebuild(params, after.get(i)));
    }
    return new Stepped<>(Tree.rebuild(params, after.getFirst()), new Memory<>(moments, step));
  }
}
