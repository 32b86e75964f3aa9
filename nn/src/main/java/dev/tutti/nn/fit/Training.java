package dev.tutti.nn.fit;

import dev.tutti.engine.Tensor;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.io.Checkpoint;

/// A training that is under way, as seen by the [TrainingLoop] that drives it: parts that are
/// judged, kept and stopped each by itself. A network alone is one part, and so is an ensemble
/// whose members are coupled; the parts of independent members are the members.
///
/// @param <P> the model
public interface Training<P> {
  /// {@return in words what is stepped together}
  String kind();

  /// {@return the number of parts}
  int parts();

  /// {@return the outputs of all parts for a batch of inputs, now}
  Tensor outputs(Tensor x, Ctx ctx);

  /// Takes steps `from … to − 1` of an epoch with every part that is not stopped, and adds the
  /// losses before the steps to those of `standing`. Ends before the next step if the thread that
  /// trains is interrupted.
  ///
  /// @throws TrainingError if a loss stops being finite
  void run(int epoch, int from, int to, Standing standing);

  /// {@return the score of every part on `data` now; null for a part that is stopped. Not to be
  /// used if the thread that trains has been interrupted}
  Score[] scores(Batches data);

  /// Records the present parameters of a part as its best.
  void keep(int part);

  /// Stops a part: it takes no further step.
  void stop(int part);

  /// {@return the model, its parts as recorded last by [#keep], the others as they are}
  P result();

  /// {@return the model as it is now}
  P current();

  /// {@return a tree of all that the next steps depend on, and of the best}
  Object state(Standing standing);

  /// Replaces the present state by the [#state] that a checkpoint holds.
  ///
  /// @return the [Standing] at that time
  Standing restore(Checkpoint checkpoint);
}
