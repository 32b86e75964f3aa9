package dev.tutti.nn.data.image;

import dev.tutti.engine.ShapeError;
import dev.tutti.nn.data.FloatImage;

/// Changes of the colours of images with values in 0 to 1, as torchvision's functions of the same
/// names make them on float images. Of grey images only brightness and contrast can change.
final class Colour {
  private Colour() {}

  /// `factor · x`, clipped.
  static FloatImage brightness(FloatImage image, float factor) {
    float[] from = image.values();
    float[] to = new float[from.length];
    for (int k = 0; k < to.length; k++) {
      to[k] = clipped(factor * from[k]);
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
      to[k] = clipped(factor * from[k] + rest);
    }
    return image.with(to);
  }

  /// `factor · x + (1 − factor) · the pixel's grey`, clipped.
  static FloatImage saturation(FloatImage image, float factor) {
    if (image.channels() == 1) {
      return image;
    }
    float[] from = image.values();
    float[] to = new float[from.length];
    for (int k = 0; k < to.length; k += 3) {
      float rest = (1 - factor) * luma(from[k], from[k + 1], from[k + 2]);
      to[k] = rest;
      to[k + 1] = rest;
      to[k + 2] = rest;
    }
    for (int k = 0; k < to.length; k++) {
      to[k] = clipped(factor * from[k] + to[k]);
    }
    return image.with(to);
  }

  /// The hue turned by `turns` of the circle, −0.5 … 0.5.
  static FloatImage hue(FloatImage image, float turns) {
    if (image.channels() == 1) {
      return image;
    }
    float[] from = image.values();
    float[] to = new float[from.length];
    for (int k = 0; k < to.length; k += 3) {
      float r = from[k];
      float g = from[k + 1];
      float b = from[k + 2];
      float most = most(r, g, b);
      float range = most + most(-r, -g, -b);
      setHue(to, k, sixths(r, g, b, most, range) + 6 * turns, most, range);
    }
    return image.with(to);
  }

  /// `factor · v + more` for the value v of hue, saturation and value, clipped.
  static FloatImage value(FloatImage image, double factor, double more) {
    return keepingHue(image, sv -> sv[1] = changed(sv[1], factor, more));
  }

  /// `factor · s + more` for the saturation s, clipped; for the value of grey images.
  static FloatImage saturate(FloatImage image, double factor, double more) {
    return image.channels() == 1
        ? value(image, factor, more)
        : keepingHue(image, sv -> sv[0] = changed(sv[0], factor, more));
  }

  private static float changed(float x, double factor, double more) {
    return Math.clamp((float) factor * x + (float) more, 0, 1);
  }

  /// Receives saturation and value.
  private interface Change {
    void of(float[] saturationAndValue);
  }

  /// An image whose pixels keep their hue; a grey pixel is its value.
  private static FloatImage keepingHue(FloatImage image, Change change) {
    int channels = image.channels();
    if (channels != 1 && channels != 3) {
      throw new ShapeError("colours: needs images of 1 or 3 channels, got " + channels);
    }
    float[] from = image.values();
    float[] to = new float[from.length];
    float[] sv = new float[2];
    for (int k = 0; k < to.length; k += channels) {
      if (channels == 1) {
        sv[1] = from[k];
        change.of(sv);
        to[k] = sv[1];
        continue;
      }
      float r = from[k];
      float g = from[k + 1];
      float b = from[k + 2];
      float most = most(r, g, b);
      float range = most + most(-r, -g, -b);
      sv[0] = most > 0 ? range / most : 0;
      sv[1] = most;
      change.of(sv);
      setHue(to, k, sixths(r, g, b, most, range), sv[1], sv[0] * sv[1]);
    }
    return image.with(to);
  }

  /// The hue in sixths of the circle, −1 … 5; 0 for grey.
  private static float sixths(float r, float g, float b, float most, float range) {
    if (range == 0) {
      return 0;
    }
    return most == r ? (g - b) / range : most == g ? 2 + (b - r) / range : 4 + (r - g) / range;
  }

  /// Writes the pixel whose largest channel is `most` and whose smallest `most − range`.
  ///
  /// @param sixths the hue, −6 … 12
  private static void setHue(float[] rgb, int at, float sixths, float most, float range) {
    float hue = sixths < 0 ? sixths + 6 : sixths >= 6 ? sixths - 6 : sixths;
    rgb[at] = channel(hue + 5, most, range);
    rgb[at + 1] = channel(hue + 3, most, range);
    rgb[at + 2] = channel(hue + 1, most, range);
  }

  /// A channel as a function of how far the hue is from it, in sixths: a plateau of two sixths, a
  /// valley of two, and slopes of one between them.
  private static float channel(float sixths, float most, float range) {
    float turned = sixths >= 6 ? sixths - 6 : sixths;
    if (turned < 1) {
      return most - range * turned;
    }
    return turned <= 3 ? most - range : turned < 4 ? most - range * (4 - turned) : most;
  }

  /// The largest, by branches: neighbouring pixels are alike, so they are guessed right, while
  /// `Math.max` takes ten times as long outside of vectors.
  private static float most(float r, float g, float b) {
    float most = r > g ? r : g;
    return most > b ? most : b;
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

  /// A value per pixel.
  private static float[] grey(FloatImage image) {
    if (image.channels() == 1) {
      return image.values();
    }
    float[] from = image.values();
    float[] grey = new float[from.length / 3];
    for (int p = 0; p < grey.length; p++) {
      grey[p] = luma(from[3 * p], from[3 * p + 1], from[3 * p + 2]);
    }
    return grey;
  }

  /// The luma of ITU-R BT.601 with torchvision's four digits.
  private static float luma(float r, float g, float b) {
    return 0.2989f * r + 0.587f * g + 0.114f * b;
  }

  private static float clipped(float x) {
    return Math.min(1, Math.max(0, x));
  }
}
