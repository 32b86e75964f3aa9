package dev.tutti.nn;

import dev.tutti.engine.Tensor;

/// What training minimises: one number for the outputs of a network on a batch and the targets of
/// that batch, such as [Losses#crossEntropy(Tensor, Tensor)] as a method reference.
///
/// It is differentiated and mapped, so it is written in tensor operations, like a layer.
///
/// On a validation set the objective is computed once, for the outputs and targets of all its rows,
/// so that the loss is that of the set whatever the batches are. The training loss of an epoch,
/// whose batches meet different parameters, is the mean of the batches' losses, each with the
/// weight [#divisor]: by default its rows, with class weights or ignored rows what [CrossEntropy]
/// says.
@FunctionalInterface
public interface Objective {
  /// {@return a scalar, the mean over the batch}
  ///
  /// @param output the network's output, `[B, C]` for a classifier
  /// @param target int32 labels `[B]`, or float32 soft labels `[B, C]` or values
  Tensor of(Tensor output, Tensor target);

  /// {@return what the mean over the batch divides by, a scalar: how much the batch counts compared
  /// with others; the number of its rows unless an objective says otherwise}
  default Tensor divisor(Tensor output, Tensor target) {
    return Tensor.scalar(target.dim(0));
  }
}
