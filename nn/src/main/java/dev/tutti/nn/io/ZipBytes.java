package dev.tutti.nn.io;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The bytes of a zip archive, taken from the last block that was read if it has them: small
/// entries are close together, and each has a header to read. Numbers are little-endian and have no
/// sign.
final class ZipBytes {
  private static final int BLOCK = 1 << 13;

  private final RandomAccessFile file;
  private final long length;
  private byte[] block = {};
  private long blockStart;

  ZipBytes(RandomAccessFile file) throws IOException {
    this.file = file;
    length = file.length();
  }

  long length() {
    return length;
  }

  /// The bytes from `at` on.
  ByteBuffer of(long at, int count) throws IOException {
    boolean there = at >= blockStart && at + count <= blockStart + block.length;
    if (!there) {
      block = new byte[(int) Math.max(count, Math.min(BLOCK, length - at))];
      blockStart = at;
      file.seek(at);
      file.readFully(block);
    }
    return ByteBuffer.wrap(block)
        .slice((int) (at - blockStart), count)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  static int u16(ByteBuffer bytes, int at) {
    return bytes.getShort(at) & 0xffff;
  }

  static long u32(ByteBuffer bytes, int at) {
    return bytes.getInt(at) & 0xffff_ffffL;
  }
}
