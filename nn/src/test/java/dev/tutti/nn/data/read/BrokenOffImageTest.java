package dev.tutti.nn.data.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.nn.io.DataError;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/// Image files that break off at each of their bytes, as downloads and full disks leave them.
class BrokenOffImageTest {
  private static final List<String> KINDS =
      List.of(
          "jpeg/ycc-420-baseline-34x21",
          "jpeg/ycc-420-optimised-34x21",
          "jpeg/ycc-444-baseline-34x21",
          "jpeg/ycc-440-baseline-34x21",
          "jpeg/ycc-411-baseline-34x21",
          "jpeg/ycc-420-restart-rows-34x21",
          "jpeg/ycc-422-restart-blocks-34x21",
          "jpeg/ycc-420-progressive-34x21",
          "jpeg/ycc-420-progressive-restart-34x21",
          "jpeg/grey-baseline-34x21",
          "jpeg/grey-progressive-34x21",
          "jpeg/cmyk-baseline-34x21",
          "jpeg/cmyk-restart-rows-34x21",
          "jpeg/cmyk-progressive-34x21",
          "jpeg/scans-ycck-2-baseline-34x21",
          "jpeg/scans-mixed-baseline-34x21",
          "jpeg/scans-mixed-progressive-restart-34x21",
          "png/RGB-34x21",
          "png/LA-34x21",
          "png/P-34x21",
          "png/plain-L1-34x21",
          "png/plain-RGB16-34x21",
          "png/interlaced-L2-34x21",
          "png/interlaced-RGBA8-34x21");

  private final Map<String, PillowTest.Case> cases = PillowTest.cases();

  /// How many of `count` files were refused; the others must be read whole, and are added to
  /// `whole` by their number.
  private int refused(
      PillowTest.Case expected, int count, IntFunction<byte[]> files, Set<Integer> whole) {
    int refused = 0;
    try (ImageDecoder decoder = new ImageDecoder()) {
      for (int i = 0; i < count; i++) {
        try {
          ImageDecoder.Image image = decoder.decode("x", files.apply(i), (size, bytes) -> {});
          assertEquals(0, PillowTest.difference(expected, image), "broken at byte " + i);
          whole.add(i);
        } catch (DataError e) {
          assertTrue(e.getMessage().startsWith("x: "), e.getMessage());
          refused++;
        }
      }
    }
    return refused;
  }

  @Test
  void aFileThatIsCutOffIsRefused(TestReporter reporter) {
    for (String kind : KINDS) {
      byte[] file = cases.get(kind).file();
      Set<Integer> whole = new TreeSet<>();
      int refused = refused(cases.get(kind), file.length, i -> Arrays.copyOf(file, i), whole);
      assertEquals(file.length, refused, kind + " is read when cut to bytes " + whole);
      reporter.publishEntry(kind, "cut at %d bytes, all refused".formatted(refused));
    }
  }

  @Test
  void aFileWhoseTailIsZerosIsRefused(TestReporter reporter) {
    for (String kind : KINDS) {
      byte[] file = cases.get(kind).file();
      int last = file.length; // where a tail of zeros is the file itself
      while (file[last - 1] == 0) {
        last--;
      }
      Set<Integer> whole = new TreeSet<>();
      int refused =
          refused(
              cases.get(kind),
              last,
              i -> Arrays.copyOf(Arrays.copyOf(file, i), file.length),
              whole);
      assertEquals(last, refused, kind + " is read with zeros from bytes " + whole);
      reporter.publishEntry(kind, "zeros from %d bytes on, all refused".formatted(refused));
    }
  }

  /// The PNG file with `data` in the place of the compressed data of its one IDAT chunk.
  private static byte[] withData(byte[] png, byte[] data) {
    int at = 8;
    ByteBuffer file = ByteBuffer.wrap(png);
    while (!new String(png, at + 4, 4, StandardCharsets.ISO_8859_1).equals("IDAT")) {
      at += 12 + file.getInt(at);
    }
    CRC32 crc = new CRC32();
    crc.update(png, at + 4, 4);
    crc.update(data);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(png, 0, at);
    out.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    out.write(png, at + 4, 4);
    out.writeBytes(data);
    out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    int end = at + 12 + file.getInt(at);
    out.write(png, end, png.length - end);
    return out.toByteArray();
  }

  private static byte[] data(byte[] png) {
    int at = 8;
    ByteBuffer file = ByteBuffer.wrap(png);
    while (!new String(png, at + 4, 4, StandardCharsets.ISO_8859_1).equals("IDAT")) {
      at += 12 + file.getInt(at);
    }
    return Arrays.copyOfRange(png, at + 8, at + 8 + file.getInt(at));
  }

  @Test
  void aPngWhoseDataBreakOffInsideSoundChunksIsRefused(TestReporter reporter) {
    for (String kind : KINDS) {
      if (!kind.startsWith("png/")) {
        continue;
      }
      byte[] file = cases.get(kind).file();
      byte[] data = data(file);
      Set<Integer> whole = new TreeSet<>();
      int cut =
          refused(cases.get(kind), data.length, i -> withData(file, Arrays.copyOf(data, i)), whole);
      int last = data.length;
      while (data[last - 1] == 0) {
        last--;
      }
      int zeros =
          refused(
              cases.get(kind),
              last,
              i -> withData(file, Arrays.copyOf(Arrays.copyOf(data, i), data.length)),
              whole);
      assertEquals(data.length + last, cut + zeros, kind + " is read when broken at " + whole);
      reporter.publishEntry(kind, "data broken at %d bytes, all refused".formatted(cut + zeros));
    }
  }
}
