package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import java.util.function.Predicate;

/// Decoupled weight decay (Loshchilov and Hutter, 2019): parameters shrink by the factor `1 − lr ·
/// rate` before the step of another optimiser, which sees the gradient without the decay.
///
/// Around [Adam] this is AdamW. Often only weights decay:
///
/// {@snippet :
/// Optimizer adamW = new Adam().decay(path -> !path.endsWith("bias"), 0.01);
/// }
///
/// @param rate a scalar, or `[M]`, one per member
/// @param paths which leaves decay, by their paths in the state dict (`layer1.0.conv1.weight`);
///   null for all
public record DecoupledDecay(Optimizer inner, Tensor rate, Predicate<String> paths)
    implements Wrapper {
  static Tensor checked(double... rate) {
    return Range.NOT_NEGATIVE.of("decay: the rate", rate);
  }

  @Override
  public <P> Stepped<P> step(P params, P grads, Memory<P> memory, Tensor lr) {
    PerMember.requireScalars(this);
    Tensor shrink = lr.mul(rate).neg();
    P decayed =
        Tree.mapLeaves(
            params,
            leaf -> {
              Tensor p = leaf.tensor();
              boolean decays = Optimizer.trains(leaf) && (paths == null || paths.test(leaf.path()));
              return decays ? p.axpy(shrink, p) : p;
            });
    return inner.step(decayed, grads, memory, lr);
  }
}
