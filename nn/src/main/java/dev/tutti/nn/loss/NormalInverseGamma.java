package dev.tutti.nn.loss;

import dev.tutti.engine.Tensor;

/// A distribution over the mean and variance of a normal one, what deep evidential regression
/// predicts (Amini et al., 2020): the variance σ² is inverse-gamma with α and β, the mean normal
/// with variance σ² / ν around γ. All four have one shape.
///
/// @param gamma γ, the predicted value
/// @param nu ν > 0, how many observations γ is worth
/// @param alpha α > 1
/// @param beta β > 0
public record NormalInverseGamma(Tensor gamma, Tensor nu, Tensor alpha, Tensor beta) {
  /// The least ν, α − 1 and β of a network's outputs: torch-uncertainty's.
  private static final double LEAST = 1e-6;

  /// {@return the distributions of a network's outputs `[…, 4 · D]`, each parameter `[…, D]`}
  ///
  /// One after another they hold γ and what softplus turns into ν, α − 1 and β, or 1e-6 if softplus
  /// gives less, as in torch-uncertainty: below an output of −13.8 they are flat, and losses
  /// finite.
  public static NormalInverseGamma of(Tensor outputs) {
    Tensor[] parts = outputs.split(-1, 4);
    return new NormalInverseGamma(
        parts[0], positive(parts[1]), positive(parts[2]).add(1), positive(parts[3]));
  }

  private static Tensor positive(Tensor output) {
    return output.softplus().maximum(output.constant(LEAST));
  }

  /// {@return β / (α − 1), the expected variance of the data}
  public Tensor aleatoric() {
    return beta.div(alpha.sub(1));
  }

  /// {@return β / (ν · (α − 1)), the variance of the predicted mean}
  public Tensor epistemic() {
    return aleatoric().div(nu);
  }
}
