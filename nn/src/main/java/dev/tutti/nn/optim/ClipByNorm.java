package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;

/// Scales the gradient to at most a norm before the step of another optimiser, PyTorch's
/// `clip_grad_norm_`: every leaf is multiplied by `min(1, max / (norm + 1e-6))`, where `norm` is
/// the Euclidean norm of all trained leaves together.
///
/// Mapped over members, every member has its own norm, as if it were trained alone. A norm over all
/// members together is that of the stacked gradients in a step that is not mapped; hyper-parameters
/// are scalars there:
///
/// {@snippet :
/// List<Tensor> stacked = List.of(Tensor.ones(3, 4), Tensor.ones(3));     // three members' tensors
/// Optimizer joint = new Sgd().clipNorm(1);
/// joint.step(stacked, stacked, joint.init(stacked), Tensor.scalar(0.1));
/// }
///
/// @param max a scalar, or `[M]`, one per member
public record ClipByNorm(Optimizer inner, Tensor max) implements Wrapper {
  static Tensor checked(double... max) {
    return Range.POSITIVE.of("clip: the largest norm", max);
  }

  @Override
  public <P> Stepped<P> step(P params, P grads, Memory<P> memory, Tensor lr) {
    PerMember.requireScalars(this);
    Tensor scale = max.div(norm(grads).add(1e-6)).minimum(Tensor.scalar(1));
    P clipped =
        Tree.mapLeaves(
            grads, leaf -> Optimizer.trains(leaf) ? leaf.tensor().mul(scale) : leaf.tensor());
    return inner.step(params, clipped, memory, lr);
  }

  /// {@return the Euclidean norm of all trained leaves together, a scalar}
  public static Tensor norm(Object tree) {
    Tensor squares = Tensor.scalar(0);
    for (Tree.Leaf leaf : Tree.leaves(tree)) {
      if (Optimizer.trains(leaf)) {
        squares = squares.add(leaf.tensor().mul(leaf.tensor()).sum());
      }
    }
    return squares.sqrt();
  }
}
