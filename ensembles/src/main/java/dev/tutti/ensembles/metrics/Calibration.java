package dev.tutti.ensembles.metrics;

import java.util.ArrayList;
import java.util.List;

/// Whether confidence equals accuracy: the expected calibration error and its adaptive form.
///
/// Samples are grouped by the confidence of the ensemble, `max_c p̄[b, c]`; a group of `n_k` of the
/// `n` samples has the mean confidence `conf_k` and the accuracy `acc_k`, and the [Norm] joins the
/// gaps `|acc_k − conf_k|` to one number.
public final class Calibration {

  /// The number of bins of [#ece(Predictions, int\[\])] and [#aece(Predictions, int\[\])].
  public static final int DEFAULT_BINS = 15;

  private Calibration() {}

  /// How the gaps of the bins become one number.
  public enum Norm {
    /// The expected gap, `Σ_k n_k/n · |acc_k − conf_k|`.
    L1,
    /// The root mean square gap, `√(Σ_k n_k/n · (acc_k − conf_k)²)`, without a correction of its
    /// bias.
    L2,
    /// The largest gap of a bin that is not empty, known as the maximum calibration error.
    MAX
  }

  /// Which bin a confidence belongs to. Both kinds are closed at their lower edge, `[lo, hi)`; they
  /// differ at a confidence of exactly 1 and if rounding moves an edge.
  public enum Binning {
    /// The bins of torchmetrics up to 1.9, which torch-uncertainty uses. The edges are the float32
    /// numbers that `torch.linspace(0, 1, n + 1)` holds (edge 3 of 15 is 0.20000002, so that 0.2
    /// belongs to bin 2), confidences are rounded to float32 before they are compared with them,
    /// and a confidence of exactly 1 belongs to a bin of its own after the last one.
    TORCHMETRICS,
    /// Bin `⌊confidence · n⌋`, in float64; a confidence of 1 belongs to the last bin. The default.
    UNIFORM
  }

  /// One bin of a reliability diagram.
  ///
  /// @param count number of samples in it
  /// @param confidence their mean confidence, NaN if there are none
  /// @param accuracy the fraction of them that is predicted correctly, NaN if there are none
  public record Bin(int count, double confidence, double accuracy) {}

  /// The expected calibration error with 15 bins: norm [Norm#L1], binning [Binning#UNIFORM] (M. P.
  /// Naeini et al., Obtaining well calibrated probabilities using Bayesian binning, 2015).
  ///
  /// @throws IllegalArgumentException if the labels do not fit
  public static double ece(Predictions p, int[] labels) {
    return ece(p, labels, Compat.NONE);
  }

  /// The expected calibration error with 15 bins and norm [Norm#L1], in the bins of `compat`.
  ///
  /// @throws IllegalArgumentException if the labels do not fit
  public static double ece(Predictions p, int[] labels, Compat compat) {
    return ece(p, labels, DEFAULT_BINS, Norm.L1, compat.binning());
  }

  /// The calibration error over bins of equal width.
  ///
  /// @throws IllegalArgumentException if the labels do not fit or `bins < 1`
  public static double ece(Predictions p, int[] labels, int bins, Norm norm, Binning binning) {
    p.requireLabels("ece", labels);
    return ece(p.confidences(), p.correct(labels), bins, norm, binning);
  }

  /// The calibration error over bins of equal width, from confidences and outcomes. With the
  /// probability of class 1 as confidence and "is class 1" as outcome it is the calibration error
  /// of a binary classifier.
  ///
  /// @param confidence a number in 0..1 per sample
  /// @param correct the outcome per sample
  /// @return the error; NaN if there are no samples
  /// @throws IllegalArgumentException if the arrays do not fit, a confidence is outside 0..1 by
  ///   more than 1e-3, or `bins < 1`
  public static double ece(
      double[] confidence, boolean[] correct, int bins, Norm norm, Binning binning) {
    return error(reliability(confidence, correct, bins, binning), confidence.length, norm);
  }

  /// The bins of the calibration error, in the order of confidence: `bins` of them, and one more
  /// for [Binning#TORCHMETRICS], that of a confidence of exactly 1.
  ///
  /// @param confidence a number in 0..1 per sample
  /// @param correct the outcome per sample
  /// @throws IllegalArgumentException as [#ece(double\[\], boolean\[\], int, Norm, Binning)]
  public static List<Bin> reliability(
      double[] confidence, boolean[] correct, int bins, Binning binning) {
    Ranking.requirePaired("ece", confidence, correct);
    requireBins("ece", bins);
    int slots = binning == Binning.TORCHMETRICS ? bins + 1 : bins;
    float[] edges = binning == Binning.TORCHMETRICS ? edges(bins) : null;
    int[] count = new int[slots];
    int[] right = new int[slots];
    double[] sum = new double[slots];
    for (int i = 0; i < confidence.length; i++) {
      double c = confidence[i];
      if (!(c >= -1e-3 && c <= 1 + 1e-3)) {
        throw new IllegalArgumentException(
            "ece: the confidence %s of sample %d is outside 0..1".formatted(c, i));
      }
      int bin =
          edges == null
              ? Math.clamp((long) Math.floor(c * bins), 0, bins - 1)
              : lastNotAbove(edges, (float) c);
      count[bin]++;
      sum[bin] += c;
      if (correct[i]) {
        right[bin]++;
      }
    }
    List<Bin> result = new ArrayList<>(slots);
    for (int k = 0; k < slots; k++) {
      result.add(new Bin(count[k], sum[k] / count[k], right[k] / (double) count[k]));
    }
    return List.copyOf(result);
  }

  /// The adaptive calibration error with 15 bins and norm [Norm#L1].
  ///
  /// @throws IllegalArgumentException if the labels do not fit
  public static double aece(Predictions p, int[] labels) {
    return aece(p, labels, DEFAULT_BINS, Norm.L1);
  }

  /// The adaptive calibration error: bins of equal count.
  ///
  /// @throws IllegalArgumentException if the labels do not fit or `bins < 1`
  public static double aece(Predictions p, int[] labels, int bins, Norm norm) {
    p.requireLabels("aece", labels);
    return aece(p.confidences(), p.correct(labels), bins, norm);
  }

  /// The adaptive calibration error from confidences and outcomes: the samples are sorted by
  /// confidence and cut into `bins` runs of equal length, of which the first `n mod bins` are
  /// longer by one (the top-label form of J. Nixon et al., Measuring calibration in deep learning,
  /// 2019).
  ///
  /// If a cut falls among samples of equal confidence, each side gets its share of the correct ones
  /// among them, so that the order of the samples does not matter.
  ///
  /// @param confidence a number per sample
  /// @param correct the outcome per sample
  /// @return the error; NaN if there are fewer samples than bins
  /// @throws IllegalArgumentException if the arrays do not fit or `bins < 1`
  public static double aece(double[] confidence, boolean[] correct, int bins, Norm norm) {
    Ranking.requirePaired("aece", confidence, correct);
    requireBins("aece", bins);
    int n = confidence.length;
    if (n < bins) {
      return Double.NaN;
    }
    // Largest first here: walking from the end gives the runs from the smallest confidence on.
    int[] order = Ranking.descending(confidence);
    double[] right = Ranking.expectedCount(confidence, correct, order);
    List<Bin> result = new ArrayList<>(bins);
    int end = n;
    for (int k = 0; k < bins; k++) {
      int size = n / bins + (k < n % bins ? 1 : 0);
      int start = end - size;
      double sum = 0;
      for (int i = end - 1; i >= start; i--) {
        sum += confidence[order[i]];
      }
      result.add(new Bin(size, sum / size, (right[end] - right[start]) / size));
      end = start;
    }
    return error(result, n, norm);
  }

  private static double error(List<Bin> bins, int samples, Norm norm) {
    if (samples == 0) {
      return Double.NaN;
    }
    double error = 0;
    for (Bin bin : bins) {
      if (bin.count() > 0) {
        double gap = Math.abs(bin.accuracy() - bin.confidence());
        double share = bin.count() / (double) samples;
        error =
            switch (norm) {
              case L1 -> error + share * gap;
              case L2 -> error + share * gap * gap;
              case MAX -> Math.max(error, gap);
            };
      }
    }
    return norm == Norm.L2 ? Math.sqrt(error) : error;
  }

  /// The `n + 1` edges as torch rounds them: from 0 upwards in the lower half, from 1 downwards in
  /// the upper one, each with a single rounding.
  static float[] edges(int bins) {
    float step = 1f / bins;
    float[] edges = new float[bins + 1];
    for (int i = 0; i <= bins; i++) {
      edges[i] = i < (bins + 1) / 2 ? step * i : Math.fma(-step, (float) (bins - i), 1f);
    }
    return edges;
  }

  /// The last edge that is not above `value`; the first one if all are.
  private static int lastNotAbove(float[] edges, float value) {
    int low = 0;
    int high = edges.length;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (edges[middle] <= value) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static void requireBins(String metric, int bins) {
    if (bins < 1) {
      throw new IllegalArgumentException(
          "%s: %d bins; at least 1 is needed".formatted(metric, bins));
    }
  }
}
