package dev.tutti.nn.data;

import dev.tutti.engine.Key;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import java.util.Arrays;

/// `(x − mean) / std` along the last axis, of images and of tables.
record Normalize(float[] mean, float[] std) implements ImageTransform {
  Normalize {
    if (mean.length == 0 || mean.length != std.length) {
      throw new IllegalArgumentException(
          "normalize: needs as many means as deviations, got %d and %d"
              .formatted(mean.length, std.length));
    }
    for (float s : std) {
      if (!(s > 0)) {
        throw new IllegalArgumentException(
            "normalize: deviations must be positive, got " + Arrays.toString(std));
      }
    }
  }

  @Override
  public String name() {
    return "normalize";
  }

  @Override
  public Tensor apply(Tensor x, Key key) {
    if (mean.length != 1 && mean.length != x.dim(-1)) {
      throw unfit(x.shape().toString());
    }
    return x.rank() == 4
        ? ImageTransform.super.apply(x, key)
        : x.sub(Tensor.of(mean)).div(Tensor.of(std));
  }

  private ShapeError unfit(String shape) {
    return new ShapeError(
        "normalize: %d means and %d deviations do not fit the channels of %s"
            .formatted(mean.length, std.length, shape));
  }

  @Override
  public Change draw(Key key, int n) {
    return (image, i) -> of(image);
  }

  private FloatImage of(FloatImage image) {
    int c = image.channels();
    if (mean.length != 1 && mean.length != c) {
      throw unfit("images [%d, %d, %d]".formatted(image.height(), image.width(), c));
    }
    float[] from = image.values();
    float[] to = new float[from.length];
    for (int channel = 0; channel < mean.length; channel++) {
      float m = mean[channel];
      float s = std[channel];
      int step = mean.length;
      for (int k = channel; k < to.length; k += step) {
        to[k] = (from[k] - m) / s;
      }
    }
    return image.with(to);
  }
}
