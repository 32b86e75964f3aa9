package dev.tutti.nn.loss;

import dev.tutti.engine.Tensor;

/// What training minimises: one number for the outputs of a network on a batch and the targets of
/// that batch, such as [Losses#crossEntropy(Tensor, Tensor)] as a method reference.
///
/// It is differentiated and mapped, so it is written in tensor operations, like a layer.
///
/// What the numbers of batches come to is the matter of two more methods. The training loss of an
/// epoch, whose batches meet different parameters, is the mean of the batches' losses, each with
/// the weight [#divisor]. The loss of a validation set is that of all its rows, whatever its
/// batches are: an objective that is a mean ([#isMean]) is summed batch by batch, as `of · divisor`
/// and `divisor`, in float64; any other is computed once, for the outputs and targets of all rows,
/// which have to fit into memory. [CrossEntropy] is such a mean and knows its weights;
/// `Objective.mean(Losses::mse)` says it of a function.
@FunctionalInterface
public interface Objective {
  /// {@return a scalar, the mean over the batch}
  ///
  /// @param output the network's output, `[B, C]` for a classifier
  /// @param target int32 labels `[B]`, or float32 soft labels `[B, C]` or values
  Tensor of(Tensor output, Tensor target);

  /// {@return what the mean over the batch divides by, a scalar: how much the batch counts compared
  /// with others; the number of its rows unless an objective says otherwise} It depends on the
  /// targets and on shapes, not on the values of the outputs.
  default Tensor divisor(Tensor output, Tensor target) {
    return Tensor.scalar(target.dim(0));
  }

  /// {@return whether [#of] is a sum over rows, each row's part being its own, divided by
  /// [#divisor]; false unless an objective says so, as of a sum, a maximum or a weighted mean with
  /// weights that nobody knows}
  default boolean isMean() {
    return false;
  }

  /// {@return `f` as an objective that is the mean over the rows of a batch, all of them alike:
  /// `Objective.mean(Losses::mse)`} A mean with class weights or ignored rows is [CrossEntropy].
  static Objective mean(Objective f) {
    return new MeanOverRows(f);
  }
}
