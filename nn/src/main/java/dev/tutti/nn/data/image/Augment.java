package dev.tutti.nn.data.image;

import dev.tutti.engine.ShapeError;
import dev.tutti.nn.data.Box;
import dev.tutti.nn.data.FloatImage;
import dev.tutti.nn.data.ImageTransform;
import dev.tutti.nn.data.Transform;

/// Changes of images, one by one and in parallel: what is drawn for image i depends on the key and
/// on i, not on the size of the batch.
///
/// They are named as in torchvision (`transforms.v2`) and mean the same; differences are stated.
/// Images are `[N, H, W, C]` with values in 0 to 1, so [Transform#normalize] comes last.
///
/// {@snippet :
/// Transform augmentation =
///     Augment.randomHorizontalFlip(0.5)
///         .then(Augment.randomCrop(4))
///         .then(Augment.colorJitter(0.4, 0.4, 0.4, 0.1))
///         .then(Transform.normalize(new float[] {0.5f}, new float[] {0.25f}));
/// }
public final class Augment {
  private Augment() {}

  /// {@return a random crop of each image's own size after padding all sides with zeros,
  /// torchvision's `RandomCrop(size, padding)`: a shift by up to `padding` pixels each way}
  public static Transform randomCrop(int padding) {
    requirePadding(padding);
    return ImageTransform.drawn(
        "random crop", 2, (image, u) -> cropped(image, image.height(), image.width(), padding, u));
  }

  /// {@return a random crop of `height` × `width` pixels after padding all sides with zeros,
  /// torchvision's `RandomCrop(size, padding)`}
  public static Transform randomCrop(int height, int width, int padding) {
    requirePadding(padding);
    requireSize("random crop", height, width);
    return ImageTransform.drawn(
        "random crop",
        2,
        (image, u) -> {
          if (height > image.height() + 2 * padding || width > image.width() + 2 * padding) {
            throw new ShapeError(
                "random crop: %d×%d pixels do not fit images of %d×%d padded by %d"
                    .formatted(height, width, image.height(), image.width(), padding));
          }
          return cropped(image, height, width, padding, u);
        });
  }

  private static void requirePadding(int padding) {
    if (padding < 0) {
      throw new IllegalArgumentException(
          "random crop: padding must not be negative, got " + padding);
    }
  }

  private static FloatImage cropped(FloatImage image, int h, int w, int padding, float[] u) {
    int down = image.height() - h + padding;
    int right = image.width() - w + padding;
    return image.window(
        down - (int) (u[0] * (down + padding + 1)),
        right - (int) (u[1] * (right + padding + 1)),
        h,
        w);
  }

  /// {@return left and right exchanged with probability `p`, torchvision's `RandomHorizontalFlip`}
  public static Transform randomHorizontalFlip(double p) {
    requireProbability("random horizontal flip", p);
    return ImageTransform.drawn(
        "random horizontal flip", 1, (image, u) -> u[0] < p ? image.mirrored() : image);
  }

  /// {@return top and bottom exchanged with probability `p`, torchvision's `RandomVerticalFlip`}
  public static Transform randomVerticalFlip(double p) {
    requireProbability("random vertical flip", p);
    return ImageTransform.drawn(
        "random vertical flip", 1, (image, u) -> u[0] < p ? image.upsideDown() : image);
  }

  /// {@return a rotation about the centre by an angle of up to `degrees` either way, torchvision's
  /// `RandomRotation(degrees, interpolation=BILINEAR, fill=None)`}
  public static Transform randomRotation(double degrees) {
    AffineRanges ranges = AffineRanges.NONE.degrees(degrees);
    return ImageTransform.drawn(
        "random rotation",
        1,
        (image, u) ->
            // torchvision's rotate turns the other way round than its affine.
            Warp.of(-within(-ranges.degrees(), ranges.degrees(), u[0]), 0, 0, 1, 0, 0).of(image));
  }

  /// {@return a rotation, shear, zoom and shift about the centre, each uniform in its range,
  /// torchvision's `RandomAffine(…, interpolation=BILINEAR, fill=None)`}
  ///
  /// Shifts are whole pixels, as in torchvision. With its default `fill=0` torchvision fades the
  /// border's pixels twice; here they are faded once.
  public static Transform randomAffine(AffineRanges ranges) {
    return ImageTransform.drawn(
        "random affine",
        6,
        (image, u) -> {
          double right = ranges.translateX() * image.width();
          double down = ranges.translateY() * image.height();
          return Warp.of(
                  within(-ranges.degrees(), ranges.degrees(), u[0]),
                  Math.rint(within(-right, right, u[1])),
                  Math.rint(within(-down, down, u[2])),
                  within(ranges.scaleLow(), ranges.scaleHigh(), u[3]),
                  within(-ranges.shearX(), ranges.shearX(), u[4]),
                  within(-ranges.shearY(), ranges.shearY(), u[5]))
              .of(image);
        });
  }

  /// {@return brightness, contrast, saturation and hue changed in random order, torchvision's
  /// `ColorJitter`: factors uniform in `max(0, 1 − b) … 1 + b`, likewise for contrast and
  /// saturation, and the hue turned by `−hue … hue` of the circle}
  ///
  /// Images have 1 or 3 channels and values in 0 to 1, so it comes before [Transform#normalize].
  public static Transform colorJitter(
      double brightness, double contrast, double saturation, double hue) {
    return new ColorJitter(brightness, contrast, saturation, hue).transform();
  }

  /// {@return a rectangle set to 0 with probability `p`, torchvision's `RandomErasing(p)`: 2 to 33
  /// % of the area, an aspect of 0.3 to 3.3}
  public static Transform randomErasing(double p) {
    return randomErasing(p, 0.02, 0.33, 0.3, 3.3, 0);
  }

  /// {@return a rectangle set to `value` with probability `p`, torchvision's `RandomErasing`: its
  /// area is a share of the image's, uniform, and its aspect (height by width) uniform in the
  /// logarithm}
  public static Transform randomErasing(
      double p,
      double areaLow,
      double areaHigh,
      double aspectLow,
      double aspectHigh,
      double value) {
    requireProbability("random erasing", p);
    Box.Sizes sizes = new Box.Sizes(areaLow, areaHigh, aspectLow, aspectHigh);
    return ImageTransform.drawn(
        "random erasing",
        1 + Box.DRAWS,
        (image, u) -> {
          Box box = u[0] < p ? Box.ofArea(sizes, image.height(), image.width(), 0, 1, u, 1) : null;
          return box == null ? image : image.filled(box, (float) value);
        });
  }

  /// {@return a rectangle of random area and aspect brought to `height` × `width`, torchvision's
  /// `RandomResizedCrop(size)`: 8 to 100 % of the area, an aspect of 3/4 to 4/3, bilinear with
  /// antialiasing}
  public static Transform randomResizedCrop(int height, int width) {
    return randomResizedCrop(height, width, 0.08, 1);
  }

  /// {@return [#randomResizedCrop(int, int)] of `areaLow` to `areaHigh` of the area}
  public static Transform randomResizedCrop(
      int height, int width, double areaLow, double areaHigh) {
    requireSize("random resized crop", height, width);
    Box.Sizes sizes = new Box.Sizes(areaLow, areaHigh, 3 / 4.0, 4 / 3.0);
    return ImageTransform.drawn(
        "random resized crop",
        Box.DRAWS,
        (image, u) -> {
          int h = image.height();
          int w = image.width();
          Box drawn = Box.ofArea(sizes, h, w, 1, 0, u, 0);
          Box box =
              drawn == null ? Box.central(sizes.aspectLow(), sizes.aspectHigh(), h, w) : drawn;
          FloatImage part = image.window(box.top(), box.left(), box.height(), box.width());
          return Resampling.BILINEAR.resize(part, height, width);
        });
  }

  /// {@return images brought to `height` × `width`, torchvision's `Resize((height, width))`:
  /// bilinear with antialiasing}
  public static Transform resize(int height, int width) {
    requireSize("resize", height, width);
    return ImageTransform.fixed(
        "resize", image -> Resampling.BILINEAR.resize(image, height, width));
  }

  /// {@return the middle `height` × `width` pixels, with zeros around a smaller image,
  /// torchvision's `CenterCrop((height, width))`}
  public static Transform centerCrop(int height, int width) {
    requireSize("center crop", height, width);
    return ImageTransform.fixed("center crop", image -> image.middle(height, width));
  }

  /// {@return a Gaussian blur with a deviation uniform in `sigmaLow … sigmaHigh` and a window of
  /// `kernelSize` pixels each way, torchvision's `GaussianBlur`; outside, the image is mirrored}
  public static Transform gaussianBlur(int kernelSize, double sigmaLow, double sigmaHigh) {
    if (kernelSize < 1 || kernelSize % 2 == 0) {
      throw new IllegalArgumentException(
          "gaussian blur: the kernel size must be odd and positive, got " + kernelSize);
    }
    if (!(sigmaLow > 0 && sigmaLow <= sigmaHigh && sigmaHigh < 1e6)) {
      throw new IllegalArgumentException(
          "gaussian blur: deviations need 0 < low ≤ high, got " + sigmaLow + " and " + sigmaHigh);
    }
    return ImageTransform.drawn(
        "gaussian blur",
        1,
        (image, u) ->
            Filter.gaussian(
                image, kernelSize / 2, within(sigmaLow, sigmaHigh, u[0]), Filter.Border.REFLECT));
  }

  /// {@return normal noise added to every value, clipped to 0..1, torchvision's `GaussianNoise`}
  public static Transform gaussianNoise(double mean, double sigma) {
    if (!(sigma >= 0 && sigma < 1e6) || !Double.isFinite(mean)) {
      throw new IllegalArgumentException(
          "gaussian noise: needs a finite mean and a deviation of at least 0, got "
              + mean
              + " and "
              + sigma);
    }
    return ImageTransform.keyed(
        "gaussian noise", (image, key) -> Noise.gaussian(image, mean, sigma, new Draws(key)));
  }

  /// {@return `t` on each image with probability `p`, torchvision's `RandomApply`}
  ///
  /// @throws IllegalArgumentException if `t` does not change images one by one
  public static Transform randomApply(double p, Transform t) {
    requireProbability("random apply", p);
    if (!(t instanceof ImageTransform images)) {
      throw new IllegalArgumentException(
          "random apply: needs a transform of single images; this one changes whole batches");
    }
    return images.sometimes(p);
  }

  private static double within(double low, double high, float u) {
    return low + u * (high - low);
  }

  private static void requireProbability(String name, double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException(name + ": a probability is between 0 and 1, got " + p);
    }
  }

  private static void requireSize(String name, int height, int width) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          name + ": needs at least 1×1 pixels, got " + height + "×" + width);
    }
  }
}
