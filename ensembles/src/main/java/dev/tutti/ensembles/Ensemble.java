package dev.tutti.ensembles;

import dev.tutti.engine.Tensor;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;

/// Several networks in one set of parameters: a record, hence a tree, that gives every member's
/// outputs. A method of one's own is a record that implements [#members], [#network] and [#logits];
/// trainer, evaluator, predictions and checkpoints take it like those of this package.
///
/// As a [Layer], an ensemble is the function from `[B, …]` to the members' outputs `[M, B, …]`.
public interface Ensemble extends Layer {
  /// {@return the number of members M}
  int members();

  /// {@return the network that holds the members' parameters}
  Layer network();

  /// {@return every member's logits of one batch, `[M, B, C]`; for regression its outputs}
  ///
  /// @param ctx prediction or training; in training, each member that is a network of its own draws
  ///   from its own child of the pass's next key
  Tensor logits(Tensor x, Ctx ctx);

  /// {@return every member's logits of rows of its own, `[M, R, …]`: `[M, R, C]`} A method whose
  /// members do not see all [#rows] of a training batch has it.
  ///
  /// @param ctx as for [#logits(Tensor, Ctx)]
  default Tensor logitsOfOwn(Tensor x, Ctx ctx) {
    throw new UnsupportedOperationException(
        getClass().getSimpleName()
            + ": all members see the same rows, logits(x) gives their logits");
  }

  /// {@return which rows of a training batch each member sees}
  default Rows rows() {
    return Rows.ALL;
  }

  /// {@return every member's predicted logits of one batch, `[M, B, C]`}
  default Tensor logits(Tensor x) {
    return apply(x);
  }

  /// {@return the same as [#logits(Tensor, Ctx)]}
  @Override
  default Tensor apply(Tensor x, Ctx ctx) {
    return logits(x, ctx);
  }

  /// {@return how this method's members count in training, unless the trainer is told otherwise}
  default EnsembleLoss loss() {
    return EnsembleLoss.SUM_OVER_MEMBERS;
  }

  /// {@return whether no member's parameters or inputs reach another's outputs, so that each could
  /// be cut out as a network of its own} [dev.tutti.ensembles.isolation.Isolation] checks it.
  default boolean isolated() {
    return independent();
  }

  /// {@return whether the members share nothing: all tensors are those of [#network], every one
  /// `[M, …]`, and [#logits] is that network mapped over axis 0} Such members are trained, judged,
  /// kept and stopped each by itself, as long as no loss couples them.
  default boolean independent() {
    return false;
  }
}
