package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;
import java.util.List;

/// RMSprop (Hinton, 2012; centred: Graves, 2013), PyTorch's `optim.RMSprop`.
///
/// With `d = g + weightDecay · p` and `v = alpha · v + (1 − alpha) · d²`, the step is `p − lr · d /
/// (√v + eps)`. With momentum it is `p − lr · b` with `b = momentum · b + d / (√v + eps)`.
///
/// If centred, there is a variance under the root: `v − m²` with `m = alpha · m + (1 − alpha) · d`,
/// or 0 if rounding makes it negative.
///
/// Hyper-parameters are scalars or `[M]`, one per member; null leaves the feature out. The record
/// does not check them, the methods that take numbers do.
public record RmsProp(
    Tensor alpha, Tensor eps, Tensor momentum, Tensor weightDecay, boolean centered)
    implements Optimizer {
  /// RMSprop with PyTorch's defaults: alpha 0.99, eps 1e-8, no momentum, no weight decay.
  public RmsProp() {
    this(Tensor.scalar(0.99), Tensor.scalar(1e-8), null, null, false);
  }

  /// {@return this with another smoothing constant, for all members or for each}
  public RmsProp alpha(double... perMember) {
    Tensor other = Range.BELOW_ONE.of("rmsprop: alpha", perMember);
    return new RmsProp(other, eps, momentum, weightDecay, centered);
  }

  /// {@return this with another eps, for all members or for each}
  public RmsProp eps(double... perMember) {
    Tensor other = Range.POSITIVE.of("rmsprop: eps", perMember);
    return new RmsProp(alpha, other, momentum, weightDecay, centered);
  }

  /// {@return this with a momentum, for all members or for each}
  public RmsProp momentum(double... perMember) {
    Tensor mu = Range.NOT_NEGATIVE.of("rmsprop: momentum", perMember);
    return new RmsProp(alpha, eps, mu, weightDecay, centered);
  }

  /// {@return this with `weightDecay · p` added to the gradient, for all members or for each}
  public RmsProp weightDecay(double... perMember) {
    Tensor decay = Range.NOT_NEGATIVE.of("rmsprop: weight decay", perMember);
    return new RmsProp(alpha, eps, momentum, decay, centered);
  }

  /// {@return this with the gradient normalised by its variance, or by its mean square}
  public RmsProp centered(boolean on) {
    return new RmsProp(alpha, eps, momentum, weightDecay, on);
  }

  @Override
  public int moments() {
    return 1 + (centered ? 1 : 0) + (momentum == null ? 0 : 1);
  }

  @Override
  public List<Tensor> update(Tensor p, Tensor g, List<Tensor> moments, Tensor step, Tensor lr) {
    Tensor d = weightDecay == null ? g : p.axpy(weightDecay, g);
    Tensor v = moments.getFirst().emaSquare(d, alpha);
    Tensor m = centered ? moments.get(1).ema(d, alpha) : null;
    Tensor under = centered ? v.sub(m.mul(m)).maximum(Tensor.scalar(0)) : v;
    if (momentum == null) {
      Tensor next = p.adam(d, under, lr, Tensor.scalar(1), eps);
      return centered ? List.of(next, v, m) : List.of(next, v);
    }
    Tensor b = moments.getLast().axpy(momentum, d.div(under.sqrt().add(eps)));
    Tensor next = b.axpy(lr.neg(), p);
    return centered ? List.of(next, v, m, b) : List.of(next, v, b);
  }
}
