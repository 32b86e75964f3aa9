package dev.tutti.nn.data.image;

import dev.tutti.nn.data.FloatImage;

/// Fog and mud before the lens, as the scripts of CIFAR-10-C and MNIST-C make them.
final class Weather {
  private static final float[] MUD = {63 / 255f, 42 / 255f, 20 / 255f};

  private Weather() {}

  /// `(x + amount · plasma) · m / (m + amount)`, m being the image's largest value and the plasma a
  /// fractal that is smoother the larger `decay`.
  static FloatImage fog(FloatImage image, double amount, double decay, Draws draws) {
    float largest = 0;
    for (float v : image.values()) {
      largest = Math.max(largest, v);
    }
    int side = 1;
    while (side < Math.max(image.height(), image.width())) {
      side *= 2;
    }
    double[] plasma = plasma(side, decay, draws);
    float scale = largest / (largest + (float) amount);
    float[] to = new float[image.values().length];
    for (int k = 0; k < to.length; k++) {
      int p = k / image.channels();
      double fog = amount * plasma[p / image.width() * side + p % image.width()];
      to[k] = Math.clamp((image.values()[k] + (float) fog) * scale, 0, 1);
    }
    return image.with(to);
  }

  /// A height map in 0 to 1 of `side` × `side` points, a power of two, by the diamond-square
  /// algorithm on a torus: points between others are their mean and a random step, which shrinks by
  /// `decay` from each scale to the next finer one.
  private static double[] plasma(int side, double decay, Draws draws) {
    double[] map = new double[side * side];
    double wobble = 100;
    for (int step = side; step >= 2; step /= 2) {
      int half = step / 2;
      double size = wobble * wobble;
      for (int y = 0; y < side; y += step) {
        for (int x = 0; x < side; x += step) {
          double corners =
              at(map, side, y, x)
                  + at(map, side, y + step, x)
                  + at(map, side, y, x + step)
                  + at(map, side, y + step, x + step);
          map[(y + half) * side + x + half] = corners / 4 + draws.uniform(-size, size);
        }
      }
      for (int y = 0; y < side; y += half) {
        for (int x = (y + half) % step; x < side; x += step) {
          double around =
              at(map, side, y - half, x)
                  + at(map, side, y + half, x)
                  + at(map, side, y, x - half)
                  + at(map, side, y, x + half);
          map[y * side + x] = around / 4 + draws.uniform(-size, size);
        }
      }
      wobble /= decay;
    }
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double v : map) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    for (int p = 0; p < map.length; p++) {
      map[p] = high > low ? (map[p] - low) / (high - low) : 0;
    }
    return map;
  }

  private static double at(double[] map, int side, int y, int x) {
    return map[(y & side - 1) * side + (x & side - 1)];
  }

  /// Drops of mud in the places where noise of mean 0.65 and deviation 0.1, smoothed over 0.7
  /// pixels, passes `threshold`; their edges are smoothed over 0.6 pixels.
  static FloatImage spatter(FloatImage image, double threshold, Draws draws) {
    int h = image.height();
    int w = image.width();
    float[] noise = draws.normal(h * w);
    for (int p = 0; p < noise.length; p++) {
      noise[p] = 0.65f + 0.1f * noise[p];
    }
    float[] liquid = Blurs.gaussian(new FloatImage(h, w, 1, noise), 0.7).values();
    float[] wet = new float[h * w];
    for (int p = 0; p < wet.length; p++) {
      wet[p] = liquid[p] > threshold ? 1 : 0;
    }
    float[] drops = Blurs.gaussian(new FloatImage(h, w, 1, wet), 0.6).values();
    int channels = image.channels();
    float[] to = image.values().clone();
    for (int k = 0; k < to.length; k++) {
      float drop = drops[k / channels] < 0.8f ? 0 : drops[k / channels];
      to[k] = to[k] * (1 - drop) + MUD[channels == 3 ? k % 3 : 0] * drop;
    }
    return image.with(to);
  }
}
