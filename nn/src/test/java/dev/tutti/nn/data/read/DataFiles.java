package dev.tutti.nn.data.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.DataError;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.function.Executable;

/// Writers of the files that the tests of the readers need, and what those tests have in common.
public final class DataFiles {
  private DataFiles() {}

  /// Asserts that `action` fails with a [DataError] of this one line.
  public static void assertError(String line, Executable action) {
    assertEquals(line, assertThrows(DataError.class, action).getMessage());
  }

  /// A folder of real data below `TUTTI_DATA`, or below `shared/data` next to the repository; the
  /// test is skipped if there is none.
  public static Path real(String folder) {
    String root = System.getenv("TUTTI_DATA");
    Path found = root == null ? null : Path.of(root, folder);
    Path from = Path.of("").toAbsolutePath();
    while (root == null && from != null && found == null) {
      Path candidate = from.resolve("../shared/data").normalize().resolve(folder);
      found = Files.isDirectory(candidate) ? candidate : null;
      from = from.getParent();
    }
    assumeTrue(found != null && Files.isDirectory(found), "no real data: " + folder);
    return found;
  }

  public static Path write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      // A new file, not the old one again: some file systems flush the latter to disk at once.
      Files.deleteIfExists(file);
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Path write(Path file, String text) {
    return write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  public static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /// Big-endian 32-bit integers followed by `data`.
  public static byte[] withHeader(int[] header, byte[] data) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * header.length + data.length);
    for (int value : header) {
      bytes.putInt(value);
    }
    return bytes.put(data).array();
  }

  public static byte[] idxImages(int count, int height, int width, byte[] pixels) {
    return withHeader(new int[] {0x803, count, height, width}, pixels);
  }

  public static byte[] idxLabels(int count, byte... labels) {
    return withHeader(new int[] {0x801, count}, labels);
  }

  public static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  public static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /// A ustar entry: header and contents, padded to a block.
  public static byte[] tarEntry(String name, char type, byte[] contents) {
    return concat(
        tarHeader(name, type, "%011o\0".formatted(contents.length)),
        contents,
        new byte[-contents.length & 511]);
  }

  /// A ustar header with 12 characters of size and the right checksum.
  public static byte[] tarHeader(String name, char type, String size) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, "0000644\0");
    put(header, 124, size);
    put(header, 136, "00000000000\0");
    header[156] = (byte) type;
    put(header, 257, "ustar\00000");
    return withTarChecksum(header);
  }

  public static byte[] withTarChecksum(byte[] header) {
    put(header, 148, "        ");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    return header;
  }

  public static void put(byte[] to, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, to, at, bytes.length);
  }

  /// The entries, and the two zero blocks that end an archive.
  public static byte[] tar(byte[]... entries) {
    return concat(concat(entries), new byte[1024]);
  }

  /// A zip archive of the files, deflated, in the map's order.
  public static byte[] zip(Map<String, byte[]> files) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  public static byte[] encoded(BufferedImage image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      assertEquals(true, ImageIO.write(image, format, out), "no encoder for " + format);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /// An image whose pixel (y, x) has the samples 16y + x + 80c for the channels c, as PNG.
  public static byte[] png(int height, int width, int channels) {
    return encoded(image(height, width, channels), "png");
  }

  /// A 1 × 1 image with one grey value, so that every image of a test differs from the others.
  public static byte[] dot(int value) {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(0, 0, 0, value);
    return encoded(image, "png");
  }

  public static byte[] dot(int red, int green, int blue) {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, red << 16 | green << 8 | blue);
    return encoded(image, "png");
  }

  public static Map<String, byte[]> files(Object... pathsAndBytes) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < pathsAndBytes.length; i += 2) {
      files.put((String) pathsAndBytes[i], (byte[]) pathsAndBytes[i + 1]);
    }
    return files;
  }

  public static byte[] jpeg(int height, int width, int channels) {
    return encoded(image(height, width, channels), "jpeg");
  }

  public static int sample(int y, int x, int c) {
    return 16 * y + x + 80 * c & 0xff;
  }

  private static BufferedImage image(int height, int width, int channels) {
    int type = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR;
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < channels; c++) {
          image.getRaster().setSample(x, y, c, sample(y, x, c));
        }
      }
    }
    return image;
  }

  /// The values of example `i`, times 255 and rounded.
  public static int[] bytes(Dataset set, int i) {
    float[] values = new float[set.elements()];
    set.read(i, values, 0);
    int[] bytes = new int[values.length];
    for (int k = 0; k < bytes.length; k++) {
      bytes[k] = Math.round(255 * values[k]);
    }
    return bytes;
  }
}
