package dev.tutti.nn.loss;

import dev.tutti.engine.Tensor;

/// The negative log-likelihood of targets `[…, T]` under the Laplace distributions that a network
/// with outputs `[…, 2T]` predicts: T locations, then T numbers whose softplus and ε are scales:
///
/// `log 2b + |y − μ| / b`, the mean over rows and targets. With equal scales it is the mean
/// absolute error.
///
/// @param eps the least scale, ε > 0
public record LaplaceNll(double eps) implements Objective {
  private static final String OP = "laplace_nll";

  /// Checks ε.
  public LaplaceNll {
    Parameters.requirePositive(OP, eps);
  }

  /// ε = 1e-6.
  public LaplaceNll() {
    this(1e-6);
  }

  /// {@return the locations of outputs `[…, 2T]`, `[…, T]`: means and medians}
  public Tensor location(Tensor output) {
    return Parameters.part(OP, output, 0, 2, "a location and a scale");
  }

  /// {@return the scales b of outputs `[…, 2T]`, `[…, T]`; the variance is 2b²}
  public Tensor scale(Tensor output) {
    return Parameters.part(OP, output, 1, 2, "a location and a scale").softplus().add(eps);
  }

  @Override
  public Tensor of(Tensor output, Tensor target) {
    Tensor location = location(output);
    Parameters.requireTargets(OP, location, target);
    Tensor scale = scale(output);
    return scale.mul(2).log().add(target.sub(location).abs().div(scale)).mean();
  }

  @Override
  public boolean isMean() {
    return true;
  }
}
