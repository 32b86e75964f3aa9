package dev.tutti.ensembles.metrics;

/// How well probabilities predict labels: accuracy, Brier score, negative log-likelihood.
///
/// Without a prefix a metric is that of the ensemble, computed on the mean probabilities `p̄`. With
/// `member` it is that of each member alone, `[M]`; with `meanMember` the mean of those.
public final class Classification {

  private Classification() {}

  /// The fraction of samples whose label is the class of largest `p̄`.
  ///
  /// @throws IllegalArgumentException if the labels do not fit
  public static double accuracy(Predictions p, int[] labels) {
    p.requireLabels("accuracy", labels);
    double[] mean = p.mean();
    int correct = 0;
    for (int b = 0; b < p.samples(); b++) {
      if (Predictions.argmax(mean, b * p.classes(), p.classes()) == labels[b]) {
        correct++;
      }
    }
    return correct / (double) p.samples();
  }

  /// The accuracy of every member.
  ///
  /// @throws IllegalArgumentException if the labels do not fit
  public static double[] memberAccuracy(Predictions p, int[] labels) {
    p.requireLabels("accuracy", labels);
    double[] accuracy = new double[p.members()];
    for (int m = 0; m < accuracy.length; m++) {
      int correct = 0;
      for (int b = 0; b < p.samples(); b++) {
        if (p.votedClass(m, b) == labels[b]) {
          correct++;
        }
      }
      accuracy[m] = correct / (double) p.samples();
    }
    return accuracy;
  }

  /// The mean accuracy of the members, usually below that of the ensemble.
  ///
  /// @throws IllegalArgumentException if the labels do not fit
  public static double meanMemberAccuracy(Predictions p, int[] labels) {
    return mean(memberAccuracy(p, labels));
  }

  /// The Brier score `(1/B) Σ_b Σ_c (p̄[b, c] − 1{c = y_b})²`, between 0 and 2 (G. W. Brier,
  /// Verification of forecasts expressed in terms of probability, 1950).
  ///
  /// For two classes this is twice the score `(p − y)²` of a single sigmoid output.
  ///
  /// @throws IllegalArgumentException if the labels do not fit
  public static double brier(Predictions p, int[] labels) {
    p.requireLabels("brier", labels);
    return brier(p.mean(), labels, p.classes());
  }

  /// The Brier score of every member.
  ///
  /// @throws IllegalArgumentException if the labels do not fit
  public static double[] memberBrier(Predictions p, int[] labels) {
    p.requireLabels("brier", labels);
    double[] score = new double[p.members()];
    for (int m = 0; m < score.length; m++) {
      score[m] = brier(p.member(m).mean(), labels, p.classes());
    }
    return score;
  }

  /// The mean Brier score of the members.
  ///
  /// @throws IllegalArgumentException if the labels do not fit
  public static double meanMemberBrier(Predictions p, int[] labels) {
    return mean(memberBrier(p, labels));
  }

  /// The Brier score of the predicted class alone, `(1/B) Σ_b (max_c p̄[b, c] − 1{correct})²`,
  /// between 0 and 1.
  ///
  /// @throws IllegalArgumentException if the labels do not fit
  public static double topClassBrier(Predictions p, int[] labels) {
    p.requireLabels("brier", labels);
    double[] mean = p.mean();
    double sum = 0;
    for (int b = 0; b < p.samples(); b++) {
      int top = Predictions.argmax(mean, b * p.classes(), p.classes());
      double difference = mean[b * p.classes() + top] - (top == labels[b] ? 1 : 0);
      sum += difference * difference;
    }
    return sum / p.samples();
  }

  /// The negative log-likelihood `−(1/B) Σ_b ln p̄[b, y_b]`, in nats; infinite if a label has
  /// probability 0.
  ///
  /// @throws IllegalArgumentException if the labels do not fit
  public static double nll(Predictions p, int[] labels) {
    p.requireLabels("nll", labels);
    return nll(p.mean(), labels, p.classes());
  }

  /// The negative log-likelihood of every member.
  ///
  /// @throws IllegalArgumentException if the labels do not fit
  public static double[] memberNll(Predictions p, int[] labels) {
    p.requireLabels("nll", labels);
    double[] nll = new double[p.members()];
    for (int m = 0; m < nll.length; m++) {
      nll[m] = nll(p.member(m).mean(), labels, p.classes());
    }
    return nll;
  }

  /// The mean negative log-likelihood of the members; never below that of the ensemble.
  ///
  /// @throws IllegalArgumentException if the labels do not fit
  public static double meanMemberNll(Predictions p, int[] labels) {
    return mean(memberNll(p, labels));
  }

  private static double brier(double[] p, int[] labels, int classes) {
    double sum = 0;
    for (int b = 0, i = 0; b < labels.length; b++) {
      for (int c = 0; c < classes; c++, i++) {
        double difference = p[i] - (c == labels[b] ? 1 : 0);
        sum += difference * difference;
      }
    }
    return sum / labels.length;
  }

  private static double nll(double[] p, int[] labels, int classes) {
    double sum = 0;
    for (int b = 0; b < labels.length; b++) {
      sum -= Math.log(p[b * classes + labels[b]]);
    }
    return sum / labels.length;
  }

  static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
