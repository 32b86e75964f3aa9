package dev.tutti.nn.data.image;

import dev.tutti.nn.data.FloatImage;
import java.util.Arrays;

/// Bright lines and negative stripes drawn over an image, as MNIST-C has them. Coordinates are
/// those of its images of 28 × 28 pixels, stretched to other sizes.
final class Lines {
  private static final double SIDE = 28;

  /// How far from its middle a line can be seen.
  private static final double REACH = 2.3;

  private Lines() {}

  /// This many dotted lines from the left to the right.
  static FloatImage dotted(FloatImage image, double count, Draws draws) {
    FloatImage to = image.with(image.values().clone());
    for (int n = 0; n < count; n++) {
      draw(to, 0, draws.below(27), 27, draws.below(27), true);
    }
    return to.clipped();
  }

  /// This many zigzags, of 2 pixels up and down over 4 along, from the left to the right.
  static FloatImage zigzag(FloatImage image, double count, Draws draws) {
    FloatImage to = image;
    for (int n = 0; n < count; n++) {
      double start = draws.below(27);
      double slope = (draws.below(10) - 5) / 23.0;
      to = to.with(to.values().clone());
      double length = 23 * Math.sqrt(1 + slope * slope);
      double cos = 23 / length;
      double sin = slope * cos;
      double x = 0;
      double y = 0;
      for (int i = 0; x < length; i++) {
        double nextX = Math.min(length, (2 * i + 1) * 2);
        double nextY = i % 2 == 0 ? 2 : -2;
        draw(
            to,
            2 + cos * x - sin * y,
            start + sin * x + cos * y,
            2 + cos * nextX - sin * nextY,
            start + sin * nextX + cos * nextY,
            false);
        x = nextX;
        y = nextY;
      }
      to = to.clipped();
    }
    return to;
  }

  /// Adds a line from (fromX, fromY) to (toX, toY), of which `dotted` leaves out two columns of
  /// four. Its brightness falls with the vertical distance d as `1 + log(1 − d / 2.3)`.
  private static void draw(
      FloatImage image, double fromX, double fromY, double toX, double toY, boolean dotted) {
    double slope = (toY - fromY) / (toX - fromX);
    for (int column = 0; column < image.width(); column++) {
      double x = column * SIDE / image.width();
      boolean left = x < Math.floor(fromX) || x >= Math.ceil(toX);
      if (left || dotted && (int) x / 2 % 2 == 0) {
        continue;
      }
      double middle = fromY + slope * (x - fromX);
      for (int row = 0; row < image.height(); row++) {
        double distance = Math.abs(row * SIDE / image.height() - middle);
        if (distance < REACH) {
          float light = (float) Math.max(0, 1 + StrictMath.log(1 - distance / REACH));
          for (int c = 0; c < image.channels(); c++) {
            image.values()[image.at(row, column) + c] += light;
          }
        }
      }
    }
  }

  /// Columns of a share of the width at the left and at the right in negative.
  static FloatImage stripe(FloatImage image, double share) {
    int columns = (int) Math.rint(image.width() * share);
    float[] to = image.values().clone();
    int row = image.width() * image.channels();
    boolean[] negative = new boolean[row];
    Arrays.fill(negative, 0, columns * image.channels(), true);
    Arrays.fill(negative, row - columns * image.channels(), row, true);
    for (int k = 0; k < to.length; k++) {
      to[k] = negative[k % row] ? 1 - to[k] : to[k];
    }
    return image.with(to);
  }
}
