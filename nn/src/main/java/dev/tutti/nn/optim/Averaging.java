package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import java.util.Iterator;

/// A model whose parameters are an average of those that training passes through.
///
/// The average is a tree and its updates are pure, so both map over members like an optimiser's
/// step. Leaves marked `@State` and int32 leaves are those of the newest model, as in PyTorch's
/// `AveragedModel`: the running statistics of a network that passed by do not fit averaged
/// parameters, and are to be collected anew with them in a pass over the training data.
public interface Averaging {
  /// An average of the parameters of `count` models, a float32 scalar.
  record Averaged<P>(P params, Tensor count) {}

  /// The rule for one parameter tensor.
  ///
  /// @param count how many models the average holds, a scalar; at 0 the result is `newest`
  /// @return the average with `newest` taken in
  Tensor update(Tensor average, Tensor newest, Tensor count);

  /// {@return the average of no model yet, shaped like `params`: the first update starts it}
  default <P> Averaged<P> init(P params) {
    return new Averaged<>(params, Tensor.scalar(0));
  }

  /// {@return the average with the model `newest` taken in}
  ///
  /// @throws IllegalArgumentException if hyper-parameters per member are not mapped
  default <P> Averaged<P> update(Averaged<P> before, P newest) {
    PerMember.requireScalars(this);
    Iterator<Tensor> averages = Tree.tensors(before.params()).iterator();
    P params =
        Tree.mapLeaves(
            newest,
            leaf -> {
              Tensor average = averages.next();
              Tensor p = leaf.tensor();
              return Optimizer.trains(leaf) ? update(average, p, before.count()) : p;
            });
    return new Averaged<>(params, before.count().add(1));
  }
}
