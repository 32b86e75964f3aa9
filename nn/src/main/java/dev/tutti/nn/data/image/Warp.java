package dev.tutti.nn.data.image;

import dev.tutti.nn.data.FloatImage;

/// Affine maps of images, bilinear, torchvision's `affine` with `interpolation=BILINEAR` and
/// `fill=None`: everything outside the image is zero, and the border's pixels fade into it.
///
/// Its matrix is torchvision's, too: target offset from the centre to source offset, the inverse of
/// `T · R(angle) · S(scale) · ShearY · ShearX`.
///
/// @param xx source x per target x
/// @param xy source x per target y
/// @param x0 source x of the target's centre
/// @param yx source y per target x
/// @param yy source y per target y
/// @param y0 source y of the target's centre
record Warp(double xx, double xy, double x0, double yx, double yy, double y0) {

  /// The map that turns by `angle` degrees (clockwise if positive), enlarges by `scale`, shears by
  /// `shearX` and `shearY` degrees and then shifts by (right, down) pixels.
  static Warp of(
      double angle, double right, double down, double scale, double shearX, double shearY) {
    double rot = Math.toRadians(angle);
    double sx = Math.toRadians(shearX);
    double sy = Math.toRadians(shearY);
    double a = StrictMath.cos(rot - sy) / StrictMath.cos(sy);
    double b = -(a * StrictMath.tan(sx) + StrictMath.sin(rot));
    double c = StrictMath.sin(rot - sy) / StrictMath.cos(sy);
    double d = StrictMath.cos(rot) - c * StrictMath.tan(sx);
    double xx = d / scale;
    double xy = -b / scale;
    double yx = -c / scale;
    double yy = a / scale;
    return new Warp(xx, xy, -xx * right - xy * down, yx, yy, -yx * right - yy * down);
  }

  /// The map that shifts by (right, down) pixels.
  static Warp shift(double right, double down) {
    return of(0, right, down, 1, 0, 0);
  }

  /// The map that turns by `radians`.
  static Warp rotation(double radians) {
    return of(Math.toDegrees(radians), 0, 0, 1, 0, 0);
  }

  /// MNIST-C's shear by `radians`, which also shortens the image.
  static Warp shear(double radians) {
    return new Warp(1, -StrictMath.sin(radians), 0, 0, StrictMath.cos(radians), 0);
  }

  FloatImage of(FloatImage image) {
    FloatImage to = FloatImage.zeros(image.height(), image.width(), image.channels());
    double middleX = (image.width() - 1) / 2.0;
    double middleY = (image.height() - 1) / 2.0;
    for (int y = 0; y < image.height(); y++) {
      double dy = y - middleY;
      for (int x = 0; x < image.width(); x++) {
        double dx = x - middleX;
        sample(
            image,
            yx * dx + yy * dy + y0 + middleY,
            xx * dx + xy * dy + x0 + middleX,
            to.values(),
            to.at(y, x));
      }
    }
    return to;
  }

  /// Writes the pixel at (y, x), blended from its four neighbours, those outside being zero.
  static void sample(FloatImage from, double y, double x, float[] to, int at) {
    int top = (int) Math.floor(y);
    int left = (int) Math.floor(x);
    float down = (float) (y - top);
    float right = (float) (x - left);
    boolean inside = top >= 0 && left >= 0 && top + 1 < from.height() && left + 1 < from.width();
    if (inside) {
      blend(from, from.at(top, left), down, right, to, at);
      return;
    }
    add(from, top, left, (1 - down) * (1 - right), to, at);
    add(from, top, left + 1, (1 - down) * right, to, at);
    add(from, top + 1, left, down * (1 - right), to, at);
    add(from, top + 1, left + 1, down * right, to, at);
  }

  /// [#sample] if all four neighbours are inside the image, with its order of additions.
  private static void blend(
      FloatImage from, int source, float down, float right, float[] to, int at) {
    float[] x = from.values();
    int c = from.channels();
    int below = source + from.width() * c;
    float w00 = (1 - down) * (1 - right);
    float w01 = (1 - down) * right;
    float w10 = down * (1 - right);
    float w11 = down * right;
    for (int k = 0; k < c; k++) {
      to[at + k] =
          w00 * x[source + k]
              + w01 * x[source + c + k]
              + w10 * x[below + k]
              + w11 * x[below + c + k];
    }
  }

  private static void add(FloatImage from, int y, int x, float weight, float[] to, int at) {
    if (y >= 0 && y < from.height() && x >= 0 && x < from.width()) {
      int source = from.at(y, x);
      for (int c = 0; c < from.channels(); c++) {
        to[at + c] += weight * from.values()[source + c];
      }
    }
  }
}
