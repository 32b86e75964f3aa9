package dev.tutti.ensembles.metrics;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/// Detection of samples that do not belong to the distribution of the training data.
///
/// A [Criterion] gives every sample a score, larger for what looks more foreign; the metrics say
/// how well the scores separate the out-of-distribution samples (the positives) from the others.
/// They depend on the order of the scores only. Scores are compared as they are, in float64: no
/// sigmoid is applied to them, which in float32 would make scores equal that differ by little or
/// are extreme.
public final class OutOfDistribution {

  // Distances of recalls that differ by less than this, in samples per positive, count as equal.
  private static final double RECALL_ROUNDING = 1e-9;

  private OutOfDistribution() {}

  /// What makes a sample look foreign.
  public enum Criterion {
    /// Maximum softmax probability: `−max_c p̄_c` (D. Hendrycks and K. Gimpel, A baseline for
    /// detecting misclassified and out-of-distribution examples in neural networks, 2017).
    MSP,
    /// Maximum logit: `−max_c z̄_c` of the mean logits.
    LOGIT,
    /// Energy: `−ln Σ_c exp z̄_c` of the mean logits (W. Liu et al., Energy-based
    /// out-of-distribution detection, 2020).
    ENERGY,
    /// The mean entropy of the members; for a single model its entropy.
    ENTROPY,
    /// The mutual information of class and member. Needs at least two members.
    MUTUAL_INFORMATION,
    /// The fraction of members that do not predict the class of the ensemble. Needs at least two
    /// members.
    VARIATION_RATIO
  }

  /// Which threshold is chosen for a wanted recall.
  public enum RecallRule {
    /// The recall closest to the wanted one, of two equally close the larger; of several thresholds
    /// with that recall the lowest, but for recall 1 the highest.
    CLOSEST,
    /// The highest threshold whose recall is at least the wanted one.
    AT_LEAST
  }

  /// The score of every sample, `[B]`, larger for what looks more foreign.
  ///
  /// @throws IllegalArgumentException if the criterion needs logits or more members
  public static double[] scores(Criterion criterion, Predictions p) {
    return switch (criterion) {
      case MSP -> negated(p.confidences());
      case LOGIT, ENERGY ->
          throw new IllegalArgumentException(
              "ood: criterion %s needs logits, not probabilities".formatted(criterion));
      case ENTROPY -> Uncertainty.expectedEntropyPerSample(p);
      case MUTUAL_INFORMATION -> {
        requireEnsemble(criterion, p);
        yield Uncertainty.mutualInformationPerSample(p);
      }
      case VARIATION_RATIO -> {
        requireEnsemble(criterion, p);
        yield Uncertainty.variationRatioPerSample(p);
      }
    };
  }

  /// The score of every sample, `[B]`, from logits. [Criterion#LOGIT] and [Criterion#ENERGY] read
  /// the mean logits of the members, the others the members' softmax probabilities.
  ///
  /// @throws IllegalArgumentException if the criterion needs more members
  public static double[] scores(Criterion criterion, Logits logits) {
    if (criterion != Criterion.LOGIT && criterion != Criterion.ENERGY) {
      return scores(criterion, logits.softmax());
    }
    double[] mean = logits.mean();
    double[] scores = new double[logits.samples()];
    for (int b = 0; b < scores.length; b++) {
      int from = b * logits.classes();
      double max = mean[from + Predictions.argmax(mean, from, logits.classes())];
      double sum = 0;
      for (int c = 0; c < logits.classes(); c++) {
        sum += Math.exp(mean[from + c] - max);
      }
      scores[b] = criterion == Criterion.LOGIT ? -max : -(max + Math.log(sum));
    }
    return scores;
  }

  /// The area under the ROC curve: the probability that an out-of-distribution sample has a larger
  /// score than an in-distribution one, equal scores counting one half.
  ///
  /// @param id scores of in-distribution samples
  /// @param ood scores of out-of-distribution samples
  /// @return the area; NaN if either set is empty
  /// @throws IllegalArgumentException if a score is NaN
  public static double auroc(double[] id, double[] ood) {
    Sweep sweep = Sweep.of(id, ood);
    // Twice the area in units of one pair of samples: whole numbers, so the sum is exact.
    long twice = 0;
    for (int k = 0; k < sweep.thresholds; k++) {
      long width = sweep.falsePositives[k] - (k == 0 ? 0 : sweep.falsePositives[k - 1]);
      twice += width * (sweep.truePositives[k] + (k == 0 ? 0L : sweep.truePositives[k - 1]));
    }
    return twice / 2.0 / ((double) id.length * ood.length);
  }

  /// [#auroc] of the scores, or of what the library that `compat` names makes of them.
  public static double auroc(double[] id, double[] ood, Compat compat) {
    boolean squash = compat.torchUncertainty() && leavesUnit(id, ood);
    return squash ? auroc(squashed(id), squashed(ood)) : auroc(id, ood);
  }

  /// [#aupr] of the scores, or of what the library that `compat` names makes of them.
  public static double aupr(double[] id, double[] ood, Compat compat) {
    boolean squash = compat.torchUncertainty() && leavesUnit(id, ood);
    return squash ? aupr(squashed(id), squashed(ood)) : aupr(id, ood);
  }

  private static boolean leavesUnit(double[] id, double[] ood) {
    return DoubleStream.concat(Arrays.stream(id), Arrays.stream(ood)).anyMatch(s -> s < 0 || s > 1);
  }

  /// The logistic function in float32: it merges scores that differ, large ones above all.
  private static double[] squashed(double[] scores) {
    return Arrays.stream(scores).map(s -> (float) (1 / (1 + StrictMath.exp(-s)))).toArray();
  }

  /// The area under the precision-recall curve as average precision, `Σ_k (R_k − R_{k−1}) P_k` over
  /// the distinct scores from the largest on: steps, no interpolation between them. What chance
  /// gives is the fraction of out-of-distribution samples.
  ///
  /// @param id scores of in-distribution samples
  /// @param ood scores of out-of-distribution samples
  /// @return the area; NaN if either set is empty
  /// @throws IllegalArgumentException if a score is NaN
  public static double aupr(double[] id, double[] ood) {
    Sweep sweep = Sweep.of(id, ood);
    double sum = 0;
    int before = 0;
    for (int k = 0; k < sweep.thresholds; k++) {
      int found = sweep.truePositives[k];
      sum += (found - before) * (found / (double) (found + sweep.falsePositives[k]));
      before = found;
    }
    return id.length == 0 ? Double.NaN : sum / ood.length;
  }

  /// The fraction of in-distribution samples at or above the highest threshold whose recall of
  /// out-of-distribution samples is at least 95 %: [#fprAtRecall] with [RecallRule#AT_LEAST].
  ///
  /// @throws IllegalArgumentException if a score is NaN
  public static double fpr95(double[] id, double[] ood) {
    return fpr95(id, ood, Compat.NONE);
  }

  /// [#fpr95(double\[\], double\[\])] with the threshold that `compat` chooses.
  ///
  /// @throws IllegalArgumentException if a score is NaN
  public static double fpr95(double[] id, double[] ood, Compat compat) {
    return fprAtRecall(id, ood, 0.95, compat.recallRule());
  }

  /// The false positive rate at a recall: the fraction of in-distribution samples whose score is at
  /// least the threshold that `rule` chooses among the distinct scores. Few out-of-distribution
  /// samples have few recalls, so the two rules can differ much there.
  ///
  /// @param id scores of in-distribution samples
  /// @param ood scores of out-of-distribution samples
  /// @param recall the wanted recall, in 0..1
  /// @return the rate; NaN if either set is empty
  /// @throws IllegalArgumentException if a score is NaN or `recall` is outside 0..1
  public static double fprAtRecall(double[] id, double[] ood, double recall, RecallRule rule) {
    if (!(recall >= 0 && recall <= 1)) {
      throw new IllegalArgumentException("fpr: the recall %s is outside 0..1".formatted(recall));
    }
    Sweep sweep = Sweep.of(id, ood);
    if (id.length == 0 || ood.length == 0) {
      return Double.NaN;
    }
    double wanted = recall * ood.length;
    double slack = RECALL_ROUNDING * ood.length;
    int complete = 0;
    while (sweep.truePositives[complete] < ood.length) {
      complete++;
    }
    int chosen = complete;
    for (int k = complete; k >= 0; k--) {
      int found = sweep.truePositives[k];
      boolean better =
          switch (rule) {
            case CLOSEST ->
                Math.abs(found - wanted) < Math.abs(sweep.truePositives[chosen] - wanted) - slack;
            case AT_LEAST -> found >= wanted - slack;
          };
      if (better) {
        chosen = k;
      }
    }
    return sweep.falsePositives[chosen] / (double) id.length;
  }

  /// The entropy of the ensemble's mean prediction on the out-of-distribution samples, in nats.
  /// [Compat#TORCH_UNCERTAINTY_0_11] gives what that release prints under this name: the entropy on
  /// the in-distribution samples.
  ///
  /// @param id predictions for in-distribution samples
  /// @param ood predictions for out-of-distribution samples
  public static double entropy(Predictions id, Predictions ood, Compat compat) {
    return switch (compat) {
      case NONE, TORCH_UNCERTAINTY_0_13 -> Uncertainty.entropy(ood);
      case TORCH_UNCERTAINTY_0_11 -> Uncertainty.entropy(id);
    };
  }

  private static double[] negated(double[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = -values[i];
    }
    return values;
  }

  private static void requireEnsemble(Criterion criterion, Predictions p) {
    if (p.members() == 1) {
      throw new IllegalArgumentException(
          "ood: criterion %s needs at least 2 members, not 1".formatted(criterion));
    }
  }

  /// For every distinct score, from the largest on, the samples of either kind that are at or above
  /// it.
  private static final class Sweep {
    final int[] truePositives;
    final int[] falsePositives;
    int thresholds;

    private Sweep(int capacity) {
      truePositives = new int[capacity];
      falsePositives = new int[capacity];
    }

    static Sweep of(double[] id, double[] ood) {
      double[] negative = sorted("in-distribution", id);
      double[] positive = sorted("out-of-distribution", ood);
      Sweep sweep = new Sweep(id.length + ood.length);
      int n = negative.length;
      int p = positive.length;
      while (n > 0 || p > 0) {
        double threshold =
            Math.max(
                n > 0 ? negative[n - 1] : Double.NEGATIVE_INFINITY,
                p > 0 ? positive[p - 1] : Double.NEGATIVE_INFINITY);
        while (n > 0 && negative[n - 1] == threshold) {
          n--;
        }
        while (p > 0 && positive[p - 1] == threshold) {
          p--;
        }
        sweep.truePositives[sweep.thresholds] = positive.length - p;
        sweep.falsePositives[sweep.thresholds] = negative.length - n;
        sweep.thresholds++;
      }
      return sweep;
    }

    private static double[] sorted(String kind, double[] scores) {
      double[] sorted = scores.clone();
      Arrays.sort(sorted);
      // NaN sorts last.
      if (sorted.length > 0 && Double.isNaN(sorted[sorted.length - 1])) {
        int at = 0;
        while (!Double.isNaN(scores[at])) {
          at++;
        }
        throw new IllegalArgumentException(
            "ood: the %s score of sample %d is NaN".formatted(kind, at));
      }
      return sorted;
    }
  }
}
