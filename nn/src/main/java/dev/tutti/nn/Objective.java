package dev.tutti.nn;

import dev.tutti.engine.Tensor;

/// What training makes small: one number for the outputs of a network on a batch and the targets of
/// that batch, such as [Losses#crossEntropy(Tensor, Tensor)] as a method reference.
///
/// It is differentiated and mapped, so it is written in tensor operations, like a layer.
@FunctionalInterface
public interface Objective {
  /// {@return a scalar, the mean over the batch}
  ///
  /// @param output the network's output, `[B, C]` for a classifier
  /// @param target int32 labels `[B]`, or float32 soft labels `[B, C]` or values
  Tensor of(Tensor output, Tensor target);
}
