package dev.tutti.nn.data.image;

import dev.tutti.nn.data.FloatImage;

/// A weighted mean of the pixels around each pixel: the tap `k` is `dy[k]` rows down and `dx[k]`
/// columns to the right.
record Filter(int[] dy, int[] dx, float[] weights) {
  /// What replaces the pixels outside an image.
  enum Border {
    /// The nearest pixel of the image.
    NEAREST {
      @Override
      int inside(int i, int n) {
        return Math.clamp(i, 0, n - 1);
      }
    },

    /// The image mirrored at the middle of its border pixels, torch's `reflect`.
    REFLECT {
      @Override
      int inside(int i, int n) {
        if (n == 1) {
          return 0;
        }
        int turn = Math.floorMod(i, 2 * n - 2);
        return turn < n ? turn : 2 * n - 2 - turn;
      }
    };

    abstract int inside(int i, int n);
  }

  FloatImage of(FloatImage image, Border border) {
    int h = image.height();
    int w = image.width();
    int c = image.channels();
    float[] from = image.values();
    float[] to = new float[from.length];
    for (int k = 0; k < weights.length; k++) {
      float weight = weights[k];
      int left = Math.clamp(-dx[k], 0, w);
      int right = Math.clamp(w - dx[k], left, w);
      for (int y = 0; y < h; y++) {
        int row = image.at(border.inside(y + dy[k], h), 0);
        int target = image.at(y, 0);
        for (int x = 0; x < left; x++) {
          add(weight, from, row + border.inside(x + dx[k], w) * c, to, target + x * c, c);
        }
        add(weight, from, row + (left + dx[k]) * c, to, target + left * c, (right - left) * c);
        for (int x = right; x < w; x++) {
          add(weight, from, row + border.inside(x + dx[k], w) * c, to, target + x * c, c);
        }
      }
    }
    return image.with(to);
  }

  private static void add(float weight, float[] from, int source, float[] to, int at, int length) {
    for (int k = 0; k < length; k++) {
      to[at + k] += weight * from[source + k];
    }
  }

  /// `exp(−d² / 2σ²)` for the distances −radius … radius, along columns first and rows second,
  /// which together are the Gaussian in two dimensions.
  static FloatImage gaussian(FloatImage image, int radius, double sigma, Border border) {
    int[] along = new int[2 * radius + 1];
    double[] raw = new double[along.length];
    for (int k = 0; k < along.length; k++) {
      along[k] = k - radius;
      double d = along[k] / sigma;
      raw[k] = StrictMath.exp(-0.5 * d * d);
    }
    float[] weights = normalised(raw);
    int[] still = new int[along.length];
    FloatImage narrow = new Filter(still, along, weights).of(image, border);
    return new Filter(along, still, weights).of(narrow, border);
  }

  /// Weights that sum to 1.
  static float[] normalised(double[] raw) {
    double sum = 0;
    for (double weight : raw) {
      sum += weight;
    }
    float[] weights = new float[raw.length];
    for (int k = 0; k < raw.length; k++) {
      weights[k] = (float) (raw[k] / sum);
    }
    return weights;
  }
}
