package dev.tutti.nn.data;

/// Resizing by one filter along each axis, Pillow's way: an output pixel is the mean of the input
/// pixels under the filter, which is widened where the image shrinks so that nothing is skipped.
enum Resampling {
  /// A triangle of two pixels: torchvision's `BILINEAR` with antialiasing.
  BILINEAR(1) {
    @Override
    double weight(double distance) {
      return Math.max(0, 1 - Math.abs(distance));
    }
  },

  /// A box of one pixel: the mean over an area, and the nearest pixel where the image grows.
  BOX(0.5) {
    @Override
    double weight(double distance) {
      return distance > -0.5 && distance <= 0.5 ? 1 : 0;
    }
  };

  private final double reach;

  Resampling(double reach) {
    this.reach = reach;
  }

  abstract double weight(double distance);

  FloatImage resize(FloatImage image, int height, int width) {
    Taps columns = taps(image.width(), width);
    Taps rows = taps(image.height(), height);
    int c = image.channels();
    float[] from = image.values();
    FloatImage narrow = FloatImage.zeros(image.height(), width, c);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < width; x++) {
        float[] weights = columns.weights[x];
        for (int k = 0; k < weights.length; k++) {
          int source = image.at(y, columns.first[x] + k);
          for (int d = 0; d < c; d++) {
            narrow.values()[narrow.at(y, x) + d] += weights[k] * from[source + d];
          }
        }
      }
    }
    FloatImage to = FloatImage.zeros(height, width, c);
    for (int y = 0; y < height; y++) {
      float[] weights = rows.weights[y];
      int target = to.at(y, 0);
      for (int k = 0; k < weights.length; k++) {
        float weight = weights[k];
        int source = narrow.at(rows.first[y] + k, 0);
        for (int d = 0; d < width * c; d++) {
          to.values()[target + d] += weight * narrow.values()[source + d];
        }
      }
    }
    return to;
  }

  /// Fewer and larger pixels: the mean over each, `share` as many along each side.
  static FloatImage pixelate(FloatImage image, double share) {
    int h = Math.max(1, (int) (image.height() * share));
    int w = Math.max(1, (int) (image.width() * share));
    FloatImage small = BOX.resize(image, h, w);
    return BOX.resize(small, image.height(), image.width());
  }

  /// The input pixels from `first[i]` on that output pixel i is made of, and their weights.
  private record Taps(int[] first, float[][] weights) {}

  private Taps taps(int in, int out) {
    double scale = (double) in / out;
    double wide = Math.max(1, scale);
    int[] first = new int[out];
    float[][] weights = new float[out][];
    for (int i = 0; i < out; i++) {
      double middle = (i + 0.5) * scale;
      first[i] = Math.max(0, (int) (middle - reach * wide + 0.5));
      int end = Math.min(in, (int) (middle + reach * wide + 0.5));
      double[] raw = new double[end - first[i]];
      for (int k = 0; k < raw.length; k++) {
        raw[k] = weight((first[i] + k + 0.5 - middle) / wide);
      }
      weights[i] = Filter.normalised(raw);
    }
    return new Taps(first, weights);
  }
}
