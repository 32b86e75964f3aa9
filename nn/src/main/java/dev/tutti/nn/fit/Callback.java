package dev.tutti.nn.fit;

import java.util.function.Supplier;

/// A listener that follows a training epoch by epoch. Calls come one at a time, between epochs and
/// before the epoch is saved; a `RuntimeException` ends the training and is thrown by it.
///
/// @param <P> the model
@FunctionalInterface
public interface Callback<P> {
  /// Takes the report on an epoch.
  ///
  /// @param current when called, makes the model as it is now, with all members
  void epoch(EpochReport report, Supplier<? extends P> current);

  /// Called before the first step: `epoch` is the first epoch to be reported, above 0 if training
  /// resumes from a checkpoint.
  default void starts(int epoch) {}
}
