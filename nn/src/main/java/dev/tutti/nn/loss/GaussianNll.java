package dev.tutti.nn.loss;

import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;

/// The negative log-likelihood of targets `[…, T]` under the normal distributions that a network
/// with outputs `[…, 2T]` predicts: T means, then T numbers that become variances. PyTorch's
/// `GaussianNLLLoss` of such a network, with which the members of a deep ensemble for regression
/// are trained (Lakshminarayanan, Pritzel, Blundell 2017).
///
/// `½ (log v + (y − mean)² / v)`, the mean over rows and targets; see [Losses#gaussianNll]. It is
/// an [Objective]: `recipe.objective(new GaussianNll())`.
///
/// @param link how an output becomes a variance
/// @param eps the least variance, ε > 0: 1e-6 as in PyTorch and in that paper
/// @param full whether the constant ½ log 2π is part of it
public record GaussianNll(Link link, double eps, boolean full) implements Objective {
  /// How an output `o` becomes a variance.
  public enum Link {
    /// `log(1 + exp(o)) + ε`, as in that paper.
    SOFTPLUS,
    /// `exp(o) + ε`: the output is the logarithm of the variance.
    EXP
  }

  /// Checks ε.
  public GaussianNll {
    if (!(eps > 0)) {
      throw new IllegalArgumentException("gaussian_nll: eps must be positive, got " + eps);
    }
  }

  /// The softplus of the outputs, ε = 1e-6, without the constant.
  public GaussianNll() {
    this(Link.SOFTPLUS, 1e-6, false);
  }

  /// {@return this loss with another link}
  public GaussianNll link(Link other) {
    return new GaussianNll(other, eps, full);
  }

  /// {@return this loss with another least variance}
  public GaussianNll eps(double other) {
    return new GaussianNll(link, other, full);
  }

  /// {@return this loss with the constant ½ log 2π}
  public GaussianNll withConstant() {
    return new GaussianNll(link, eps, true);
  }

  /// {@return the means of outputs `[…, 2T]`, `[…, T]`}
  public Tensor mean(Tensor output) {
    return output.slice(-1, 0, targets(output));
  }

  /// {@return the variances of outputs `[…, 2T]`, `[…, T]`}
  public Tensor variance(Tensor output) {
    int targets = targets(output);
    Tensor o = output.slice(-1, targets, 2 * targets);
    return (link == Link.EXP ? o.exp() : o.softplus()).add(eps);
  }

  @Override
  public Tensor of(Tensor output, Tensor target) {
    return Losses.gaussianNll(mean(output), target, variance(output), full, eps, Reduction.MEAN);
  }

  /// {@return true: every row is a mean over its T targets}
  @Override
  public boolean isMean() {
    return true;
  }

  private static int targets(Tensor output) {
    int last = output.shape().equals(Shape.SCALAR) ? 0 : output.dim(-1);
    if (last == 0 || last % 2 != 0) {
      throw new ShapeError(
          "gaussian_nll: output "
              + output.shape()
              + " needs a last axis of 2T, a mean and a variance for each of T targets");
    }
    return last / 2;
  }
}
