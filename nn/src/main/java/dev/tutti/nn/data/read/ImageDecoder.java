package dev.tutti.nn.data.read;

import dev.tutti.nn.io.DataError;

/// JPEG and PNG files to bytes `[H, W, C]`, C = 1 for grey images and 3 (RGB) for all others. The
/// first bytes of a file decide what it is, not its name; other formats are refused by their names.
///
/// The samples are taken as the file has them, as Pillow's `convert("RGB")` and so torchvision's
/// `ImageFolder` do: no colour profile, gamma or orientation (Exif) is applied.
///
/// - JPEG: Huffman-coded, sequential or progressive, 8 bits a sample, sampling by whole factors,
///   with the bytes that libjpeg-turbo gives. YCbCr, CMYK and YCCK become RGB, the last two by
///   Pillow's formula. Refused by name: lossless, arithmetic-coded and hierarchical files, 12 bits,
///   two components, sampling by 3:2.
/// - PNG: all kinds. Transparency is dropped, 16 bits are cut to their upper 8, fewer than 8 are
///   spread over 0..255. (Pillow clips 16-bit grey at 255 instead.)
///
/// An image whose file is cut off or damaged is an error, even if most of it could be shown: a JPEG
/// must have each bit of each block and its end, a PNG its checksums. JPEG has none: a changed byte
/// that still makes a picture is not noticed.
///
/// A decoder serves one thread at a time.
final class ImageDecoder implements AutoCloseable {
  /// The most pixels of an image, in a file or made of one: 134 million, more than cameras have.
  static final int MOST_PIXELS = 1 << 27;

  /// The sides of an image.
  record Size(int height, int width) {
    @Override
    public String toString() {
      return height + "×" + width;
    }
  }

  /// Pixels in `[H, W, C]` order, `channels` = C.
  record Image(Size size, int channels, byte[] pixels) {

    /// The pixels of a grey image as those of a coloured one.
    byte[] tripled() {
      byte[] tripled = new byte[3 * pixels.length];
      for (int p = 0; p < tripled.length; p++) {
        tripled[p] = pixels[p / 3];
      }
      return tripled;
    }
  }

  /// Says what to do with an image of a size, before its pixels are decoded: throws or returns.
  interface SizeCheck {
    /// @param bytes what decoding the image takes of memory
    void accept(Size size, long bytes);
  }

  private PngDecoder png;

  /// Decodes the image file `bytes`, which messages call `shown`.
  Image decode(String shown, byte[] bytes, SizeCheck check) {
    ImageFormat format = ImageFormat.of(bytes);
    if (format == ImageFormat.JPEG) {
      return JpegDecoder.decode(shown, bytes, check);
    }
    if (format == ImageFormat.PNG) {
      png = png == null ? pngDecoder(shown) : png;
      return png.decode(shown, bytes, check);
    }
    throw new DataError("%s: is %s".formatted(shown, ImageFormat.found(bytes)));
  }

  /// The JDK's decoder is in a module of its own, which a program may run without.
  private static PngDecoder pngDecoder(String shown) {
    try {
      return new PngDecoder();
    } catch (NoClassDefFoundError e) {
      throw new DataError(
          shown
              + ": a PNG image is read with the module java.desktop, which this program runs without;"
              + " give java and jlink --add-modules java.desktop, or take JPEG images",
          e);
    }
  }

  /// Refuses images of too many pixels, and of more than `most` for each byte of the file.
  static void check(String shown, Size size, int most, int bytes) {
    long pixels = (long) size.height * size.width;
    if (pixels == 0) {
      throw damaged(shown, "%s pixels".formatted(size));
    }
    if (pixels > MOST_PIXELS) {
      throw new DataError(
          "%s: %s pixels; at most %d in all are read".formatted(shown, size, MOST_PIXELS));
    }
    if (pixels > (long) most * bytes) {
      throw damaged(
          shown, "%s pixels are more than a file of %d bytes can hold".formatted(size, bytes));
    }
  }

  static DataError damaged(String shown, String found) {
    return new DataError("%s: damaged image: %s".formatted(shown, found));
  }

  @Override
  public void close() {
    if (png != null) {
      png.close();
    }
  }
}
