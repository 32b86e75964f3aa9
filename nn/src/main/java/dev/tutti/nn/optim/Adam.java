package dev.tutti.nn.optim;

import dev.tutti.engine.Tensor;
import java.util.List;

/// Adam (Kingma and Ba, 2015) and AdamW (Loshchilov and Hutter, 2019), as PyTorch's `optim.Adam`
/// and `optim.AdamW`.
///
/// `m = beta1 · m + (1 − beta1) · g`, `v = beta2 · v + (1 − beta2) · g²`, and the step is `p − lr /
/// (1 − beta1ᵗ) · m / (√v / √(1 − beta2ᵗ) + eps)`.
///
/// @param decoupled whether weight decay shrinks the parameters by `lr · weightDecay` (AdamW) or is
///   added to the gradient (Adam)
public record Adam(double beta1, double beta2, double eps, double weightDecay, boolean decoupled)
    implements Optimizer {
  /// Checks that the hyper-parameters are in range.
  public Adam {
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && eps > 0 && weightDecay >= 0)) {
      throw new IllegalArgumentException(
          "adam: betas must lie in [0, 1), eps be positive and weight decay not negative, got "
              + beta1
              + ", "
              + beta2
              + ", "
              + eps
              + ", "
              + weightDecay);
    }
  }

  /// Adam with PyTorch's defaults: betas 0.9 and 0.999, eps 1e-8, no weight decay.
  public Adam() {
    this(0.9, 0.999, 1e-8, 0, false);
  }

  /// {@return AdamW with PyTorch's defaults and this weight decay (PyTorch: 0.01)}
  public static Adam w(double weightDecay) {
    return new Adam(0.9, 0.999, 1e-8, weightDecay, true);
  }

  @Override
  public int moments() {
    return 2;
  }

  @Override
  public List<Tensor> update(Tensor p, Tensor g, List<Tensor> moments, Tensor step, Tensor lr) {
    Tensor decayed = p;
    Tensor d = g;
    if (weightDecay != 0 && decoupled) {
      decayed = p.axpy(lr.mul(-weightDecay), p);
    } else if (weightDecay != 0) {
      d = p.axpy(Tensor.scalar(weightDecay), g);
    }
    Tensor m = moments.get(0).ema(d, Tensor.scalar(beta1));
    Tensor v = moments.get(1).emaSquare(d, Tensor.scalar(beta2));
    Tensor c1 = correction(beta1, step);
    Tensor c2 = correction(beta2, step).sqrt();
    return List.of(decayed.adam(m, v, lr.div(c1), c2, Tensor.scalar(eps)), m, v);
  }

  /// 1 − betaᵗ without the digits that a difference near 1 loses. The logarithm is that of the
  /// float32 beta with which the moments are averaged, so that a constant gradient is averaged to
  /// itself.
  private static Tensor correction(double beta, Tensor step) {
    return step.mul(StrictMath.log((float) beta)).expm1().neg();
  }
}
