package dev.tutti.nn.data.read;

import dev.tutti.nn.data.read.ImageDecoder.Image;
import dev.tutti.nn.data.read.ImageDecoder.Size;
import dev.tutti.nn.io.DataError;
import java.util.function.Consumer;

/// Reads images of a source, each within its [ImageMemory], by any number of threads at once.
///
/// @param fit what gives all images one size, or null if they have one
record ImageReading(ImageSource source, CentreFit fit) {
  /// Reads the first image, which may have any size.
  Image first(ImageDecoder decoder, String path) {
    return read(decoder, path, _ -> {}, 0);
  }

  /// Reads an image after the first one.
  ///
  /// @param decoder a decoder that no other thread uses
  /// @param size the size of the first image, which is at `firstPath`
  /// @param held the bytes of the set that the image belongs to
  Image next(ImageDecoder decoder, String path, Size size, String firstPath, long held) {
    return read(
        decoder,
        path,
        found -> {
          if (fit == null && !found.equals(size)) {
            throw new DataError(
                "%s: %s, but %s is %s; all images must have one size, or be read with one"
                        .formatted(source.shown(path), found, firstPath, size)
                    + " (ImageFolder.size, --size)");
          }
        },
        held);
  }

  private Image read(ImageDecoder decoder, String path, Consumer<Size> check, long held) {
    String shown = source.shown(path);
    long length = source.size(path);
    // What reads a file holds it in parts as well.
    try (ImageMemory.Taken _ = ImageMemory.FILES.take(shown, length + " bytes", 2 * length, held)) {
      ImageMemory.Taken[] pixels = {() -> {}};
      try {
        Image image =
            decoder.decode(
                shown,
                source.read(path),
                (size, bytes) -> {
                  check.accept(size);
                  long all = bytes + (fit == null ? 0 : fit.bytes(size));
                  pixels[0] = ImageMemory.PIXELS.take(shown, size + " pixels", all, held);
                });
        return fit == null ? image : fit.of(image);
      } finally {
        pixels[0].close();
      }
    }
  }
}
