package dev.tutti.nn.fit;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.io.Checkpoint;
import dev.tutti.nn.io.DataError;
import dev.tutti.nn.optim.Averaging;
import dev.tutti.nn.optim.Optimizer;
import java.util.Arrays;
import java.util.List;

/// All of a training in a file: the state of the next step, the best, and what has to be the same
/// when the training resumes. The entries `network.…` of the file are the model's state dict.
public record Saved<P>(
    P network,
    Optimizer.Memory<P> memory,
    Averaging.Averaged<P> average,
    P best,
    Key key,
    Recipe.Rules rules,
    Standing.Saved standing) {
  /// {@return a training's state}
  ///
  /// @param best the parameters that were recorded as best; null for none
  public static <P> Saved<P> of(
      Step.State<P> state, P best, Key key, Recipe.Rules rules, Standing standing) {
    return new Saved<>(
        state.params(), state.memory(), state.average(), best, key, rules, standing.saved());
  }

  /// {@return the state of the next step}
  public Step.State<P> state() {
    return new Step.State<>(network, memory, average);
  }

  /// {@return the values that a checkpoint has in the places of this one's}
  ///
  /// @throws DataError if it was made with another recipe or key
  public Saved<P> read(Checkpoint checkpoint) {
    Saved<P> saved = checkpoint.into(this);
    requireSame(checkpoint, "recipe", rules, saved.rules);
    requireSame(checkpoint, "key", key, saved.key);
    return saved;
  }

  /// {@return whether a checkpoint holds parameters that were recorded as best}
  public static boolean hasBest(Checkpoint checkpoint) {
    return checkpoint.tensors().keySet().stream().anyMatch(name -> name.startsWith("best."));
  }

  private static void requireSame(Checkpoint checkpoint, String what, Object now, Object saved) {
    List<Tree.Leaf> own = Tree.leaves(now);
    List<Tensor> other = Tree.tensors(saved);
    for (int i = 0; i < own.size(); i++) {
      double[] a = own.get(i).tensor().toDoubles(); // holds every float32 and int32
      if (!Arrays.equals(a, other.get(i).toDoubles())) {
        String path = own.get(i).path();
        throw new DataError(
            "%s: was saved with another %s%s; resume with the recipe that it was made with"
                .formatted(checkpoint.file(), what, path.isEmpty() ? "" : " (" + path + ")"));
      }
    }
  }
}
