package dev.tutti.nn.data;

import java.util.Arrays;

/// One image, values in `[H, W, C]` order. A change makes a new image.
public record FloatImage(int height, int width, int channels, float[] values) {

  public static FloatImage zeros(int height, int width, int channels) {
    return new FloatImage(height, width, channels, new float[height * width * channels]);
  }

  /// An image of the same size with other values.
  public FloatImage with(float[] other) {
    return new FloatImage(height, width, channels, other);
  }

  /// The start of pixel (y, x).
  public int at(int y, int x) {
    return (y * width + x) * channels;
  }

  /// Values brought to 0..1.
  public FloatImage clipped() {
    float[] to = new float[values.length];
    for (int k = 0; k < to.length; k++) {
      to[k] = Math.clamp(values[k], 0, 1);
    }
    return with(to);
  }

  /// The window of `h` × `w` pixels from (top, left) on, zeros outside the image.
  public FloatImage window(int top, int left, int h, int w) {
    FloatImage to = zeros(h, w, channels);
    int from = Math.max(0, left);
    int end = Math.min(width, left + w);
    for (int y = Math.max(0, top); from < end && y < Math.min(height, top + h); y++) {
      System.arraycopy(
          values, at(y, from), to.values, to.at(y - top, from - left), (end - from) * channels);
    }
    return to;
  }

  /// The middle window of `h` × `w` pixels.
  public FloatImage middle(int h, int w) {
    return window((int) start(height, h), (int) start(width, w), h, w);
  }

  /// The start of the middle `part` of `whole`. torchvision rounds half a pixel to even if it cuts,
  /// and down if it pads.
  public static long start(long whole, int part) {
    return part <= whole ? (long) Math.rint((whole - part) / 2.0) : -((part - whole) / 2);
  }

  /// Left and right exchanged.
  public FloatImage mirrored() {
    float[] to = new float[values.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        System.arraycopy(values, at(y, width - 1 - x), to, at(y, x), channels);
      }
    }
    return with(to);
  }

  /// Top and bottom exchanged.
  public FloatImage upsideDown() {
    float[] to = new float[values.length];
    for (int y = 0; y < height; y++) {
      System.arraycopy(values, at(height - 1 - y, 0), to, at(y, 0), width * channels);
    }
    return with(to);
  }

  /// All values in `box` set to `value`.
  public FloatImage filled(Box box, float value) {
    float[] to = values.clone();
    for (int y = box.top(); y < box.top() + box.height(); y++) {
      int row = at(y, box.left());
      Arrays.fill(to, row, row + box.width() * channels, value);
    }
    return with(to);
  }
}
