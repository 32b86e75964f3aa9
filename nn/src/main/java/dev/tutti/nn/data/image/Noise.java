package dev.tutti.nn.data.image;

import dev.tutti.nn.data.FloatImage;

/// Random changes of single values, clipped to 0..1.
final class Noise {
  private Noise() {}

  /// `x + mean + sigma · normal`.
  static FloatImage gaussian(FloatImage image, double mean, double sigma, Draws draws) {
    float[] x = image.values();
    float[] noise = draws.normal(x.length);
    float[] to = new float[x.length];
    for (int k = 0; k < to.length; k++) {
      to[k] = Math.clamp(x[k] + ((float) mean + (float) sigma * noise[k]), 0, 1);
    }
    return image.with(to);
  }

  /// `x + sigma · x · normal`.
  static FloatImage speckle(FloatImage image, double sigma, Draws draws) {
    float[] x = image.values();
    float[] noise = draws.normal(x.length);
    float[] to = new float[x.length];
    for (int k = 0; k < to.length; k++) {
      to[k] = Math.clamp(x[k] + x[k] * (float) sigma * noise[k], 0, 1);
    }
    return image.with(to);
  }

  /// `n / photons` with n from a Poisson distribution of mean `x · photons`: the light that reaches
  /// a sensor comes in pieces.
  static FloatImage shot(FloatImage image, double photons, Draws draws) {
    float[] x = image.values();
    float[] u = draws.uniform(x.length);
    float[] to = new float[x.length];
    for (int k = 0; k < to.length; k++) {
      to[k] = Math.clamp((float) (poisson(x[k] * photons, u[k]) / photons), 0, 1);
    }
    return image.with(to);
  }

  /// The number whose cumulated probability passes `u`: inversion by walking up from 0. Means stay
  /// below 700: beyond, `exp(−mean)` is not a normal double.
  private static int poisson(double mean, double u) {
    double term = StrictMath.exp(-mean);
    double sum = term;
    int n = 0;
    int most = (int) (mean + 20 * Math.sqrt(mean) + 20); // rounding may keep the sum below u
    while (u >= sum && n < most) {
      n++;
      term *= mean / n;
      sum += term;
    }
    return n;
  }

  /// A share of all values set to 0 or 1, with even chances.
  static FloatImage impulse(FloatImage image, double share, Draws draws) {
    float[] x = image.values();
    float[] hit = draws.uniform(x.length);
    float[] salt = draws.uniform(x.length);
    float[] to = new float[x.length];
    for (int k = 0; k < to.length; k++) {
      to[k] = hit[k] >= share ? x[k] : salt[k] < 0.5f ? 0 : 1;
    }
    return image.with(to);
  }
}
