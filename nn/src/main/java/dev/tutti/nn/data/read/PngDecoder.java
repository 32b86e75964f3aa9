package dev.tutti.nn.data.read;

import dev.tutti.nn.data.read.ImageDecoder.Image;
import dev.tutti.nn.data.read.ImageDecoder.Size;
import dev.tutti.nn.data.read.ImageDecoder.SizeCheck;
import dev.tutti.nn.io.DataError;
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
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// PNG files to pixels, by the JDK's reader. It compares no checksums, so that is done here before:
/// those of the chunks and that of the compressed data.
final class PngDecoder implements AutoCloseable {
  private static final int DEPTH = 24; // the place of the bits of a sample, in the first chunk

  private final ImageReaderSpi readers = readers();
  private final Inflater inflater = new Inflater();
  private final byte[] unpacked = new byte[1 << 13];

  private static ImageReaderSpi readers() {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
    if (!readers.hasNext()) {
      throw new DataError("this Java runtime has no decoder for PNG images");
    }
    return readers.next().getOriginatingProvider();
  }

  /// Decodes the PNG file `png`, which messages call `shown`.
  Image decode(String shown, byte[] png, SizeCheck check) {
    checkChunks(shown, png);
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(png))) {
      // A new one for each image: it holds the last picture until it reads the next one.
      ImageReader reader = readers.createReaderInstance();
      reader.setInput(in, true, true);
      Size size = new Size(reader.getHeight(0), reader.getWidth(0));
      // A pixel takes at least one bit, which deflate packs 1032:1.
      ImageDecoder.check(shown, size, 8 * 1032, png.length);
      check.accept(size, bytes(size, png));
      checkData(
          shown, png, 9L * size.height() * size.width()); // a row has 8 bytes a pixel, and one
      return bytes(reader.read(0));
    } catch (DataError e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Given hostile bytes, the JDK's decoder fails with almost any unchecked exception.
      String found = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new DataError("%s: cannot be decoded: %s".formatted(shown, found), e);
    }
  }

  /// The most bytes that the picture takes at once while it is decoded: those of the file in the
  /// JDK's reader, its picture, which may have transparency in addition, and the pixels.
  private static long bytes(Size size, byte[] png) {
    int sample = png[DEPTH] == 16 ? 2 : 1;
    int channels = switch (png[DEPTH + 1]) { // the kind of colours
          case 3 -> 1; // a palette
          case 0, 4 -> 2;
          default -> 4;
        };
    return png.length + (3L + sample * channels) * size.height() * size.width();
  }

  /// Compares the checksums of a PNG file's chunks. A chunk is its length, four letters, as many
  /// bytes as the length says, and a CRC-32 of letters and bytes.
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

  /// Unpacks the data of a PNG file with sound chunks, up to their end and their checksum; `most`
  /// bytes of them at the most.
  private void checkData(String shown, byte[] png, long most) {
    ByteBuffer file = ByteBuffer.wrap(png);
    inflater.reset();
    try {
      for (int at = 8; !ImageFormat.has(png, at + 4, "IEND"); at += 12 + file.getInt(at)) {
        if (ImageFormat.has(png, at + 4, "IDAT")) {
          inflater.setInput(png, at + 8, file.getInt(at));
          while (inflater.inflate(unpacked) > 0 && inflater.getBytesWritten() <= most) {}
        }
      }
      if (!inflater.finished()) {
        throw ImageDecoder.damaged(shown, "the compressed data do not end");
      }
    } catch (DataFormatException e) {
      throw ImageDecoder.damaged(shown, "wrong compressed data: " + e.getMessage());
    }
  }

  private static Image bytes(BufferedImage image) {
    Raster raster = image.getRaster();
    Size size = new Size(raster.getHeight(), raster.getWidth());
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return indexed(raster, size, palette);
    }
    int channels = raster.getNumBands() < 3 ? 1 : 3; // grey, grey + alpha; RGB, RGB + alpha
    byte[] pixels = new byte[size.height() * size.width() * channels];
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
    for (int y = 0; y < size.height(); y++) {
      for (int c = 0; c < channels; c++) {
        int source = buffer.getOffset() + y * model.getScanlineStride() + model.getBandOffsets()[c];
        int target = y * size.width() * channels + c;
        for (int x = 0; x < size.width(); x++) {
          to[target + x * channels] = from[source + x * step];
        }
      }
    }
  }

  private static void convert(Raster raster, Size size, int channels, byte[] to) {
    int[] row = new int[size.width()];
    for (int c = 0; c < channels; c++) {
      int bits = raster.getSampleModel().getSampleSize(c);
      for (int y = 0; y < size.height(); y++) {
        raster.getSamples(0, y, size.width(), 1, c, row);
        int target = y * size.width() * channels + c;
        for (int x = 0; x < size.width(); x++) {
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
    byte[] pixels = new byte[size.height() * size.width() * channels];
    int[] row = new int[size.width()];
    int target = 0;
    for (int y = 0; y < size.height(); y++) {
      raster.getSamples(0, y, size.width(), 1, 0, row);
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
    inflater.end();
  }
}
