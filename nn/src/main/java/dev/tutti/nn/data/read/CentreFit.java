package dev.tutti.nn.data.read;

import dev.tutti.nn.data.Examples;
import dev.tutti.nn.data.FloatImage;
import dev.tutti.nn.data.image.Resampling;

/// Images of any size made images of one: resized so that they just cover it, with the sampling of
/// [Augment#resize], and cut at the middle, with their bytes rounded once at the end.
///
/// For a square this is torchvision's `Resize(side)` and `CenterCrop(side)` on tensors of floats,
/// an image whose shorter side is `side` and whose longer one is rounded down to whole pixels. On
/// PIL images torchvision rounds to bytes between the two directions as well, which may differ by
/// one of 255.
record CentreFit(int height, int width) {
  CentreFit {
    if (height < 1 || width < 1 || (long) height * width > ImageDecoder.MOST_PIXELS) {
      throw new IllegalArgumentException(
          "ImageFolder: a size of %d×%d; at least 1×1 and at most %d pixels in all are needed"
              .formatted(height, width, ImageDecoder.MOST_PIXELS));
    }
  }

  /// The most bytes that [#of] takes for an image of that size.
  long bytes(ImageDecoder.Size size) {
    double scale = Math.max(1, (double) size.height() / height);
    long rows = Math.min(size.height(), (long) ((height + 2) * scale) + 2);
    long floats = 3L * width * (rows + height);
    long weights = 32L * (height + width) + 16L * (size.height() + size.width());
    return Float.BYTES * floats + 3L * height * width + weights;
  }

  ImageDecoder.Image of(ImageDecoder.Image image) {
    int h = image.size().height();
    int w = image.size().width();
    if (h == height && w == width) {
      return image;
    }
    // The side that has to grow more, or shrink less, gets its length; the other is longer.
    boolean byHeight = (long) height * w >= (long) width * h;
    long tall = byHeight ? height : (long) width * h / w;
    long wide = byHeight ? (long) height * w / h : width;
    int c = image.channels();
    FloatImage fitted =
        Resampling.BILINEAR.window(
            (y, to) -> Examples.Pixels.write(image.pixels(), y * w * c, w * c, to, 0),
            c,
            new Resampling.Axis(h, tall, FloatImage.start(tall, height), height),
            new Resampling.Axis(w, wide, FloatImage.start(wide, width), width));
    byte[] pixels = new byte[height * width * c];
    for (int k = 0; k < pixels.length; k++) {
      pixels[k] = (byte) Math.round(255 * Math.clamp(fitted.values()[k], 0, 1));
    }
    return new ImageDecoder.Image(new ImageDecoder.Size(height, width), c, pixels);
  }
}
