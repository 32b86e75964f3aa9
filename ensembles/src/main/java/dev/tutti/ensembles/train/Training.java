package dev.tutti.ensembles.train;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.data.DataError;
import dev.tutti.nn.io.Checkpoint;
import java.util.Arrays;
import java.util.List;

/// A training that is under way, as seen by the loop that drives it: parts that are judged, kept
/// and stopped each by itself. The parts of a deep ensemble with independent members are its
/// members; any other ensemble is one part.
sealed interface Training<E extends Ensemble> permits SeparateTraining, CoupledTraining {
  /// What a training pass returns in addition to its loss: the network's state, and how much the
  /// batch counts.
  record Passed(List<Tensor> states, Tensor divisor) {}

  /// {@return in words what is stepped together}
  String kind();

  /// {@return the number of parts}
  int parts();

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

  /// {@return the ensemble, its parts as recorded last by [#keep], the others as they are}
  E result();

  /// {@return the ensemble as it is now}
  E current();

  /// {@return a tree of all that the next steps depend on, and of the best}
  Object state(Standing standing);

  /// Replaces the present state by the [#state] that a checkpoint holds.
  ///
  /// @return the [Standing] at that time
  Standing restore(Checkpoint checkpoint);

  /// {@return whether a checkpoint holds parameters that were recorded as best}
  static boolean holdsBest(Checkpoint checkpoint) {
    return checkpoint.tensors().keySet().stream().anyMatch(name -> name.startsWith("best."));
  }

  /// Checks that a checkpoint was made with what is in use now.
  ///
  /// @throws DataError if it was not
  static void requireSame(Checkpoint checkpoint, String what, Object now, Object saved) {
    List<Tree.Leaf> own = Tree.leaves(now);
    List<Tensor> other = Tree.tensors(saved);
    for (int i = 0; i < own.size(); i++) {
      double[] a = own.get(i).tensor().toDoubles(); // holds every float32 and int32
      if (!Arrays.equals(a, other.get(i).toDoubles())) {
        throw new DataError(
            "%s: was saved with another %s%s; resume with the recipe that it was made with"
                .formatted(
                    checkpoint.file(),
                    what,
                    own.get(i).path().isEmpty() ? "" : " (" + own.get(i).path() + ")"));
      }
    }
  }
}
