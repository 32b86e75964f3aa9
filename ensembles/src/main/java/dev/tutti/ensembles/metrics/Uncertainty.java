package dev.tutti.ensembles.metrics;

import java.util.Arrays;

/// How unsure an ensemble is, and how much of that is its members' disagreement. No labels needed.
///
/// `H(q) = −Σ_c q_c ln q_c` is the entropy in nats, with `0 ln 0 = 0`. The entropy of the ensemble
/// splits into the members' mean entropy and their mutual information,
///
/// `H(p̄) = (1/M) Σ_m H(p_m) + MI`,
///
/// the parts usually called aleatoric and epistemic (S. Depeweg et al., Decomposition of
/// uncertainty in Bayesian deep learning, 2018). A function whose name ends in `PerSample` gives
/// one value per sample, `[B]`; the others give the mean over samples.
public final class Uncertainty {

  private Uncertainty() {}

  /// The four quantities of one set of samples.
  ///
  /// Of a single member: `disagreement` is NaN, `expectedEntropy` equals `entropy`,
  /// `mutualInformation` is 0.
  ///
  /// @param entropy entropy of the mean prediction, `H(p̄)`
  /// @param disagreement fraction of member pairs that predict different classes
  /// @param expectedEntropy mean entropy of the members
  /// @param mutualInformation mutual information
  public record Summary(
      double entropy, double disagreement, double expectedEntropy, double mutualInformation) {}

  /// All four at once.
  public static Summary summary(Predictions p) {
    return new Summary(entropy(p), disagreement(p), expectedEntropy(p), mutualInformation(p));
  }

  /// The entropy of the mean prediction, `H(p̄)`.
  public static double entropy(Predictions p) {
    return Classification.mean(entropyPerSample(p));
  }

  /// The entropy of the mean prediction, per sample.
  public static double[] entropyPerSample(Predictions p) {
    double[] mean = p.mean();
    double[] entropy = new double[p.samples()];
    for (int b = 0, i = 0; b < entropy.length; b++) {
      double sum = 0;
      for (int c = 0; c < p.classes(); c++, i++) {
        sum += plogp(mean[i]);
      }
      entropy[b] = 0.0 - sum;
    }
    return entropy;
  }

  /// The mean entropy of the members, `(1/M) Σ_m H(p_m)`.
  public static double expectedEntropy(Predictions p) {
    return Classification.mean(expectedEntropyPerSample(p));
  }

  /// The mean entropy of the members, per sample.
  public static double[] expectedEntropyPerSample(Predictions p) {
    float[] all = p.probabilities();
    double[] entropy = new double[p.samples()];
    for (int m = 0, i = 0; m < p.members(); m++) {
      for (int b = 0; b < entropy.length; b++) {
        double sum = 0;
        for (int c = 0; c < p.classes(); c++, i++) {
          sum += plogp(all[i]);
        }
        entropy[b] -= sum;
      }
    }
    for (int b = 0; b < entropy.length; b++) {
      entropy[b] /= p.members();
    }
    return entropy;
  }

  /// The mutual information of class and member, `H(p̄) − (1/M) Σ_m H(p_m)`, at least 0.
  public static double mutualInformation(Predictions p) {
    return p.members() == 1 ? 0 : Math.max(0, entropy(p) - expectedEntropy(p));
  }

  /// The mutual information, per sample; rounding below 0 is cut off for each sample.
  public static double[] mutualInformationPerSample(Predictions p) {
    double[] information = new double[p.samples()];
    if (p.members() > 1) {
      double[] total = entropyPerSample(p);
      double[] expected = expectedEntropyPerSample(p);
      for (int b = 0; b < information.length; b++) {
        information[b] = Math.max(0, total[b] - expected[b]);
      }
    }
    return information;
  }

  /// The fraction of pairs of members whose predicted classes differ, `1 − Σ_c n_c (n_c − 1) / (M
  /// (M − 1))` where `n_c` members predict class `c`; NaN for one member.
  public static double disagreement(Predictions p) {
    return Classification.mean(disagreementPerSample(p));
  }

  /// The disagreement, per sample.
  public static double[] disagreementPerSample(Predictions p) {
    double pairs = p.members() * (p.members() - 1.0);
    double[] disagreement = new double[p.samples()];
    int[] votes = new int[p.classes()];
    for (int b = 0; b < disagreement.length; b++) {
      Arrays.fill(votes, 0);
      // Ordered pairs that agree: a member joins n voters of its class and makes 2 n of them.
      long agreeing = 0;
      for (int m = 0; m < p.members(); m++) {
        agreeing += 2L * votes[p.votedClass(m, b)]++;
      }
      disagreement[b] = (pairs - agreeing) / pairs;
    }
    return disagreement;
  }

  /// The fraction of members that do not predict the class of the ensemble (L. C. Freeman,
  /// Elementary applied statistics, 1965).
  public static double variationRatio(Predictions p) {
    return Classification.mean(variationRatioPerSample(p));
  }

  /// The variation ratio, per sample.
  public static double[] variationRatioPerSample(Predictions p) {
    int[] predicted = p.predictedClasses();
    double[] ratio = new double[p.samples()];
    for (int b = 0; b < ratio.length; b++) {
      int different = 0;
      for (int m = 0; m < p.members(); m++) {
        if (p.votedClass(m, b) != predicted[b]) {
          different++;
        }
      }
      ratio[b] = different / (double) p.members();
    }
    return ratio;
  }

  /// The probability that the members give to other classes than that of the ensemble, `1 − max_c
  /// p̄[b, c]`.
  public static double probabilisticVariationRatio(Predictions p) {
    return Classification.mean(probabilisticVariationRatioPerSample(p));
  }

  /// The probabilistic variation ratio, per sample.
  public static double[] probabilisticVariationRatioPerSample(Predictions p) {
    double[] ratio = p.confidences();
    for (int b = 0; b < ratio.length; b++) {
      ratio[b] = 1 - ratio[b];
    }
    return ratio;
  }

  private static double plogp(double p) {
    return p > 0 ? p * Math.log(p) : 0;
  }
}
