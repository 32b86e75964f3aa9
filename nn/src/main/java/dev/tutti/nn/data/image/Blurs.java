package dev.tutti.nn.data.image;

import dev.tutti.nn.data.FloatImage;

/// Images out of focus or in motion, as the scripts of CIFAR-10-C make them.
final class Blurs {
  private Blurs() {}

  /// A Gaussian of deviation `sigma`, cut off at four deviations.
  static FloatImage gaussian(FloatImage image, double sigma) {
    return Filter.gaussian(image, (int) (4 * sigma + 0.5), sigma, Filter.Border.NEAREST);
  }

  /// A disk of `radius` pixels whose edge a Gaussian of deviation `alias` over 3 × 3 pixels
  /// softens.
  static FloatImage defocus(FloatImage image, double radius, double alias) {
    int reach =
        (int) radius + 2; // the disk, a pixel that softening fills, and one that stays empty
    int side = 2 * reach + 1;
    FloatImage disk = FloatImage.zeros(side, side, 1);
    int count = 0;
    for (int y = -reach; y <= reach; y++) {
      for (int x = -reach; x <= reach; x++) {
        boolean inside = x * x + y * y <= radius * radius;
        disk.values()[disk.at(y + reach, x + reach)] = inside ? 1 : 0;
        count += inside ? 1 : 0;
      }
    }
    float[] weights = Filter.gaussian(disk, 1, alias, Filter.Border.REFLECT).values();
    int[] dy = new int[weights.length];
    int[] dx = new int[weights.length];
    for (int k = 0; k < weights.length; k++) {
      dy[k] = k / side - reach;
      dx[k] = k % side - reach;
      weights[k] /= count;
    }
    return new Filter(dy, dx, weights).of(image, Filter.Border.REFLECT);
  }

  /// ImageMagick's motion blur: half a Gaussian of deviation `sigma` along a line of `2 radius + 1`
  /// pixels that leaves each pixel at `degrees`.
  static FloatImage motion(FloatImage image, double radius, double sigma, double degrees) {
    int width = 2 * (int) Math.ceil(radius) + 1;
    double down = StrictMath.cos(Math.toRadians(degrees));
    double right = StrictMath.sin(Math.toRadians(degrees));
    int[] dy = new int[width];
    int[] dx = new int[width];
    double[] raw = new double[width];
    for (int i = 0; i < width; i++) {
      dx[i] = (int) Math.ceil(i * down - 0.5);
      dy[i] = (int) Math.ceil(i * right - 0.5);
      raw[i] = StrictMath.exp(-0.5 * i * i / (sigma * sigma));
    }
    return new Filter(dy, dx, Filter.normalised(raw)).of(image, Filter.Border.NEAREST);
  }

  /// The mean of the image and its enlargements by 1, 1.01, 1.02, … `most`.
  static FloatImage zoom(FloatImage image, double most) {
    float[] sum = image.values().clone();
    int steps = (int) Math.rint((most - 1) * 100);
    for (int s = 0; s <= steps; s++) {
      float[] zoomed = Warp.of(0, 0, 0, 1 + s / 100.0, 0, 0).of(image).values();
      for (int k = 0; k < sum.length; k++) {
        sum[k] += zoomed[k];
      }
    }
    for (int k = 0; k < sum.length; k++) {
      sum[k] /= steps + 2;
    }
    return image.with(sum);
  }

  /// Pixels exchanged with others up to `reach` away, this many times over, between two Gaussian
  /// blurs of deviation `sigma`.
  static FloatImage glass(FloatImage image, double sigma, int reach, int times, Draws draws) {
    FloatImage blurred = gaussian(image, sigma);
    float[] values = blurred.values();
    float[] pixel = new float[image.channels()];
    for (int t = 0; t < times; t++) {
      for (int y = image.height() - reach; y > reach; y--) {
        for (int x = image.width() - reach; x > reach; x--) {
          int here = image.at(y, x);
          int there =
              image.at(y + draws.below(2 * reach) - reach, x + draws.below(2 * reach) - reach);
          System.arraycopy(values, here, pixel, 0, pixel.length);
          System.arraycopy(values, there, values, here, pixel.length);
          System.arraycopy(pixel, 0, values, there, pixel.length);
        }
      }
    }
    return gaussian(blurred, sigma);
  }

  /// Pixels moved by a random field in which neighbours move alike: uniform in −1 to 1, smoothed by
  /// a Gaussian of deviation `sigma` sides and multiplied by `amount` sides.
  static FloatImage elastic(FloatImage image, double amount, double sigma, Draws draws) {
    int h = image.height();
    int w = image.width();
    double side = Math.max(h, w);
    float[] down = field(h, w, sigma * side, draws);
    float[] right = field(h, w, sigma * side, draws);
    FloatImage to = FloatImage.zeros(h, w, image.channels());
    for (int p = 0; p < h * w; p++) {
      Warp.sample(
          image,
          Math.clamp(p / w + amount * side * down[p], 0, h - 1),
          Math.clamp(p % w + amount * side * right[p], 0, w - 1),
          to.values(),
          p * image.channels());
    }
    return to;
  }

  private static float[] field(int h, int w, double sigma, Draws draws) {
    float[] u = draws.uniform(h * w);
    for (int p = 0; p < u.length; p++) {
      u[p] = 2 * u[p] - 1;
    }
    int radius = (int) (3 * sigma + 0.5);
    FloatImage field = new FloatImage(h, w, 1, u);
    return Filter.gaussian(field, radius, sigma, Filter.Border.NEAREST).values();
  }
}
