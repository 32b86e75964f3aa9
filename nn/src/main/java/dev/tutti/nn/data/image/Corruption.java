package dev.tutti.nn.data.image;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.FloatImage;
import dev.tutti.nn.data.ImageTransform;
import dev.tutti.nn.data.Transform;
import java.util.Locale;

/// Ways in which images deteriorate, each in five severities, to measure how a network's accuracy
/// and confidence fall: after CIFAR-10-C (Hendrycks and Dietterich, "Benchmarking neural network
/// robustness to common corruptions and perturbations", 2019) and MNIST-C (Mu and Gilmer, "MNIST-C:
/// a robustness benchmark for computer vision", 2019).
///
/// Images are `[N, H, W, C]` with values in 0 to 1, and so are the results. What is drawn for image
/// i depends on the key and on i alone. Every severity is further from the clean images, on
/// average, than the one before.
///
/// The parameters of each name below are those of the scripts that made the two sets, for
/// severities 1 to 5, except those marked "here": for these the scripts' order is not one of
/// growing distance, or they have one severity only. Not taken over: frost and snow (which need
/// pictures), JPEG compression (whose result depends on the encoder), and the sets' rounding to
/// bytes.
public enum Corruption {
  /// Normal noise; deviations of CIFAR-10-C.
  GAUSSIAN_NOISE(0.04, 0.06, 0.08, 0.09, 0.10, (x, c, d) -> Noise.gaussian(x, 0, c[0], d)),

  /// Poisson noise; photons per unit of CIFAR-10-C.
  SHOT_NOISE(500, 250, 100, 75, 50, (x, c, d) -> Noise.shot(x, c[0], d)),

  /// Values set to 0 or 1; shares of CIFAR-10-C.
  IMPULSE_NOISE(0.01, 0.02, 0.03, 0.05, 0.07, (x, c, d) -> Noise.impulse(x, c[0], d)),

  /// Normal noise in proportion to the value; deviations of CIFAR-10-C.
  SPECKLE_NOISE(0.06, 0.1, 0.12, 0.16, 0.2, (x, c, d) -> Noise.speckle(x, c[0], d)),

  /// Deviations in pixels of CIFAR-10-C.
  GAUSSIAN_BLUR(0.4, 0.6, 0.7, 0.8, 1, (x, c, d) -> Blurs.gaussian(x, c[0])),

  /// Radii and softness in pixels of CIFAR-10-C.
  DEFOCUS_BLUR(
      new double[][] {{0.3, 0.4}, {0.4, 0.5}, {0.5, 0.6}, {1, 0.2}, {1.5, 0.1}},
      (x, c, d) -> Blurs.defocus(x, c[0], c[1])),

  /// Blur, reach and repetitions: the third and the fifth of CIFAR-10-C, then further reaches here.
  GLASS_BLUR(
      new double[][] {{0.4, 1, 1}, {0.4, 1, 2}, {0.4, 2, 2}, {0.4, 3, 2}, {0.4, 4, 2}},
      (x, c, d) -> Blurs.glass(x, c[0], (int) c[1], (int) c[2], d)),

  /// Radii and deviations in pixels of CIFAR-10-C, the fourth deviation here; the direction within
  /// 45° of horizontal.
  MOTION_BLUR(
      new double[][] {{6, 1}, {6, 1.5}, {6, 2}, {8, 2.25}, {9, 2.5}},
      (x, c, d) -> Blurs.motion(x, c[0], c[1], d.uniform(-45, 45))),

  /// Largest zooms of CIFAR-10-C.
  ZOOM_BLUR(1.05, 1.1, 1.15, 1.2, 1.25, (x, c, d) -> Blurs.zoom(x, c[0])),

  /// Amounts and smoothness of CIFAR-10-C.
  FOG(
      new double[][] {{0.2, 3}, {0.5, 3}, {0.75, 2.5}, {1, 2}, {1.5, 1.75}},
      (x, c, d) -> Weather.fog(x, c[0], c[1], d)),

  /// Mud; thresholds here, around the one of CIFAR-10-C's fourth severity.
  SPATTER(0.72, 0.7, 0.69, 0.68, 0.67, (x, c, d) -> Weather.spatter(x, c[0], d)),

  /// What is added to the value (of hue, saturation, value) in CIFAR-10-C.
  BRIGHTNESS(0.05, 0.1, 0.15, 0.2, 0.3, (x, c, d) -> Colour.value(x, 1, c[0])),

  /// Factors of CIFAR-10-C for the distances from each channel's mean.
  CONTRAST(0.75, 0.5, 0.4, 0.3, 0.15, (x, c, d) -> Colour.aroundMeans(x, c[0])),

  /// What the saturation, of grey images the value, is multiplied by and what is added: three of
  /// CIFAR-10-C, the first and the last here.
  SATURATE(
      new double[][] {{1.2, 0}, {1.5, 0}, {2, 0.1}, {2.5, 0.2}, {5, 0.3}},
      (x, c, d) -> Colour.saturate(x, c[0], c[1])),

  /// Shares of the resolution of CIFAR-10-C.
  PIXELATE(0.95, 0.9, 0.85, 0.75, 0.65, (x, c, d) -> Resampling.pixelate(x, c[0])),

  /// How far pixels move and how far they move together, in sides: about CIFAR-10-C's, without its
  /// affine map.
  ELASTIC_TRANSFORM(
      new double[][] {{0.05, 0.06}, {0.08, 0.06}, {0.1, 0.05}, {0.1, 0.04}, {0.1, 0.03}},
      (x, c, d) -> Blurs.elastic(x, c[0], c[1], d)),

  /// Bits of MNIST-C.
  QUANTIZE(5, 4, 3, 2, 1, (x, c, d) -> Colour.quantize(x, c[0])),

  /// Shifts of MNIST-C along both axes, in 28ths of a side, each way with even chances.
  TRANSLATE(1, 2, 3, 4, 5, (x, c, d) -> shift(x, d.sign() * c[0] / 28, d.sign() * c[0] / 28)),

  /// Angles of MNIST-C, in radians, either way.
  ROTATE(0.2, 0.4, 0.6, 0.8, 1, (x, c, d) -> Warp.rotation(d.sign() * c[0]).of(x)),

  /// Angles of MNIST-C, in radians, either way.
  SHEAR(0.2, 0.4, 0.6, 0.8, 1, (x, c, d) -> Warp.shear(d.sign() * c[0]).of(x)),

  /// Sizes of MNIST-C.
  SCALE(0.9, 0.8, 0.7, 0.6, 0.5, (x, c, d) -> Warp.of(0, 0, 0, c[0], 0, 0).of(x)),

  /// Shares of the width at either side that are turned into their negative: the last of MNIST-C,
  /// the others here.
  STRIPE(0.05, 0.1, 0.15, 0.2, 0.25, (x, c, d) -> Lines.stripe(x, c[0])),

  /// Numbers of lines: one in MNIST-C, the others here.
  DOTTED_LINE(1, 2, 3, 4, 5, (x, c, d) -> Lines.dotted(x, c[0], d)),

  /// Numbers of zigzags: one in MNIST-C, the others here.
  ZIGZAG(1, 2, 3, 4, 5, (x, c, d) -> Lines.zigzag(x, c[0], d));

  /// The number of severities.
  public static final int SEVERITIES = 5;

  private interface Change {
    FloatImage of(FloatImage image, double[] parameters, Draws draws);
  }

  private final Change change;
  private final double[][] parameters;

  Corruption(double[][] parameters, Change change) {
    this.change = change;
    this.parameters = parameters;
  }

  Corruption(double one, double two, double three, double four, double five, Change change) {
    this(new double[][] {{one}, {two}, {three}, {four}, {five}}, change);
  }

  /// {@return the corrupted images}
  ///
  /// @param images `[N, H, W, C]`, values in 0 to 1
  /// @param severity 1 to 5
  public Tensor apply(Tensor images, int severity, Key key) {
    return at(severity).apply(images, key);
  }

  /// {@return the corruption of one severity as a transform}
  ///
  /// @throws IllegalArgumentException if `severity` is not 1 to 5
  public Transform at(int severity) {
    return images(severity);
  }

  /// {@return a data set of images, each corrupted when it is read; image i in its own way, by
  /// `key` and i, wherever it is in parts that are taken from the result}
  ///
  /// @throws IllegalArgumentException if `severity` is not 1 to 5
  /// @throws dev.tutti.engine.ShapeError if `data` holds no images
  public Dataset of(Dataset data, int severity, Key key) {
    return data.changed(images(severity), key);
  }

  private static FloatImage shift(FloatImage image, double widths, double heights) {
    return Warp.shift(widths * image.width(), heights * image.height()).of(image);
  }

  private ImageTransform images(int severity) {
    if (severity < 1 || severity > SEVERITIES) {
      throw new IllegalArgumentException(
          label() + ": severities go from 1 to " + SEVERITIES + ", got " + severity);
    }
    double[] own = parameters[severity - 1];
    return ImageTransform.keyed(
        label(), (image, key) -> change.of(image, own, new Draws(key)).clipped());
  }

  /// {@return the name in words, `gaussian noise`}
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
