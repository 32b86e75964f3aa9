package dev.tutti.nn.data.read;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// The unpacked bytes of a gzip stream (RFC 1952), strictly read: every member's checksum and
/// length must be right, and nothing but another member or zero padding may follow a member.
///
/// The JDK's own gzip stream ignores whatever follows the first member and so takes a damaged file
/// for a whole one, which is why it is not used here. A stream that is cut off ends in an
/// [EOFException], after all bytes that can be read before the cut.
final class GzipInput extends InputStream {
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  private final InputStream in;
  private final byte[] packed = new byte[1 << 16];
  private int position;
  private int limit;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private boolean ended;

  /// Reads the first member's header from `in`.
  GzipInput(InputStream in) throws IOException {
    this.in = in;
    boolean read = false;
    try {
      if (next() != 0x1f) {
        throw new IOException("not gzip data");
      }
      header();
      read = true;
    } finally {
      if (!read) {
        inflater.end();
      }
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      int count = inflate(to, offset, length);
      if (count > 0) {
        crc.update(to, offset, count);
        return count;
      }
      if (inflater.finished()) {
        position = limit - inflater.getRemaining();
        trailer();
        ended = !anotherMember();
      } else if (inflater.needsDictionary()) {
        throw new IOException("damaged gzip data: it needs a preset dictionary");
      } else if (!refill()) {
        throw new EOFException("the gzip data is cut off");
      } else {
        inflater.setInput(packed, 0, limit);
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }

  private int inflate(byte[] to, int offset, int length) throws IOException {
    try {
      return inflater.inflate(to, offset, length);
    } catch (DataFormatException e) {
      String found = e.getMessage() == null ? "" : ": " + e.getMessage();
      throw new IOException("damaged gzip data" + found, e);
    }
  }

  /// Reads a header from its second byte on and hands what follows to the inflater.
  private void header() throws IOException {
    if (next() != 0x8b) {
      throw new IOException("not gzip data");
    }
    int method = next();
    if (method != 8) {
      throw new IOException("gzip method " + method + ", only 8 (deflate) exists");
    }
    int flags = next();
    if (flags >= 32) {
      throw new IOException("gzip header with unknown flags " + flags);
    }
    skip(6); // time, extra flags, operating system
    if ((flags & EXTRA) != 0) {
      skip(next() | next() << 8);
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CRC) != 0) {
      skip(2);
    }
    inflater.reset();
    inflater.setInput(packed, position, limit - position);
    crc.reset();
  }

  /// Compares checksum and length, both mod 2³², with those after the deflated data.
  private void trailer() throws IOException {
    long wantedCrc = littleEndian();
    long wantedSize = littleEndian();
    if (wantedCrc != crc.getValue()) {
      throw new IOException(
          "damaged gzip data: checksum %08x, %08x expected".formatted(crc.getValue(), wantedCrc));
    }
    long size = inflater.getBytesWritten() & 0xffffffffL;
    if (wantedSize != size) {
      throw new IOException(
          "damaged gzip data: length %d, %d expected".formatted(size, wantedSize));
    }
  }

  private boolean anotherMember() throws IOException {
    int first = nextOrEnd();
    if (first == 0x1f) {
      header();
      return true;
    }
    while (first == 0) {
      first = nextOrEnd();
    }
    if (first >= 0) {
      throw new IOException("more bytes after the end of the gzip data");
    }
    return false;
  }

  private long littleEndian() throws IOException {
    return next() | next() << 8 | next() << 16 | (long) next() << 24;
  }

  private void skip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      next();
    }
  }

  private void skipText() throws IOException {
    while (next() != 0) {
      // a zero byte ends the text
    }
  }

  private int next() throws IOException {
    int b = nextOrEnd();
    if (b < 0) {
      throw new EOFException("the gzip data is cut off");
    }
    return b;
  }

  private int nextOrEnd() throws IOException {
    if (position == limit && !refill()) {
      return -1;
    }
    return packed[position++] & 0xff;
  }

  private boolean refill() throws IOException {
    position = 0;
    limit = Math.max(0, in.read(packed, 0, packed.length));
    return limit > 0;
  }
}
