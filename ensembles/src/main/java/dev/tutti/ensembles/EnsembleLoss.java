package dev.tutti.ensembles;

import dev.tutti.engine.Tensor;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.loss.Losses;
import dev.tutti.nn.loss.Objective;
import java.util.List;

/// How the members' losses become one. Libraries differ in this, so the choice is explicit.
///
/// A loss of one's own is a lambda. In training its context has keys: what is drawn from them is
/// new in every step.
///
/// {@snippet :
/// EnsembleLoss logitDrop = (logits, targets, objective, ctx) ->
///     objective.of(
///         ctx.training()
///             ? logits.mul(ctx.nextKey().bernoulli(0.5, logits.dim(0), logits.dim(1), 1)).sum(0)
///             : logits.sum(0),
///         targets);
/// }
@FunctionalInterface
public interface EnsembleLoss {
  /// The mean over all M · B rows. With it each member sees 1/M of its own gradient, which is why
  /// torch-uncertainty multiplies the learning rate by M.
  EnsembleLoss MEAN_OVER_ROWS = MemberLoss.MEAN_OVER_ROWS;

  /// The mean over members of each member's mean over its rows: for equal batches the same value as
  /// [#MEAN_OVER_ROWS], except for the order of summation (probly's notebook).
  EnsembleLoss MEAN_OVER_MEMBERS = MemberLoss.MEAN_OVER_MEMBERS;

  /// The sum over members of each member's mean over its rows: each member sees its own gradient
  /// (Uncertainty Baselines' MIMO).
  EnsembleLoss SUM_OVER_MEMBERS = MemberLoss.SUM_OVER_MEMBERS;

  /// One loss of the members' summed logits, which couples them (the `single_input` mode of
  /// *ensemble networks*, Kelcey 2020). Classes are then read from the summed logits.
  EnsembleLoss SUMMED_LOGITS = MemberLoss.SUMMED_LOGITS;

  /// {@return the four losses that libraries have}
  static List<EnsembleLoss> values() {
    return List.of(MemberLoss.values());
  }

  /// {@return the loss of outputs `[M, B, C]` with the targets of the `B` rows, a scalar}
  ///
  /// @param ctx that of the pass, with keys in training
  Tensor of(Tensor logits, Tensor targets, Objective objective, Ctx ctx);

  /// {@return the loss of outputs `[M, R, C]` with the targets of each member's own `R` rows, `[M,
  /// R]` or `[M, R, …]`, a scalar}
  ///
  /// @throws UnsupportedOperationException if the loss couples the members, which then see one row
  ///   together
  default Tensor ofOwn(Tensor logits, Tensor targets, Objective objective, Ctx ctx) {
    throw new UnsupportedOperationException(
        "ensemble loss: "
            + this
            + " needs members that see the same rows; take SUM_OVER_MEMBERS or a mean");
  }

  /// {@return the same as [#of(Tensor, Tensor, Objective, Ctx)] outside of training}
  default Tensor of(Tensor logits, Tensor targets, Objective objective) {
    return of(logits, targets, objective, Ctx.inference());
  }

  /// {@return the cross-entropy of logits `[M, B, C]` with int32 labels `[B]`, a scalar in nats}
  default Tensor of(Tensor logits, Tensor labels) {
    return of(logits, labels, Losses::crossEntropy);
  }

  /// {@return what the ensemble's classes are read from, `[B, C]`: the members' mean probabilities}
  default Tensor scores(Tensor logits) {
    return logits.softmax().mean(0);
  }

  /// {@return whether the loss of all rows is the mean of the batches' losses, as long as the
  /// objective is one ([Objective#isMean]); if not, validation keeps the outputs of all rows}
  default boolean isMean() {
    return false;
  }

  /// {@return whether the loss is the sum of every member's own objective, so that members without
  /// a common parameter may be trained each by itself}
  default boolean isOwn() {
    return false;
  }
}
