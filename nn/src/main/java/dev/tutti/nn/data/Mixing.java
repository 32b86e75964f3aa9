package dev.tutti.nn.data;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;

/// The arithmetic behind [Mix]: entry i of a batch and its neighbour i − 1.
final class Mixing {
  private Mixing() {}

  /// The shares of the classes in every example, `[B, C]`: ones where labels are class indices.
  static Tensor shares(Batch batch, int classes) {
    Tensor labels = batch.labels();
    return labels.dtype() == DType.INT32 ? labels.oneHot(classes) : labels;
  }

  /// `share · t[i] + (1 − share) · t[i − 1]` along the first axis.
  static Tensor blend(Tensor t, float share) {
    float[] from = t.toFloats();
    float[] to = new float[from.length];
    int row = row(t);
    float rest = 1 - share;
    for (int at = 0; at < from.length; at += row) {
      int neighbour = at == 0 ? from.length - row : at - row;
      for (int k = 0; k < row; k++) {
        to[at + k] = share * from[at + k] + rest * from[neighbour + k];
      }
    }
    return Array.wrap(to, t.shape());
  }

  /// Images `[N, H, W, C]` with the pixels in `box` from image i − 1.
  static Tensor paste(Tensor x, Box box) {
    float[] from = x.toFloats();
    float[] to = from.clone();
    int row = row(x);
    int width = x.dim(2);
    int channels = x.dim(3);
    int length = (box.right - box.left) * channels;
    for (int at = 0; at < from.length; at += row) {
      int neighbour = at == 0 ? from.length - row : at - row;
      for (int y = box.top; y < box.bottom; y++) {
        int pixel = (y * width + box.left) * channels;
        System.arraycopy(from, neighbour + pixel, to, at + pixel, length);
      }
    }
    return Array.wrap(to, x.shape());
  }

  private static int row(Tensor t) {
    return t.size() / t.dim(0);
  }

  /// A rectangle of pixels, `top ≤ y < bottom`, `left ≤ x < right`, of an image.
  record Box(int top, int bottom, int left, int right, int height, int width) {

    /// CutMix's rectangle for a share `lambda` that the first image is to keep.
    static Box draw(double lambda, Key key, int height, int width) {
      float[] u = key.uniform(2).toFloats();
      int y = (int) (u[0] * height);
      int x = (int) (u[1] * width);
      double half = 0.5 * Math.sqrt(1 - lambda);
      int down = (int) (half * height);
      int aside = (int) (half * width);
      return new Box(
          Math.max(0, y - down),
          Math.min(height, y + down),
          Math.max(0, x - aside),
          Math.min(width, x + aside),
          height,
          width);
    }

    /// The share of the image outside.
    double outside() {
      return 1 - (double) (bottom - top) * (right - left) / ((double) height * width);
    }
  }
}
