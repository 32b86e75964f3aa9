package dev.tutti.nn.fit;

import java.nio.file.Path;

/// Where and how often a training saves all that it needs to resume, and whether it resumes from
/// the file.
///
/// A training that is killed at any moment and resumed ends with the bits of one that was not:
/// batches, dropout and schedules are functions of epoch and step, and the file, which is replaced
/// as a whole, holds parameters, state, the optimiser's memory and the state of early stopping.
///
/// @param file a SafeTensors file; its entries `network.…` are the model's state dict
/// @param everySteps the number of steps between two savings within an epoch; 0 saves at the end of
///   epochs only, which always happens
/// @param resume whether to resume from the file if there is one
public record Checkpointing(Path file, int everySteps, boolean resume) {
  /// Checks the range.
  public Checkpointing {
    if (everySteps < 0) {
      throw new IllegalArgumentException(
          "checkpointing: the steps between savings must not be negative, got " + everySteps);
    }
  }

  /// Saves after every epoch, and resumes from the file if there is one.
  public Checkpointing(Path file) {
    this(file, 0, true);
  }
}
