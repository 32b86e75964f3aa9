package dev.tutti.nn.data;

import dev.tutti.engine.ShapeError;
import java.util.function.Consumer;

/// Changes of the colours of images with values in 0 to 1, as torchvision's functions of the same
/// names make them on float images. Of grey images only brightness and contrast can change.
final class Colour {
  private Colour() {}

  /// `factor · x`, clipped.
  static FloatImage brightness(FloatImage image, float factor) {
    float[] from = image.values();
    float[] to = new float[from.length];
    for (int k = 0; k < to.length; k++) {
      to[k] = Math.clamp(factor * from[k], 0, 1);
    }
    return image.with(to);
  }

  /// `factor · x + (1 − factor) · mean grey`, clipped.
  static FloatImage contrast(FloatImage image, float factor) {
    float[] grey = grey(image);
    double sum = 0;
    for (float v : grey) {
      sum += v;
    }
    float rest = (1 - factor) * (float) (sum / grey.length);
    float[] from = image.values();
    float[] to = new float[from.length];
    for (int k = 0; k < to.length; k++) {
      to[k] = Math.clamp(factor * from[k] + rest, 0, 1);
    }
    return image.with(to);
  }

  /// `factor · x + (1 − factor) · the pixel's grey`, clipped.
  static FloatImage saturation(FloatImage image, float factor) {
    if (image.channels() == 1) {
      return image;
    }
    float[] grey = grey(image);
    float[] from = image.values();
    float[] to = new float[from.length];
    for (int p = 0; p < grey.length; p++) {
      float rest = (1 - factor) * grey[p];
      for (int k = 3 * p; k < 3 * p + 3; k++) {
        to[k] = Math.clamp(factor * from[k] + rest, 0, 1);
      }
    }
    return image.with(to);
  }

  /// The hue turned by `turns` of the circle.
  static FloatImage hue(FloatImage image, float turns) {
    if (image.channels() == 1) {
      return image;
    }
    return inHsv(
        image,
        hsv -> {
          float hue = hsv[0] + turns;
          hsv[0] = hue - (float) Math.floor(hue);
        });
  }

  /// `factor · v + more` for the value v of hue, saturation and value, clipped.
  static FloatImage value(FloatImage image, double factor, double more) {
    return inHsv(image, hsv -> hsv[2] = changed(hsv[2], factor, more));
  }

  /// `factor · s + more` for the saturation s, clipped; for the value of grey images.
  static FloatImage saturate(FloatImage image, double factor, double more) {
    return image.channels() == 1
        ? value(image, factor, more)
        : inHsv(image, hsv -> hsv[1] = changed(hsv[1], factor, more));
  }

  private static float changed(float x, double factor, double more) {
    return Math.clamp((float) factor * x + (float) more, 0, 1);
  }

  /// An image whose pixels are changed as hue, saturation and value; a grey pixel is its value.
  private static FloatImage inHsv(FloatImage image, Consumer<float[]> change) {
    int channels = image.channels();
    if (channels != 1 && channels != 3) {
      throw new ShapeError("colours: needs images of 1 or 3 channels, got " + channels);
    }
    float[] to = new float[image.values().length];
    float[] hsv = new float[3];
    for (int at = 0; at < to.length; at += channels) {
      if (channels == 1) {
        hsv[2] = image.values()[at];
        change.accept(hsv);
        to[at] = hsv[2];
      } else {
        toHsv(image.values(), at, hsv);
        change.accept(hsv);
        toRgb(hsv, to, at);
      }
    }
    return image.with(to);
  }

  /// `m + factor · (x − m)` around the mean m of each channel.
  static FloatImage aroundMeans(FloatImage image, double factor) {
    int channels = image.channels();
    float[] x = image.values();
    double[] sums = new double[channels];
    for (int k = 0; k < x.length; k++) {
      sums[k % channels] += x[k];
    }
    float[] to = new float[x.length];
    for (int k = 0; k < to.length; k++) {
      float mean = (float) (sums[k % channels] * channels / x.length);
      to[k] = mean + (float) factor * (x[k] - mean);
    }
    return image.with(to);
  }

  /// Values rounded to `2^bits` steps.
  static FloatImage quantize(FloatImage image, double bits) {
    float steps = (1 << (int) bits) - 1;
    float[] to = image.values().clone();
    for (int k = 0; k < to.length; k++) {
      to[k] = (float) Math.rint(to[k] * steps) / steps;
    }
    return image.with(to);
  }

  /// A value per pixel: the luma of ITU-R BT.601 with torchvision's four digits.
  private static float[] grey(FloatImage image) {
    if (image.channels() == 1) {
      return image.values();
    }
    float[] from = image.values();
    float[] grey = new float[from.length / 3];
    for (int p = 0; p < grey.length; p++) {
      grey[p] = 0.2989f * from[3 * p] + 0.587f * from[3 * p + 1] + 0.114f * from[3 * p + 2];
    }
    return grey;
  }

  /// Hue in turns, saturation and value of the pixel that begins at `at`.
  static void toHsv(float[] rgb, int at, float[] hsv) {
    float r = rgb[at];
    float g = rgb[at + 1];
    float b = rgb[at + 2];
    float most = Math.max(r, Math.max(g, b));
    float range = most - Math.min(r, Math.min(g, b));
    hsv[0] = 0;
    hsv[1] = 0;
    hsv[2] = most;
    if (range > 0) {
      float sixth;
      if (most == r) {
        sixth = (g - b) / range;
      } else if (most == g) {
        sixth = 2 + (b - r) / range;
      } else {
        sixth = 4 + (r - g) / range;
      }
      hsv[0] = (sixth < 0 ? sixth + 6 : sixth) / 6;
      hsv[1] = range / most;
    }
  }

  static void toRgb(float[] hsv, float[] rgb, int at) {
    float sixth = 6 * hsv[0];
    int sector = (int) sixth; // 6 where the hue was rounded up to a whole turn
    float within = sixth - sector;
    float v = hsv[2];
    float p = v * (1 - hsv[1]);
    float q = v * (1 - hsv[1] * within);
    float t = v * (1 - hsv[1] * (1 - within));
    switch (sector) {
      case 1 -> set(rgb, at, q, v, p);
      case 2 -> set(rgb, at, p, v, t);
      case 3 -> set(rgb, at, p, q, v);
      case 4 -> set(rgb, at, t, p, v);
      case 5 -> set(rgb, at, v, p, q);
      default -> set(rgb, at, v, t, p);
    }
  }

  private static void set(float[] rgb, int at, float r, float g, float b) {
    rgb[at] = r;
    rgb[at + 1] = g;
    rgb[at + 2] = b;
  }
}
