package dev.tutti.nn.data.image;

import dev.tutti.nn.data.FloatImage;

/// Resizing by one filter along each axis, Pillow's way: an output pixel is the mean of the input
/// pixels under the filter, which is widened if the image shrinks, so that nothing is skipped.
public enum Resampling {
  /// A triangle of two pixels: torchvision's `BILINEAR` with antialiasing.
  BILINEAR(1) {
    @Override
    double weight(double distance) {
      return Math.max(0, 1 - Math.abs(distance));
    }
  },

  /// A box of one pixel: the mean over an area, and the nearest pixel if the image grows.
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

  /// An image that is read row by row.
  public interface Rows {
    /// Writes the values of row `y` to `to`.
    void read(int y, float[] to);
  }

  FloatImage resize(FloatImage image, int height, int width) {
    int row = image.width() * image.channels();
    Rows rows = (y, to) -> System.arraycopy(image.values(), image.at(y, 0), to, 0, row);
    return window(
        rows,
        image.channels(),
        new Axis(image.height(), height, 0, height),
        new Axis(image.width(), width, 0, width));
  }

  /// One direction of a resized window: `in` pixels become `out`, of which `count` from `first` on
  /// are wanted.
  public record Axis(int in, long out, long first, int count) {}

  /// A window of the resized image. No more of the image is held than its rows at the window's
  /// width.
  public FloatImage window(Rows rows, int c, Axis vertical, Axis horizontal) {
    Taps columns = taps(horizontal);
    Taps lines = taps(vertical);
    int width = horizontal.count;
    int height = vertical.count;
    int top = lines.first[0];
    int end = lines.first[height - 1] + lines.weights[height - 1].length;
    float[] row = new float[horizontal.in * c];
    FloatImage narrow = FloatImage.zeros(end - top, width, c);
    for (int y = top; y < end; y++) {
      rows.read(y, row);
      for (int x = 0; x < width; x++) {
        float[] weights = columns.weights[x];
        int target = narrow.at(y - top, x);
        for (int k = 0; k < weights.length; k++) {
          int source = (columns.first[x] + k) * c;
          for (int d = 0; d < c; d++) {
            narrow.values()[target + d] += weights[k] * row[source + d];
          }
        }
      }
    }
    FloatImage to = FloatImage.zeros(height, width, c);
    for (int y = 0; y < height; y++) {
      float[] weights = lines.weights[y];
      int target = to.at(y, 0);
      for (int k = 0; k < weights.length; k++) {
        float weight = weights[k];
        int source = narrow.at(lines.first[y] + k - top, 0);
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

  private Taps taps(Axis axis) {
    double scale = (double) axis.in / axis.out;
    double wide = Math.max(1, scale);
    int[] first = new int[axis.count];
    float[][] weights = new float[axis.count][];
    for (int i = 0; i < axis.count; i++) {
      double middle = (axis.first + i + 0.5) * scale;
      first[i] = Math.max(0, (int) (middle - reach * wide + 0.5));
      int end = Math.min(axis.in, (int) (middle + reach * wide + 0.5));
      double[] raw = new double[end - first[i]];
      for (int k = 0; k < raw.length; k++) {
        raw[k] = weight((first[i] + k + 0.5 - middle) / wide);
      }
      weights[i] = Filter.normalised(raw);
    }
    return new Taps(first, weights);
  }
}
