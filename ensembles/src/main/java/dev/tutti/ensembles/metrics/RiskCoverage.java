package dev.tutti.ensembles.metrics;

/// Selective classification: the risk (error rate) of a classifier that answers only if it is
/// confident, against its coverage (the fraction of samples that it answers).
///
/// With the `n` samples sorted by decreasing confidence `max_c p̄`, the risk at coverage `i/n` is
/// `e_i`, the fraction of errors among the first `i`. Samples of equal confidence have no order, so
/// `e_i` is its expectation over a random one: errors grow linearly inside a block of equal
/// confidences. [#aurc], [#augrc] and [#riskAtCoverage] are therefore the exact means of their
/// values over all orders of such samples. The releases of torch-uncertainty that [Compat] names
/// take them in the given order instead.
public final class RiskCoverage {

  // An exact 5 % inside a block of equal confidences must not fail because a quotient is rounded.
  private static final double ROUNDING = 1e-12;

  private final double[] risks;
  private final Compat compat;

  private RiskCoverage(double[] risks, Compat compat) {
    this.risks = risks;
    this.compat = compat;
  }

  /// The curve of an ensemble.
  ///
  /// @throws IllegalArgumentException if the labels do not fit
  public static RiskCoverage of(Predictions p, int[] labels) {
    return of(p, labels, Compat.NONE);
  }

  /// The curve of an ensemble, by the rules of `compat`.
  ///
  /// @throws IllegalArgumentException if the labels do not fit
  public static RiskCoverage of(Predictions p, int[] labels, Compat compat) {
    p.requireLabels("risk-coverage", labels);
    return of(p.confidences(), p.correct(labels), compat);
  }

  /// The curve of any confidence score.
  ///
  /// @param confidence a number per sample, larger is surer; only its order matters
  /// @param correct whether the sample is predicted correctly
  /// @throws IllegalArgumentException if the arrays do not fit or a confidence is NaN
  public static RiskCoverage of(double[] confidence, boolean[] correct, Compat compat) {
    Ranking.requirePaired("risk-coverage", confidence, correct);
    boolean[] wrong = new boolean[correct.length];
    for (int i = 0; i < wrong.length; i++) {
      wrong[i] = !correct[i];
    }
    int[] order = Ranking.descending(confidence);
    double[] errors =
        switch (compat) {
          case NONE -> Ranking.expectedCount(confidence, wrong, order);
          case TORCH_UNCERTAINTY_0_11, TORCH_UNCERTAINTY_0_13 -> Ranking.count(wrong, order);
        };
    double[] risks = new double[wrong.length];
    for (int i = 0; i < risks.length; i++) {
      risks[i] = errors[i + 1] / (i + 1);
    }
    return new RiskCoverage(risks, compat);
  }

  /// The number of samples, `n`.
  public int samples() {
    return risks.length;
  }

  /// The risks `e_1 … e_n`; the one at index `i` belongs to the coverage `(i + 1)/n`.
  public double[] risks() {
    return risks.clone();
  }

  /// The area under the risk-coverage curve from coverage `1/n` to 1, by trapezoids, divided by the
  /// width `1 − 1/n`; NaN for fewer than two samples (Y. Geifman and R. El-Yaniv, Selective
  /// classification for deep neural networks, 2017).
  public double aurc() {
    int n = risks.length;
    double sum = 0;
    for (int i = 1; i < n; i++) {
      sum += (risks[i - 1] + risks[i]) / 2;
    }
    return n < 2 ? Double.NaN : sum / (n - 1);
  }

  /// The area under the generalized risk-coverage curve, whose ordinate is `e_i · i/n`, the
  /// fraction of all samples that are answered wrongly; the same width and trapezoids as [#aurc]
  /// (J. Traub et al., Overcoming common flaws in the evaluation of selective classification
  /// systems, 2024).
  public double augrc() {
    int n = risks.length;
    double sum = 0;
    for (int i = 1; i < n; i++) {
      sum += (risks[i - 1] * i + risks[i] * (i + 1)) / 2 / n;
    }
    return n < 2 ? Double.NaN : sum / (n - 1);
  }

  /// The largest coverage whose risk is at most `risk`; NaN if there is none.
  /// `coverageAtRisk(0.05)` is printed as Cov@5Risk.
  ///
  /// The curve need not be monotonic: a larger coverage counts even if a smaller one is above the
  /// risk. [Compat#TORCH_UNCERTAINTY_0_11] finds the same coverage `i/n` but then looks up the risk
  /// of the first `n − i + 1` samples instead of the first `i`, and gives NaN if that one is too
  /// large: for instance if only the surest of 100 samples is wrong, although the risk of all of
  /// them is 1 %.
  ///
  /// @throws IllegalArgumentException if `risk` is not in 0..1
  public double coverageAtRisk(double risk) {
    if (!(risk >= 0 && risk <= 1)) {
      throw new IllegalArgumentException(
          "coverage at risk: the risk %s is outside 0..1".formatted(risk));
    }
    int n = risks.length;
    int covered = n;
    while (covered > 0 && exceeds(covered, risk)) {
      covered--;
    }
    if (covered == 0) {
      return Double.NaN;
    }
    if (compat == Compat.TORCH_UNCERTAINTY_0_11 && exceeds(n - covered + 1, risk)) {
      return Double.NaN;
    }
    return covered / (double) n;
  }

  private boolean exceeds(int covered, double risk) {
    return risks[covered - 1] > risk + ROUNDING;
  }

  /// The risk of the surest samples that make up at least the fraction `coverage` of all, `e_i`
  /// with `i = ⌈coverage · n⌉`; NaN without samples. `riskAtCoverage(0.8)` is printed as
  /// Risk@80Cov.
  ///
  /// @throws IllegalArgumentException if `coverage` is not above 0 and at most 1
  public double riskAtCoverage(double coverage) {
    if (!(coverage > 0 && coverage <= 1)) {
      throw new IllegalArgumentException(
          "risk at coverage: the coverage %s is not above 0 and at most 1".formatted(coverage));
    }
    int n = risks.length;
    // 0.55 · 100 is a little above 55 in float64.
    int covered = Math.max(1, (int) Math.ceil(coverage * n * (1 - ROUNDING)));
    return n == 0 ? Double.NaN : risks[covered - 1];
  }
}
