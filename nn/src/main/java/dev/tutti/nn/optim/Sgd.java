package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;
import java.util.List;

/// Stochastic gradient descent with momentum, PyTorch's `optim.SGD`.
///
/// With `d = g + weightDecay · p` and `v = momentum · v + d`, the step is `p − lr · v`, or `p − lr
/// · (d + momentum · v)` with Nesterov's momentum.
public record Sgd(double momentum, boolean nesterov, double weightDecay) implements Optimizer {
  /// Checks that the hyper-parameters are in range.
  public Sgd {
    if (!(momentum >= 0) || !(weightDecay >= 0) || nesterov && momentum == 0) {
      throw new IllegalArgumentException(
          "sgd: momentum "
              + momentum
              + " and weight decay "
              + weightDecay
              + " must not be negative, and Nesterov needs a momentum");
    }
  }

  /// Plain gradient descent.
  public Sgd() {
    this(0, false, 0);
  }

  @Override
  public int moments() {
    return momentum == 0 ? 0 : 1;
  }

  @Override
  public List<Tensor> update(Tensor p, Tensor g, List<Tensor> moments, Tensor step, Tensor lr) {
    Tensor d = weightDecay == 0 ? g : p.axpy(Tensor.scalar(weightDecay), g);
    if (momentum == 0) {
      return List.of(d.axpy(lr.neg(), p));
    }
    Tensor mu = Tensor.scalar(momentum);
    Tensor v = moments.getFirst().axpy(mu, d);
    Tensor direction = nesterov ? v.axpy(mu, d) : v;
    return List.of(direction.axpy(lr.neg(), p), v);
  }
}
