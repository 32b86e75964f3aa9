package dev.tutti.nn.data;

import dev.tutti.engine.Key;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;

/// A change of a batch of inputs that is a pure function of the batch and a key.
@FunctionalInterface
public interface Transform {
  /// {@return the changed batch}
  Tensor apply(Tensor x, Key key);

  /// {@return this transform, then `next`, each with its own key}
  default Transform then(Transform next) {
    return (x, key) -> next.apply(apply(x, key.fold(0)), key.fold(1));
  }

  /// {@return the identity}
  static Transform none() {
    return (x, key) -> x;
  }

  /// {@return `(x − mean) / std` per channel (the last axis), with one mean and deviation for all
  /// channels or one for each}
  static Transform normalize(float[] mean, float[] std) {
    Tensor m = Tensor.of(mean);
    Tensor s = Tensor.of(std);
    return (x, key) -> {
      if (mean.length != std.length || mean.length != 1 && mean.length != x.dim(-1)) {
        throw new ShapeError(
            "normalize: "
                + mean.length
                + " means and "
                + std.length
                + " deviations do not fit the channels of "
                + x.shape());
      }
      return x.sub(m).div(s);
    };
  }

  /// {@return a random crop of each image's own size after padding all sides with zeros,
  /// torchvision's `RandomCrop(size, padding)`: a shift by up to `padding` pixels each way, drawn
  /// per image}
  static Transform randomCrop(int padding) {
    if (padding < 0) {
      throw new IllegalArgumentException(
          "random crop: padding must not be negative, got " + padding);
    }
    return (x, key) -> {
      if (x.rank() != 4) {
        throw new ShapeError("random crop: needs images [N, H, W, C], got " + x.shape());
      }
      int n = x.dim(0);
      int h = x.dim(1);
      int w = x.dim(2);
      int c = x.dim(3);
      float[] from = x.toFloats();
      float[] to = new float[from.length];
      float[] draws = key.uniform(n, 2).toFloats();
      for (int i = 0; i < n; i++) {
        int down = (int) (draws[2 * i] * (2 * padding + 1)) - padding;
        int right = (int) (draws[2 * i + 1] * (2 * padding + 1)) - padding;
        int left = Math.max(0, right);
        int width = w - Math.abs(right);
        for (int y = Math.max(0, down); width > 0 && y < Math.min(h, h + down); y++) {
          int source = ((i * h + y - down) * w + left - right) * c;
          System.arraycopy(from, source, to, ((i * h + y) * w + left) * c, width * c);
        }
      }
      return Tensor.of(to, n, h, w, c);
    };
  }
}
