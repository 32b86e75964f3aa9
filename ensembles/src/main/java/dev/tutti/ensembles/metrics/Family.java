package dev.tutti.ensembles.metrics;

/// Families of distributions with a location μ and a scale s.
public enum Family {
  /// Normal; s is the standard deviation.
  GAUSSIAN {
    @Override
    double variance(double scale, double degrees) {
      return scale * scale;
    }

    @Override
    double logDensityOf(double z, double degrees) {
      return -z * z / 2 - StandardNormal.LOG_SQRT_2PI;
    }

    @Override
    double cdf(double z, double degrees) {
      return StandardNormal.cdf(z);
    }
  },
  /// Laplace: density `exp(−|z|) / 2`.
  LAPLACE {
    @Override
    double variance(double scale, double degrees) {
      return 2 * scale * scale;
    }

    @Override
    double logDensityOf(double z, double degrees) {
      return -Math.abs(z) - Math.log(2);
    }

    @Override
    double cdf(double z, double degrees) {
      return z < 0 ? Math.exp(z) / 2 : 1 - Math.exp(-z) / 2;
    }
  },
  /// Student's t with ν degrees of freedom.
  STUDENT_T {
    @Override
    double variance(double scale, double degrees) {
      return scale * scale * degrees / (degrees - 2);
    }

    @Override
    double logDensityOf(double z, double degrees) {
      return BetaFunction.logGamma((degrees + 1) / 2)
          - BetaFunction.logGamma(degrees / 2)
          - 0.5 * Math.log(degrees * Math.PI)
          - (degrees + 1) / 2 * Math.log1p(z * z / degrees);
    }

    @Override
    double cdf(double z, double degrees) {
      double tail = BetaFunction.regularized(degrees / (degrees + z * z), degrees / 2, 0.5) / 2;
      return z < 0 ? tail : 1 - tail;
    }
  };

  abstract double variance(double scale, double degrees);

  /// Of z = (y − μ) / s.
  abstract double logDensityOf(double z, double degrees);

  abstract double cdf(double z, double degrees);

  double logDensity(double y, double location, double scale, double degrees) {
    return logDensityOf((y - location) / scale, degrees) - Math.log(scale);
  }
}
