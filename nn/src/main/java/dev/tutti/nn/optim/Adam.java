package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;
import java.util.List;

/// Adam (Kingma and Ba, 2015) and AMSGrad (Reddi et al., 2018), PyTorch's `optim.Adam`.
///
/// With `d = g + weightDecay · p`, `m = beta1 · m + (1 − beta1) · d` and `v = beta2 · v + (1 −
/// beta2) · d²`, the step is `p − lr / (1 − beta1ᵗ) · m / (√v / √(1 − beta2ᵗ) + eps)`; AMSGrad puts
/// the largest `v` so far in its place. AdamW, in which the decay does not pass through the
/// averages, is [#w].
///
/// Hyper-parameters are scalars or `[M]`, one per member; a null `weightDecay` is left out. The
/// record does not check them, the methods that take numbers do.
public record Adam(Tensor beta1, Tensor beta2, Tensor eps, Tensor weightDecay, boolean amsgrad)
    implements Optimizer {
  /// Adam with PyTorch's defaults: betas 0.9 and 0.999, eps 1e-8, no weight decay.
  public Adam() {
    this(Tensor.scalar(0.9), Tensor.scalar(0.999), Tensor.scalar(1e-8), null, false);
  }

  /// {@return AdamW (Loshchilov and Hutter, 2019), PyTorch's `optim.AdamW`, with its defaults and
  /// this weight decay, for all members or for each (PyTorch: 0.01)}
  public static DecoupledDecay w(double... weightDecay) {
    return new Adam().decay(weightDecay);
  }

  /// {@return this with another first beta, for all members or for each}
  public Adam beta1(double... perMember) {
    Tensor beta = Range.BELOW_ONE.of("adam: beta1", perMember);
    return new Adam(beta, beta2, eps, weightDecay, amsgrad);
  }

  /// {@return this with another second beta, for all members or for each}
  public Adam beta2(double... perMember) {
    Tensor beta = Range.BELOW_ONE.of("adam: beta2", perMember);
    return new Adam(beta1, beta, eps, weightDecay, amsgrad);
  }

  /// {@return this with another eps, for all members or for each}
  public Adam eps(double... perMember) {
    Tensor other = Range.POSITIVE.of("adam: eps", perMember);
    return new Adam(beta1, beta2, other, weightDecay, amsgrad);
  }

  /// {@return this with `weightDecay · p` added to the gradient, for all members or for each}
  public Adam weightDecay(double... perMember) {
    Tensor decay = Range.NOT_NEGATIVE.of("adam: weight decay", perMember);
    return new Adam(beta1, beta2, eps, decay, amsgrad);
  }

  /// {@return this with or without AMSGrad}
  public Adam amsgrad(boolean on) {
    return new Adam(beta1, beta2, eps, weightDecay, on);
  }

  @Override
  public int moments() {
    return amsgrad ? 3 : 2;
  }

  @Override
  public List<Tensor> update(Tensor p, Tensor g, List<Tensor> moments, Tensor step, Tensor lr) {
    return at(step, lr).update(p, g, moments);
  }

  @Override
  public Rule at(Tensor step, Tensor lr) {
    Tensor rate = lr.div(correction(beta1, step));
    Tensor c2 = correction(beta2, step).sqrt();
    return (p, g, moments) -> {
      Tensor d = weightDecay == null ? g : p.axpy(weightDecay, g);
      Tensor m = moments.get(0).ema(d, beta1);
      Tensor v = moments.get(1).emaSquare(d, beta2);
      if (!amsgrad) {
        return List.of(p.adam(m, v, rate, c2, eps), m, v);
      }
      Tensor largest = moments.get(2).maximum(v);
      return List.of(p.adam(m, largest, rate, c2, eps), m, v, largest);
    };
  }

  /// 1 − betaᵗ without the digits that a difference near 1 loses.
  static Tensor correction(Tensor beta, Tensor step) {
    return beta.log().mul(step).expm1().neg();
  }
}
