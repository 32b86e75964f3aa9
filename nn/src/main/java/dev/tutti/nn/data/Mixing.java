package dev.tutti.nn.data;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Tensor;

/// The arithmetic of [Mix]: entry i of a batch and its neighbour i − 1.
final class Mixing {
  /// Labels stay int32.
  static final Mix NONE = (batch, classes, key) -> batch;

  private Mixing() {}

  /// The shares of the classes in every example, `[B, C]`: ones if labels are class indices.
  static Tensor shares(Batch batch, int classes) {
    Tensor labels = batch.targets();
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
    int length = box.width() * channels;
    for (int at = 0; at < from.length; at += row) {
      int neighbour = at == 0 ? from.length - row : at - row;
      for (int y = box.top(); y < box.top() + box.height(); y++) {
        int pixel = (y * width + box.left()) * channels;
        System.arraycopy(from, neighbour + pixel, to, at + pixel, length);
      }
    }
    return Array.wrap(to, x.shape());
  }

  private static int row(Tensor t) {
    return t.size() / t.dim(0);
  }
}
