package dev.tutti.nn.data.image;

import dev.tutti.engine.ShapeError;
import dev.tutti.nn.data.FloatImage;
import dev.tutti.nn.data.ImageTransform;

/// Brightness, contrast, saturation and hue changed by random amounts in random order, as
/// torchvision's `ColorJitter` does it.
record ColorJitter(double brightness, double contrast, double saturation, double hue) {
  private static final int CHANGES = 4;

  ColorJitter {
    requireAmount("brightness", brightness, 1e6);
    requireAmount("contrast", contrast, 1e6);
    requireAmount("saturation", saturation, 1e6);
    requireAmount("hue", hue, 0.5);
  }

  private static void requireAmount(String what, double amount, double most) {
    if (!(amount >= 0 && amount <= most)) {
      throw new IllegalArgumentException(
          "color jitter: %s must be between 0 and %s, got %s".formatted(what, most, amount));
    }
  }

  ImageTransform transform() {
    return ImageTransform.drawn("color jitter", 2 * CHANGES, this::apply);
  }

  /// The first four numbers are the amounts, the order of the other four is that of the changes.
  private FloatImage apply(FloatImage image, float[] u) {
    if (image.channels() != 1 && image.channels() != 3) {
      throw new ShapeError(
          "color jitter: needs images of 1 or 3 channels, got " + image.channels());
    }
    FloatImage changed = image;
    boolean[] done = new boolean[CHANGES];
    for (int k = 0; k < CHANGES; k++) {
      int next = -1;
      for (int j = 0; j < CHANGES; j++) {
        if (!done[j] && (next < 0 || u[CHANGES + j] < u[CHANGES + next])) {
          next = j;
        }
      }
      done[next] = true;
      changed = change(changed, next, u[next]);
    }
    return changed;
  }

  private FloatImage change(FloatImage image, int which, float u) {
    return switch (which) {
      case 0 -> brightness == 0 ? image : Colour.brightness(image, factor(brightness, u));
      case 1 -> contrast == 0 ? image : Colour.contrast(image, factor(contrast, u));
      case 2 -> saturation == 0 ? image : Colour.saturation(image, factor(saturation, u));
      default -> hue == 0 ? image : Colour.hue(image, (float) (hue * (2 * u - 1)));
    };
  }

  private static float factor(double amount, float u) {
    double low = Math.max(0, 1 - amount);
    return (float) (low + u * (1 + amount - low));
  }
}
