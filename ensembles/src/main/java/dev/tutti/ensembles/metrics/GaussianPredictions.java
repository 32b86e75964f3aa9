package dev.tutti.ensembles.metrics;

/// Normal distributions that `M` members predict for `B` targets: means and variances `[M, B]`,
/// row-major, member first. With several targets for each row, every target counts as a sample.
///
/// The prediction of the ensemble is the mixture of its members' distributions with equal weights
/// (Lakshminarayanan, Pritzel, Blundell, *Simple and scalable predictive uncertainty estimation
/// using deep ensembles*, 2017). A single model is an ensemble of one member.
///
/// The arrays are not copied: they must not change afterwards.
///
/// @param means `members · samples` values
/// @param variances as many, all positive
/// @param members number of members `M`, at least 1
/// @param samples number of samples `B`, at least 1
public record GaussianPredictions(double[] means, double[] variances, int members, int samples) {
  /// @throws IllegalArgumentException if the sizes do not fit the arrays, a mean is not finite, or
  ///   a variance is not finite and positive
  public GaussianPredictions {
    if (members < 1 || samples < 1) {
      throw new IllegalArgumentException(
          "gaussian predictions: [%d, %d] needs at least 1 member and 1 sample"
              .formatted(members, samples));
    }
    long size = (long) members * samples;
    if (means.length != size || variances.length != size) {
      throw new IllegalArgumentException(
          "gaussian predictions: %d means and %d variances do not fill [%d, %d] (members, samples)"
              .formatted(means.length, variances.length, members, samples));
    }
    for (int i = 0; i < size; i++) {
      boolean positive = variances[i] > 0 && variances[i] < Double.POSITIVE_INFINITY;
      if (!positive || !Double.isFinite(means[i])) {
        throw new IllegalArgumentException(
            "gaussian predictions: member %d, sample %d: mean %s, variance %s; a finite mean and a positive variance are needed"
                .formatted(i / samples, i % samples, means[i], variances[i]));
      }
    }
  }

  /// {@return member `m` alone}
  ///
  /// @throws IllegalArgumentException if there is no such member
  public GaussianPredictions member(int m) {
    if (m < 0 || m >= members) {
      throw new IllegalArgumentException(
          "gaussian predictions: member %d of %d; the members are 0..%d"
              .formatted(m, members, members - 1));
    }
    double[] mean = new double[samples];
    double[] variance = new double[samples];
    System.arraycopy(means, m * samples, mean, 0, samples);
    System.arraycopy(variances, m * samples, variance, 0, samples);
    return new GaussianPredictions(mean, variance, 1, samples);
  }

  /// {@return the means of the mixtures `[B]`: the members' mean}
  public double[] mean() {
    return memberMean(means);
  }

  /// {@return the variances of the mixtures `[B]`: the mean of the members' variances
  /// ([#aleatoric]) and the variance of their means ([#epistemic])}
  public double[] variance() {
    double[] variance = aleatoric();
    double[] epistemic = epistemic();
    for (int b = 0; b < samples; b++) {
      variance[b] += epistemic[b];
    }
    return variance;
  }

  /// {@return the mean of the members' variances `[B]`: the noise that the members see}
  public double[] aleatoric() {
    return memberMean(variances);
  }

  /// {@return the population variance of the members' means `[B]`: how much they disagree}
  public double[] epistemic() {
    double[] mean = mean();
    double[] variance = new double[samples];
    for (int i = 0; i < means.length; i++) {
      double deviation = means[i] - mean[i % samples];
      variance[i % samples] += deviation * deviation / members;
    }
    return variance;
  }

  private double[] memberMean(double[] values) {
    double[] mean = new double[samples];
    for (int i = 0; i < values.length; i++) {
      mean[i % samples] += values[i];
    }
    for (int b = 0; b < samples; b++) {
      mean[b] /= members;
    }
    return mean;
  }

  /// {@return for each sample the interval that a normal distribution with the mixture's mean and
  /// variance has the probability `level` to hit, around the mean}
  ///
  /// @param level between 0 and 1, such as 0.9
  public Intervals intervals(double level) {
    double z = StandardNormal.halfWidth(level);
    double[] lower = mean();
    double[] upper = mean();
    double[] variance = variance();
    for (int b = 0; b < samples; b++) {
      double half = z * Math.sqrt(variance[b]);
      lower[b] -= half;
      upper[b] += half;
    }
    return new Intervals(lower, upper);
  }

  @Override
  public String toString() {
    return "GaussianPredictions[%d members, %d samples]".formatted(members, samples);
  }
}
