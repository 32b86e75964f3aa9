package dev.tutti.nn.data;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// JPEG and PNG files to bytes `[H, W, C]`, C = 1 for grey images and 3 for all others.
///
/// The samples are taken as the file has them: no colour profile or gamma is applied, transparency
/// is dropped, 16 bits are cut to their upper 8, fewer than 8 are spread over 0..255. An image
/// whose file is cut off or damaged is an error, even where the JPEG decoder would fill the rest
/// with grey.
///
/// A decoder keeps its codecs from one image to the next and serves one thread at a time.
final class ImageDecoder implements AutoCloseable {
  private static final int MOST_PIXELS = 1 << 24;

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
    void accept(Size size);
  }

  /// The check that the image `shown` has the size of the image called `first`.
  static SizeCheck sameSize(String shown, Size expected, String first) {
    return size -> {
      if (!size.equals(expected)) {
        throw new DataError(
            "%s: %s, but %s is %s; all images must have one size, or be read with one"
                    .formatted(shown, size, first, expected)
                + " (ImageFolder.size, --size)");
      }
    };
  }

  private ImageReader jpeg;
  private ImageReader png;
  private String damage;

  /// Decodes the image file `bytes`, which messages call `shown`.
  Image decode(String shown, byte[] bytes, SizeCheck check) {
    ImageReader reader = reader(shown, bytes);
    damage = null;
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      Size size = new Size(reader.getHeight(0), reader.getWidth(0));
      if ((long) size.height * size.width > MOST_PIXELS) {
        throw new DataError(
            "%s: %s pixels; at most %d in all are read".formatted(shown, size, MOST_PIXELS));
      }
      // A JPEG's block of 64 pixels takes a bit at least, a PNG's pixel one that deflate packs
      // 1032:1.
      long most = (reader == jpeg ? 512L : 8L * 1032) * bytes.length;
      if ((long) size.height * size.width > most) {
        throw new DataError(
            "%s: damaged image: %s pixels are more than a file of %d bytes can hold"
                .formatted(shown, size, bytes.length));
      }
      check.accept(size);
      Image image = bytes(reader.read(0));
      if (damage != null) {
        throw new DataError("%s: damaged image: %s".formatted(shown, damage));
      }
      return image;
    } catch (DataError e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Given hostile bytes, the JDK's decoders fail with almost any unchecked exception.
      String found = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new DataError("%s: cannot be decoded: %s".formatted(shown, found), e);
    } finally {
      reader.setInput(null);
    }
  }

  private ImageReader reader(String shown, byte[] bytes) {
    if (startsWith(bytes, 0xff, 0xd8, 0xff)) {
      jpeg = jpeg == null ? newReader("jpeg") : jpeg;
      return jpeg;
    }
    if (startsWith(bytes, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n')) {
      checkChunks(shown, bytes);
      png = png == null ? newReader("png") : png;
      return png;
    }
    StringBuilder start = new StringBuilder();
    for (int i = 0; i < Math.min(4, bytes.length); i++) {
      start.append("%02x".formatted(bytes[i]));
    }
    throw new DataError(
        "%s: is neither JPEG nor PNG (%s)"
            .formatted(shown, bytes.length == 0 ? "empty" : "starts with 0x" + start));
  }

  /// Compares the checksums of a PNG file's chunks, which the JDK's decoder does not. A chunk is
  /// its length, four letters, as many bytes as the length says, and a CRC-32 of letters and bytes.
  private static void checkChunks(String shown, byte[] png) {
    ByteBuffer file = ByteBuffer.wrap(png);
    CRC32 crc = new CRC32();
    int at = 8;
    String type = "";
    while (!type.equals("IEND")) {
      int length = at <= png.length - 12 ? file.getInt(at) : -1;
      if (length < 0 || length > png.length - 12 - at) {
        throw new DataError(
            "%s: damaged image: a PNG chunk at byte %d runs past the end of the file, byte %d"
                .formatted(shown, at, png.length));
      }
      type = new String(png, at + 4, 4, StandardCharsets.ISO_8859_1);
      crc.reset();
      crc.update(png, at + 4, length + 4);
      if ((int) crc.getValue() != file.getInt(at + 8 + length)) {
        throw new DataError(
            "%s: damaged image: wrong checksum of the PNG chunk at byte %d".formatted(shown, at));
      }
      at += 12 + length;
    }
  }

  private static boolean startsWith(byte[] bytes, int... magic) {
    for (int i = 0; i < magic.length; i++) {
      if (i >= bytes.length || (bytes[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  private ImageReader newReader(String format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    if (!readers.hasNext()) {
      throw new DataError("this Java runtime has no decoder for " + format + " images");
    }
    ImageReader reader = readers.next();
    reader.addIIOReadWarningListener(new DamageListener());
    return reader;
  }

  /// Notes the warnings of the JPEG decoder that mean lost pixels.
  private final class DamageListener implements IIOReadWarningListener {
    @Override
    public void warningOccurred(ImageReader source, String warning) {
      boolean harmless = warning.contains("extraneous bytes");
      if (!harmless && (warning.startsWith("Premature") || warning.startsWith("Corrupt"))) {
        damage = damage == null ? warning : damage;
      }
    }
  }

  private static Image bytes(BufferedImage image) {
    Raster raster = image.getRaster();
    Size size = new Size(raster.getHeight(), raster.getWidth());
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return indexed(raster, size, palette);
    }
    int channels = raster.getNumBands() < 3 ? 1 : 3; // grey, grey + alpha; RGB, RGB + alpha
    byte[] pixels = new byte[size.height * size.width * channels];
    boolean plain =
        raster.getSampleModel() instanceof PixelInterleavedSampleModel
            && raster.getDataBuffer() instanceof DataBufferByte
            && raster.getSampleModelTranslateX() == 0
            && raster.getSampleModelTranslateY() == 0;
    if (plain) {
      copy(raster, size, channels, pixels);
    } else {
      convert(raster, size, channels, pixels);
    }
    return new Image(size, channels, pixels);
  }

  private static void copy(Raster raster, Size size, int channels, byte[] to) {
    PixelInterleavedSampleModel model = (PixelInterleavedSampleModel) raster.getSampleModel();
    DataBufferByte buffer = (DataBufferByte) raster.getDataBuffer();
    byte[] from = buffer.getData();
    int step = model.getPixelStride();
    for (int y = 0; y < size.height; y++) {
      for (int c = 0; c < channels; c++) {
        int source = buffer.getOffset() + y * model.getScanlineStride() + model.getBandOffsets()[c];
        int target = y * size.width * channels + c;
        for (int x = 0; x < size.width; x++) {
          to[target + x * channels] = from[source + x * step];
        }
      }
    }
  }

  private static void convert(Raster raster, Size size, int channels, byte[] to) {
    int[] row = new int[size.width];
    for (int c = 0; c < channels; c++) {
      int bits = raster.getSampleModel().getSampleSize(c);
      for (int y = 0; y < size.height; y++) {
        raster.getSamples(0, y, size.width, 1, c, row);
        int target = y * size.width * channels + c;
        for (int x = 0; x < size.width; x++) {
          int sample = bits >= 8 ? row[x] >>> (bits - 8) : row[x] * 255 / ((1 << bits) - 1);
          to[target + x * channels] = (byte) sample;
        }
      }
    }
  }

  /// Pixels that are indices into a palette, which is also how PNG's grey below 8 bits comes.
  private static Image indexed(Raster raster, Size size, IndexColorModel palette) {
    int colours = palette.getMapSize();
    boolean grey = true;
    for (int i = 0; i < colours; i++) {
      grey &= palette.getRed(i) == palette.getGreen(i) && palette.getRed(i) == palette.getBlue(i);
    }
    int channels = grey ? 1 : 3;
    byte[] pixels = new byte[size.height * size.width * channels];
    int[] row = new int[size.width];
    int target = 0;
    for (int y = 0; y < size.height; y++) {
      raster.getSamples(0, y, size.width, 1, 0, row);
      for (int index : row) {
        pixels[target++] = (byte) palette.getRed(index);
        if (!grey) {
          pixels[target++] = (byte) palette.getGreen(index);
          pixels[target++] = (byte) palette.getBlue(index);
        }
      }
    }
    return new Image(size, channels, pixels);
  }

  @Override
  public void close() {
    if (jpeg != null) {
      jpeg.dispose();
    }
    if (png != null) {
      png.dispose();
    }
  }
}
