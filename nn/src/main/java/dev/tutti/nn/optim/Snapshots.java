package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The models at the ends of a schedule's cycles, which make a snapshot ensemble (Huang et al.,
/// 2017).
///
/// @param epochs after how many epochs a model is kept: [CosineRestarts#cycleEnds]
/// @param models those kept so far, each with a first axis of size 1
public record Snapshots<P>(List<Integer> epochs, List<P> models) {
  /// No model yet.
  public Snapshots(CosineRestarts schedule, int epochs) {
    this(Arrays.stream(schedule.cycleEnds(epochs)).boxed().toList(), List.of());
  }

  /// {@return this, with the model as it is after `epoch` epochs if a cycle ends there}
  ///
  /// What is kept are views, so training may go on in a mapped call that its state is donated to.
  public Snapshots<P> after(int epoch, P model) {
    if (!epochs.contains(epoch)) {
      return this;
    }
    List<P> more = new ArrayList<>(models);
    more.add(Tree.mapLeaves(model, Snapshots::kept));
    return new Snapshots<>(epochs, List.copyOf(more));
  }

  private static Tensor kept(Tree.Leaf leaf) {
    Tensor t = leaf.tensor();
    return leaf.shared() ? t : t.reshape(t.shape().prepend(1));
  }

  /// {@return the models kept, stacked along a new first axis}
  ///
  /// @throws dev.tutti.engine.ShapeError if none is kept
  public P stacked() {
    return Tree.concat(models);
  }
}
