package dev.tutti.ensembles.metrics;

import dev.tutti.engine.Tensor;

/// Class probabilities of `M` members for `B` samples and `C` classes: `[M, B, C]`, row-major,
/// member first.
///
/// A single model is an ensemble of one member. Every row of `C` probabilities is checked once,
/// here: each is a number of at least 0, and their sum is 1 within 1e-3 (float32 softmax over many
/// classes and probabilities read from text are off by less).
///
/// The array is not copied: it must not change afterwards.
///
/// @param probabilities `members · samples · classes` values
/// @param members number of members `M`, at least 1
/// @param samples number of samples `B`, at least 1
/// @param classes number of classes `C`, at least 2
public record Predictions(float[] probabilities, int members, int samples, int classes) {

  private static final double SUM_TOLERANCE = 1e-3;

  /// @throws IllegalArgumentException if the sizes do not fit the array, or a row is not a
  ///   distribution
  public Predictions {
    requireSizes("predictions", probabilities.length, members, samples, classes);
    for (int m = 0, i = 0; m < members; m++) {
      for (int b = 0; b < samples; b++) {
        double sum = 0;
        for (int c = 0; c < classes; c++, i++) {
          float p = probabilities[i];
          if (!(p >= 0 && p < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                "predictions: member %d, sample %d, class %d: %s is not a probability"
                    .formatted(m, b, c, p));
          }
          sum += p;
        }
        if (Math.abs(sum - 1) > SUM_TOLERANCE) {
          throw new IllegalArgumentException(
              "predictions: member %d, sample %d: the probabilities sum to %.6g, not to 1 within %s"
                  .formatted(m, b, sum, SUM_TOLERANCE));
        }
      }
    }
  }

  /// From nested arrays `[M][B][C]`.
  ///
  /// @throws IllegalArgumentException if the arrays are ragged or empty, or a row is not a
  ///   distribution
  public static Predictions of(float[][][] probabilities) {
    int members = probabilities.length;
    int samples = members == 0 ? 0 : probabilities[0].length;
    int classes = samples == 0 ? 0 : probabilities[0][0].length;
    long size = (long) members * samples * classes;
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "predictions: [%d, %d, %d] is more than one array can hold"
              .formatted(members, samples, classes));
    }
    float[] flat = new float[(int) size];
    int at = 0;
    for (int m = 0; m < members; m++) {
      if (probabilities[m].length != samples) {
        throw new IllegalArgumentException(
            "predictions: member %d has %d samples, member 0 has %d"
                .formatted(m, probabilities[m].length, samples));
      }
      for (int b = 0; b < samples; b++) {
        float[] row = probabilities[m][b];
        if (row.length != classes) {
          throw new IllegalArgumentException(
              "predictions: member %d, sample %d has %d classes, the first row has %d"
                  .formatted(m, b, row.length, classes));
        }
        System.arraycopy(row, 0, flat, at, classes);
        at += classes;
      }
    }
    return new Predictions(flat, members, samples, classes);
  }

  /// Of a single model, from `[B][C]`.
  ///
  /// @throws IllegalArgumentException if the array is ragged or empty, or a row is not a
  ///   distribution
  public static Predictions of(float[][] probabilities) {
    return of(new float[][][] {probabilities});
  }

  /// From logits `[M, B, C]`, by a softmax in float64 for each member and sample.
  ///
  /// @throws IllegalArgumentException if the sizes do not fit the array, or a logit is not finite
  public static Predictions ofLogits(float[] logits, int members, int samples, int classes) {
    return new Logits(logits, members, samples, classes).softmax();
  }

  /// From a tensor of logits `[M, B, C]`, or `[B, C]` of a single model.
  ///
  /// @throws IllegalArgumentException if it has another rank, or a logit is not finite
  public static Predictions ofLogits(Tensor logits) {
    int[] dims = sizes(logits);
    return ofLogits(logits.toFloats(), dims[0], dims[1], dims[2]);
  }

  /// From a tensor of probabilities `[M, B, C]`, or `[B, C]` of a single model.
  ///
  /// @throws IllegalArgumentException if it has another rank, or a row is not a distribution
  public static Predictions of(Tensor probabilities) {
    int[] dims = sizes(probabilities);
    return new Predictions(probabilities.toFloats(), dims[0], dims[1], dims[2]);
  }

  private static int[] sizes(Tensor t) {
    if (t.rank() != 2 && t.rank() != 3) {
      throw new IllegalArgumentException(
          "predictions: need [members, samples, classes] or [samples, classes], got " + t.shape());
    }
    return (t.rank() == 3 ? t.shape() : t.shape().prepend(1)).dims();
  }

  /// Of a binary classifier with one sigmoid output, from the probabilities `[M, B]` of class 1:
  /// two classes, `1 − p` and `p`. (A probability of exactly 0.5 predicts class 0, the first of
  /// equals.)
  ///
  /// @throws IllegalArgumentException if the sizes do not fit the array, or a value is outside 0..1
  public static Predictions binary(float[] positive, int members, int samples) {
    requireSizes("predictions", 2L * positive.length, members, samples, 2);
    float[] both = new float[2 * positive.length];
    for (int i = 0; i < positive.length; i++) {
      float p = positive[i];
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException(
            "predictions: member %d, sample %d: %s is not a probability"
                .formatted(i / samples, i % samples, p));
      }
      both[2 * i] = 1 - p;
      both[2 * i + 1] = p;
    }
    return new Predictions(both, members, samples, 2);
  }

  /// The prediction of the ensemble: `p̄[b, c] = (1/M) Σ_m p[m, b, c]`, as `[B, C]` row-major.
  public double[] mean() {
    int row = samples * classes;
    double[] mean = new double[row];
    for (int m = 0; m < members; m++) {
      for (int i = 0, at = m * row; i < row; i++, at++) {
        mean[i] += probabilities[at];
      }
    }
    if (members > 1) {
      for (int i = 0; i < row; i++) {
        mean[i] /= members;
      }
    }
    return mean;
  }

  /// Member `m` alone, as predictions of one member.
  ///
  /// @throws IllegalArgumentException if there is no such member
  public Predictions member(int m) {
    if (m < 0 || m >= members) {
      throw new IllegalArgumentException(
          "predictions: member %d of %d; the members are 0..%d".formatted(m, members, members - 1));
    }
    float[] row = new float[samples * classes];
    System.arraycopy(probabilities, m * row.length, row, 0, row.length);
    return new Predictions(row, 1, samples, classes);
  }

  /// The class predicted by the ensemble for every sample.
  public int[] predictedClasses() {
    double[] mean = mean();
    int[] predicted = new int[samples];
    for (int b = 0; b < samples; b++) {
      predicted[b] = argmax(mean, b * classes, classes);
    }
    return predicted;
  }

  /// The confidence of the ensemble in every sample: `max_c p̄[b, c]`.
  public double[] confidences() {
    double[] mean = mean();
    double[] confidence = new double[samples];
    for (int b = 0; b < samples; b++) {
      confidence[b] = mean[b * classes + argmax(mean, b * classes, classes)];
    }
    return confidence;
  }

  /// Whether the ensemble predicts the label, for every sample.
  ///
  /// @throws IllegalArgumentException if the labels do not fit
  public boolean[] correct(int[] labels) {
    requireLabels("correct", labels);
    int[] predicted = predictedClasses();
    boolean[] correct = new boolean[samples];
    for (int b = 0; b < samples; b++) {
      correct[b] = predicted[b] == labels[b];
    }
    return correct;
  }

  @Override
  public String toString() {
    return "Predictions[%d members, %d samples, %d classes]".formatted(members, samples, classes);
  }

  /// The class of largest probability of one member for one sample, the first of equal ones.
  int votedClass(int member, int sample) {
    int from = (member * samples + sample) * classes;
    int best = 0;
    for (int c = 1; c < classes; c++) {
      if (probabilities[from + c] > probabilities[from + best]) {
        best = c;
      }
    }
    return best;
  }

  void requireLabels(String metric, int[] labels) {
    if (labels.length != samples) {
      throw new IllegalArgumentException(
          "%s: %d labels for %d samples".formatted(metric, labels.length, samples));
    }
    for (int b = 0; b < samples; b++) {
      if (labels[b] < 0 || labels[b] >= classes) {
        throw new IllegalArgumentException(
            "%s: label %d of sample %d is not a class; the classes are 0..%d"
                .formatted(metric, labels[b], b, classes - 1));
      }
    }
  }

  static int argmax(double[] values, int from, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      if (values[from + i] > values[from + best]) {
        best = i;
      }
    }
    return best;
  }

  static void requireSizes(String what, long length, int members, int samples, int classes) {
    if (members < 1 || samples < 1 || classes < 2) {
      throw new IllegalArgumentException(
          "%s: [%d, %d, %d] needs at least 1 member, 1 sample and 2 classes"
              .formatted(what, members, samples, classes));
    }
    if (length % classes != 0
        || length / classes % samples != 0
        || length / classes / samples != members) {
      throw new IllegalArgumentException(
          "%s: %d values do not fill [%d, %d, %d] (members, samples, classes)"
              .formatted(what, length, members, samples, classes));
    }
  }
}
