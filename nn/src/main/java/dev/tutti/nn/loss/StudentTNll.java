package dev.tutti.nn.loss;

import dev.tutti.engine.Tensor;

/// The negative log-likelihood of targets `[…, T]` under the Student's t distributions that a
/// network with outputs `[…, 3T]` predicts: T locations, T numbers whose softplus and ε are scales
/// s, T numbers whose softplus and 2 are degrees of freedom ν, so that there is a variance:
///
/// `log Γ(ν/2) − log Γ((ν + 1)/2) + ½ log νπ + log s + (ν + 1)/2 · log(1 + ((y − μ)/s)² / ν)`
///
/// @param eps the least scale, ε > 0
public record StudentTNll(double eps) implements Objective {
  private static final String OP = "student_t_nll";
  private static final String WHAT = "a location, a scale and degrees of freedom";

  /// Checks ε.
  public StudentTNll {
    Parameters.requirePositive(OP, eps);
  }

  /// ε = 1e-6.
  public StudentTNll() {
    this(1e-6);
  }

  /// {@return the locations of outputs `[…, 3T]`, `[…, T]`: means and medians}
  public Tensor location(Tensor output) {
    return Parameters.part(OP, output, 0, 3, WHAT);
  }

  /// {@return the scales s of outputs `[…, 3T]`, `[…, T]`; the variance is s² ν / (ν − 2)}
  public Tensor scale(Tensor output) {
    return Parameters.part(OP, output, 1, 3, WHAT).softplus().add(eps);
  }

  /// {@return the degrees of freedom ν of outputs `[…, 3T]`, `[…, T]`, above 2}
  public Tensor degrees(Tensor output) {
    return Parameters.part(OP, output, 2, 3, WHAT).softplus().add(2 + eps);
  }

  @Override
  public Tensor of(Tensor output, Tensor target) {
    Tensor location = location(output);
    Parameters.requireTargets(OP, location, target);
    Tensor scale = scale(output);
    Tensor nu = degrees(output);
    Tensor z = target.sub(location).div(scale);
    Tensor half = nu.mul(0.5);
    Tensor above = half.add(0.5);
    return GammaFunctions.lgamma(half)
        .sub(GammaFunctions.lgamma(above))
        .add(nu.mul(Math.PI).log().mul(0.5))
        .add(scale.log())
        .add(above.mul(z.mul(z).div(nu).log1p()))
        .mean();
  }

  @Override
  public boolean isMean() {
    return true;
  }
}
