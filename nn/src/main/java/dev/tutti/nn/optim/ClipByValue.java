package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;

/// Limits every element of the gradient to [−max, max] before the step of another optimiser,
/// PyTorch's `clip_grad_value_`.
///
/// @param max a scalar, or `[M]`, one per member
public record ClipByValue(Optimizer inner, Tensor max) implements Wrapper {
  static Tensor checked(double... max) {
    return Range.POSITIVE.of("clip: the largest value", max);
  }

  @Override
  public <P> Stepped<P> step(P params, P grads, Memory<P> memory, Tensor lr) {
    PerMember.requireScalars(this);
    Tensor min = max.neg();
    P clipped =
        Tree.mapLeaves(
            grads,
            leaf ->
                Optimizer.trains(leaf) ? leaf.tensor().maximum(min).minimum(max) : leaf.tensor());
    return inner.step(params, clipped, memory, lr);
  }
}
