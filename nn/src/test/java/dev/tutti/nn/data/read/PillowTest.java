package dev.tutti.nn.data.read;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/// Image files of many kinds against the pixels that Pillow reads from them (images/images.py).
class PillowTest {
  /// A file, and the RGB pixels that Pillow has.
  record Case(byte[] file, ImageDecoder.Size size, byte[] pixels) {}

  static Map<String, Case> cases() {
    Map<String, Case> cases = new LinkedHashMap<>();
    try (InputStream resource = PillowTest.class.getResourceAsStream("/images/images.gz");
        DataInputStream in = new DataInputStream(new GZIPInputStream(resource, 1 << 16))) {
      while (true) {
        byte[] first = in.readNBytes(4);
        if (first.length == 0) {
          return cases;
        }
        int length = ByteBuffer.wrap(first).getInt();
        String name = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        byte[] file = in.readNBytes(in.readInt());
        ImageDecoder.Size size = new ImageDecoder.Size(in.readInt(), in.readInt());
        cases.put(name, new Case(file, size, in.readNBytes(size.height() * size.width() * 3)));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static int difference(Case expected, ImageDecoder.Image image) {
    assertEquals(expected.size, image.size());
    byte[] pixels = image.channels() == 1 ? image.tripled() : image.pixels();
    int most = 0;
    for (int i = 0; i < pixels.length; i++) {
      most = Math.max(most, Math.abs((pixels[i] & 0xff) - (expected.pixels[i] & 0xff)));
    }
    return most;
  }

  @Test
  void readsWhatPillowReads(TestReporter reporter) {
    Map<String, Integer> different = new TreeMap<>();
    Map<String, Case> cases = cases();
    Map<String, Integer> equal = new TreeMap<>();
    try (ImageDecoder decoder = new ImageDecoder()) {
      cases.forEach((name, expected) -> {
        int difference =
            difference(expected, decoder.decode(name, expected.file, (size, bytes) -> {}));
        if (difference > 0) {
          different.put(name, difference);
        }
        equal.merge(name.substring(0, name.indexOf('/')), difference == 0 ? 1 : 0, Integer::sum);
      });
    }
    reporter.publishEntry("equal bit for bit", equal.toString());
    assertEquals(Map.of(), different);
    assertEquals(Map.of("jpeg", 348, "png", 154), equal);
  }
}
