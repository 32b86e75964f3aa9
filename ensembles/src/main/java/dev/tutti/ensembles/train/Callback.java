package dev.tutti.ensembles.train;

import dev.tutti.ensembles.Ensemble;
import java.util.function.Supplier;

/// Who follows a training by the epoch. Calls come one at a time, between epochs and before the
/// epoch is saved; a `RuntimeException` ends the training and comes out of it.
@FunctionalInterface
public interface Callback {
  /// Takes the report on an epoch.
  ///
  /// @param current makes the ensemble as it is now, with all members, when it is asked
  void epoch(EpochReport report, Supplier<? extends Ensemble> current);

  /// Told before the first step: `epoch` is the first epoch to be reported, above 0 where training
  /// goes on from a checkpoint.
  default void starts(int epoch) {}
}
