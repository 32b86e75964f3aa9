package dev.tutti.nn.data.read;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Image files of one colour and any size, which are small and unfold to as much as any.
final class FlatImages {
  private FlatImages() {}

  /// A sequential JPEG. Of three components the first has twice as many samples in each direction.
  static byte[] jpeg(int height, int width, int components) {
    int factor = components == 3 ? 2 : 1;
    int units = Math.ceilDiv(height, 8 * factor) * Math.ceilDiv(width, 8 * factor);
    int blocks = components == 3 ? 6 : components;
    ByteArrayOutputStream out = start(0xc0, height, width, components, 0);
    scan(out, components, 1, 0, 63, 2L * blocks * units); // a difference of 0, an end of the block
    return end(out);
  }

  /// A progressive JPEG of `side` × `side` pixels, a multiple of 1024.
  static byte[] progressiveJpeg(int side, int components) {
    int blocks = side / 8 * (side / 8);
    ByteArrayOutputStream out = start(0xc2, side, side, components, 0xe0);
    scan(out, components, 1, 0, 0, (long) components * blocks);
    for (int id = 1; id <= components; id++) {
      scan(out, 1, id, 1, 63, blocks / (1 << 14) * 15); // runs of 2¹⁴ ended blocks
    }
    return end(out);
  }

  private static ByteArrayOutputStream start(
      int frame, int height, int width, int components, int symbol) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    put(out, 0xff, 0xd8, 0xff, 0xdb, 0, 67, 0);
    byte[] ones = new byte[64];
    Arrays.fill(ones, (byte) 1);
    out.writeBytes(ones);
    put(out, 0xff, frame, 0, 8 + 3 * components, 8);
    put(out, height >> 8, height, width >> 8, width, components);
    for (int id = 1; id <= components; id++) {
      put(out, id, components == 3 && id == 1 ? 0x22 : 0x11, 0);
    }
    for (int kind = 0; kind < 2; kind++) { // one code, the bit 0
      put(out, 0xff, 0xc4, 0, 20, kind << 4, 1);
      out.writeBytes(new byte[15]);
      put(out, kind == 0 ? 0 : symbol);
    }
    return out;
  }

  /// A scan of zero bits, filled up with ones.
  private static void scan(
      ByteArrayOutputStream out, int count, int firstId, int from, int to, long bits) {
    put(out, 0xff, 0xda, 0, 6 + 2 * count, count);
    for (int id = firstId; id < firstId + count; id++) {
      put(out, id, 0);
    }
    put(out, from, to, 0);
    out.writeBytes(new byte[(int) (bits / 8)]);
    if (bits % 8 > 0) {
      put(out, 0xff >> bits % 8);
    }
  }

  private static byte[] end(ByteArrayOutputStream out) {
    put(out, 0xff, 0xd9);
    return out.toByteArray();
  }

  private static void put(ByteArrayOutputStream out, int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
  }

  /// A PNG in RGB, of 16 bits a sample with transparency.
  static byte[] png(int height, int width, boolean deep) {
    byte[] header =
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put((byte) (deep ? 16 : 8))
            .put((byte) (deep ? 6 : 2))
            .array();
    Deflater deflater = new Deflater(9);
    byte[] row = new byte[1 + width * (deep ? 8 : 3)];
    byte[] packed = new byte[1 << 16];
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (int y = 0; y <= height; y++) {
      if (y < height) {
        deflater.setInput(row);
      } else {
        deflater.finish();
      }
      for (int n = deflater.deflate(packed); n > 0; n = deflater.deflate(packed)) {
        data.write(packed, 0, n);
      }
    }
    deflater.end();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes("\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1));
    chunk(out, "IHDR", header);
    chunk(out, "IDAT", data.toByteArray());
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] content) {
    byte[] named = DataFiles.concat(type.getBytes(StandardCharsets.ISO_8859_1), content);
    CRC32 crc = new CRC32();
    crc.update(named);
    out.writeBytes(DataFiles.withHeader(new int[] {content.length}, named));
    out.writeBytes(DataFiles.withHeader(new int[] {(int) crc.getValue()}, new byte[0]));
  }
}
