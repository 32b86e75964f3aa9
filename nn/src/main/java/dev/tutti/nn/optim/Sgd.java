package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;
import java.util.List;

/// Stochastic gradient descent with momentum, PyTorch's `optim.SGD`.
///
/// With `d = g + weightDecay · p` and `v = momentum · v + (1 − dampening) · d` (`v = d` in the
/// first step), the step is `p − lr · v`, or `p − lr · (d + momentum · v)` with Nesterov's
/// momentum.
///
/// Hyper-parameters are scalars or `[M]`, one per member; null leaves the feature out. The record
/// does not check them, the methods that take numbers do.
///
/// @param nesterov whether the step looks ahead; needs a momentum and no dampening
public record Sgd(Tensor momentum, Tensor dampening, Tensor weightDecay, boolean nesterov)
    implements Optimizer {
  /// Checks that the features go together.
  ///
  /// @throws IllegalArgumentException if Nesterov's momentum or dampening lacks a momentum, or both
  ///   are set
  public Sgd {
    if (nesterov && (momentum == null || dampening != null)) {
      throw new IllegalArgumentException(
          "sgd: nesterov needs a momentum and no dampening, as in PyTorch");
    }
    if (dampening != null && momentum == null) {
      throw new IllegalArgumentException("sgd: dampening needs a momentum");
    }
  }

  /// Plain gradient descent.
  public Sgd() {
    this(null, null, null, false);
  }

  /// Gradient descent with these for all members; a momentum or weight decay of 0 is left out.
  public Sgd(double momentum, boolean nesterov, double weightDecay) {
    this(
        momentum == 0 ? null : Range.NOT_NEGATIVE.of("sgd: momentum", momentum),
        null,
        weightDecay == 0 ? null : Range.NOT_NEGATIVE.of("sgd: weight decay", weightDecay),
        nesterov);
  }

  /// {@return this with a momentum, for all members or for each}
  public Sgd momentum(double... perMember) {
    Tensor mu = Range.NOT_NEGATIVE.of("sgd: momentum", perMember);
    return new Sgd(mu, dampening, weightDecay, nesterov);
  }

  /// {@return this with the gradient's part in the momentum lessened, for all members or for each}
  public Sgd dampening(double... perMember) {
    Tensor tau = Range.NOT_NEGATIVE.of("sgd: dampening", perMember);
    return new Sgd(momentum, tau, weightDecay, nesterov);
  }

  /// {@return this with `weightDecay · p` added to the gradient, for all members or for each}
  public Sgd weightDecay(double... perMember) {
    Tensor decay = Range.NOT_NEGATIVE.of("sgd: weight decay", perMember);
    return new Sgd(momentum, dampening, decay, nesterov);
  }

  /// {@return this with or without Nesterov's momentum}
  public Sgd nesterov(boolean on) {
    return new Sgd(momentum, dampening, weightDecay, on);
  }

  @Override
  public int moments() {
    return momentum == null ? 0 : 1;
  }

  @Override
  public List<Tensor> update(Tensor p, Tensor g, List<Tensor> moments, Tensor step, Tensor lr) {
    Tensor d = weightDecay == null ? g : p.axpy(weightDecay, g);
    if (momentum == null) {
      return List.of(d.axpy(lr.neg(), p));
    }
    Tensor v = moments.getFirst().axpy(momentum, dampening == null ? d : damped(d, step));
    Tensor direction = nesterov ? v.axpy(momentum, d) : v;
    return List.of(direction.axpy(lr.neg(), p), v);
  }

  /// The first gradient starts the average and is taken whole.
  private Tensor damped(Tensor d, Tensor step) {
    Tensor one = Tensor.scalar(1);
    return d.mul(Tensor.where(step.eq(1), one, one.sub(dampening)));
  }
}
