package dev.tutti.nn.data;

import dev.tutti.engine.Key;

/// Random changes of single values, clipped to 0..1.
final class Noise {
  private Noise() {}

  /// `x + mean + sigma · normal`.
  static FloatImage gaussian(FloatImage image, float mean, float sigma, Key key) {
    float[] noise = normal(image, key);
    float[] to = new float[noise.length];
    for (int k = 0; k < to.length; k++) {
      to[k] = Math.clamp(image.values()[k] + (mean + sigma * noise[k]), 0, 1);
    }
    return image.with(to);
  }

  private static float[] normal(FloatImage image, Key key) {
    return key.normal(image.values().length).toFloats();
  }
}
