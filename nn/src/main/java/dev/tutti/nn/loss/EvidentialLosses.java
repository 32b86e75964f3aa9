package dev.tutti.nn.loss;

import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;

/// Losses of networks that predict the parameters of a distribution over predictions.
public final class EvidentialLosses {
  private EvidentialLosses() {}

  /// Which risk deep evidential classification minimises, with S = Σ α and the label y as a row of
  /// 0 and 1.
  public enum Risk {
    /// Type II maximum likelihood, Σ y · (log S − log α); torch-uncertainty's `log`.
    MAXIMUM_LIKELIHOOD,
    /// The expected cross-entropy, Σ y · (ψ(S) − ψ(α)); torch-uncertainty's `digamma`.
    CROSS_ENTROPY,
    /// The expected squared error, Σ (y − α / S)² + α · (S − α) / (S² · (S + 1));
    /// torch-uncertainty's `mse`.
    SQUARED_ERROR
  }

  /// {@return the loss of deep evidential classification, risk + weight · KL, of int32 labels
  /// `[…]`} (Sensoy et al., *Evidential deep learning to quantify classification uncertainty*,
  /// 2018; torch-uncertainty's `DECLoss`.)
  ///
  /// The outputs of the network, below 0 counted as 0, are the evidence of the classes; the
  /// prediction is the Dirichlet distribution with α = evidence + 1. KL is the divergence from the
  /// uniform distribution of the Dirichlet distribution without the evidence of the label.
  ///
  /// @param outputs `[…, C]`
  /// @param weight of the divergence; [#annealed] raises it as the paper does
  public static Tensor classification(
      Tensor outputs, Tensor labels, Risk risk, double weight, Reduction reduction) {
    notNegative("weight", weight);
    Tensor classes = ClassLabels.classes("evidential", outputs, labels);
    Tensor y = ClassLabels.oneHot("evidential", outputs, classes);
    Tensor evidence = outputs.relu();
    Tensor losses = risk(risk, evidence.add(1), y);
    if (weight > 0) {
      Tensor misleading = evidence.mul(y.neg().add(1));
      losses = losses.add(divergenceToUniform(misleading.add(1)).mul(weight));
    }
    return reduction.apply(losses);
  }

  /// {@return the weight of the divergence in the paper, min(1, epoch / epochs); 10 epochs there}
  public static double annealed(double epoch, double epochs) {
    if (!(epochs > 0)) {
      throw new IllegalArgumentException(
          "evidential: epochs of annealing must be positive, got " + epochs);
    }
    return Math.min(1, epoch / epochs);
  }

  private static Tensor risk(Risk risk, Tensor alpha, Tensor y) {
    Tensor s = alpha.sum(-1, true);
    Tensor terms =
        switch (risk) {
          case MAXIMUM_LIKELIHOOD -> y.mul(s.log().sub(alpha.log()));
          case CROSS_ENTROPY -> y.mul(GammaFunctions.digamma(s).sub(GammaFunctions.digamma(alpha)));
          case SQUARED_ERROR -> {
            Tensor p = alpha.div(s);
            Tensor error = y.sub(p);
            yield error.mul(error).add(p.mul(p.neg().add(1)).div(s.add(1)));
          }
        };
    return terms.sum(-1, false);
  }

  /// KL(Dir(α) ‖ Dir(1)) = log Γ(S) − log Γ(C) − Σ log Γ(α) + Σ (α − 1) · (ψ(α) − ψ(S)).
  private static Tensor divergenceToUniform(Tensor alpha) {
    Tensor s = alpha.sum(-1, true);
    Tensor classes = alpha.constant(alpha.dim(-1));
    Tensor norm = GammaFunctions.lgamma(s).sub(GammaFunctions.lgamma(classes));
    Tensor digammas = GammaFunctions.digamma(alpha).sub(GammaFunctions.digamma(s));
    Tensor terms = alpha.sub(1).mul(digammas).sub(GammaFunctions.lgamma(alpha));
    return norm.add(terms.sum(-1, true)).sum(-1, false); // the last axis is 1 there
  }

  /// {@return the loss of deep evidential regression, elementwise NLL + λ · |y − γ| · (2ν + α)}
  /// (Amini et al., *Deep evidential regression*, 2020; torch-uncertainty's `DERLoss`.)
  ///
  /// NLL is that of the Student's t distribution that a [NormalInverseGamma] predicts: with Ω = 2β
  /// · (1 + ν), ½ log(π / ν) − α · log Ω + (α + ½) · log(ν · (y − γ)² + Ω) + log Γ(α) − log Γ(α +
  /// ½).
  ///
  /// @param target y, of the parameters' shape
  /// @param lambda λ ≥ 0, the weight of evidence for wrong values
  public static Tensor regression(
      NormalInverseGamma d, Tensor target, double lambda, Reduction reduction) {
    notNegative("lambda", lambda);
    if (!target.shape().equals(d.gamma().shape())) {
      throw new ShapeError(
          "evidential: target " + target.shape() + " does not fit gamma " + d.gamma().shape());
    }
    Tensor error = target.sub(d.gamma());
    Tensor omega = d.beta().mul(2).mul(d.nu().add(1));
    Tensor half = d.alpha().add(0.5);
    // log(ν e² + Ω) = log Ω + log1p(ν e² / Ω), so that α · log Ω cancels exactly
    Tensor distance = d.nu().mul(error).mul(error).div(omega).log1p();
    Tensor nll =
        omega
            .log()
            .sub(d.nu().log())
            .add(Math.log(Math.PI))
            .mul(0.5)
            .add(half.mul(distance))
            .add(GammaFunctions.lgamma(d.alpha()))
            .sub(GammaFunctions.lgamma(half));
    Tensor evidence = d.nu().mul(2).add(d.alpha());
    return reduction.apply(nll.add(error.abs().mul(evidence).mul(lambda)));
  }

  private static void notNegative(String name, double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(
          "evidential: " + name + " must be at least 0, got " + value);
    }
  }
}
