package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;
import java.util.List;

/// LAMB (You et al., 2020), algorithm 2 of the paper with its bias corrections and φ(z) = z.
///
/// With `m` and `v` as in [Adam], the direction is `u = r + weightDecay · p` where `r = (m / (1 −
/// beta1ᵗ)) / (√v / √(1 − beta2ᵗ) + eps)`, and the step is `p − lr · ‖p‖ / ‖u‖ · u`: each parameter
/// tensor of each member moves by `lr` of its own norm. The ratio is 1 if a norm is 0. (NVIDIA's
/// LAMB also scales the gradient to a global norm of at most 1; that is [Optimizer#clipNorm].)
///
/// Hyper-parameters are scalars or `[M]`, one per member; a null `weightDecay` is left out. The
/// record does not check them, the methods that take numbers do.
public record Lamb(Tensor beta1, Tensor beta2, Tensor eps, Tensor weightDecay)
    implements Optimizer {
  /// LAMB with betas 0.9 and 0.999, eps 1e-6 and no weight decay.
  public Lamb() {
    this(Tensor.scalar(0.9), Tensor.scalar(0.999), Tensor.scalar(1e-6), null);
  }

  /// {@return this with another first beta, for all members or for each}
  public Lamb beta1(double... perMember) {
    return new Lamb(Range.BELOW_ONE.of("lamb: beta1", perMember), beta2, eps, weightDecay);
  }

  /// {@return this with another second beta, for all members or for each}
  public Lamb beta2(double... perMember) {
    return new Lamb(beta1, Range.BELOW_ONE.of("lamb: beta2", perMember), eps, weightDecay);
  }

  /// {@return this with another eps, for all members or for each}
  public Lamb eps(double... perMember) {
    return new Lamb(beta1, beta2, Range.POSITIVE.of("lamb: eps", perMember), weightDecay);
  }

  /// {@return this with `weightDecay · p` added to the direction, for all members or for each}
  public Lamb weightDecay(double... perMember) {
    Tensor decay = Range.NOT_NEGATIVE.of("lamb: weight decay", perMember);
    return new Lamb(beta1, beta2, eps, decay);
  }

  @Override
  public int moments() {
    return 2;
  }

  @Override
  public List<Tensor> update(Tensor p, Tensor g, List<Tensor> moments, Tensor step, Tensor lr) {
    return at(step, lr).update(p, g, moments);
  }

  @Override
  public Rule at(Tensor step, Tensor lr) {
    Tensor c1 = Adam.correction(beta1, step);
    Tensor c2 = Adam.correction(beta2, step).sqrt();
    return (p, g, moments) -> {
      Tensor m = moments.get(0).ema(g, beta1);
      Tensor v = moments.get(1).emaSquare(g, beta2);
      Tensor r = m.div(c1).div(v.sqrt().div(c2).add(eps));
      Tensor u = weightDecay == null ? r : p.axpy(weightDecay, r);
      Tensor rate = lr.mul(trust(ClipByNorm.norm(p), ClipByNorm.norm(u)));
      return List.of(u.axpy(rate.neg(), p), m, v);
    };
  }

  private static Tensor trust(Tensor ofParameter, Tensor ofUpdate) {
    Tensor both = ofParameter.gt(0).mul(ofUpdate.gt(0));
    return Tensor.where(both, ofParameter.div(ofUpdate), Tensor.scalar(1));
  }
}
