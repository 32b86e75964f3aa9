package dev.tutti.nn.data.read;

import dev.tutti.nn.io.DataError;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The regular files of a tar archive (POSIX ustar, and what GNU tar and pax add to it), one after
/// another. Nothing is ever written to the file system, so an entry's name cannot lead anywhere.
///
/// Header checksums are compared, entries must be within the archive, its end must be marked, and
/// no more than a stated number of bytes is unpacked. The extended headers of pax and GNU tar,
/// which hold names longer than 100 characters, are skipped: their entries are known by their short
/// names.
final class TarInput {
  private static final int BLOCK = 512;

  /// A regular file of `size` bytes.
  record Entry(String name, long size) {
    /// The name without its folders, or "" for a name that leads out of the archive.
    String fileName() {
      boolean outside = name.startsWith("/") || ("/" + name + "/").contains("/../");
      return outside ? "" : name.substring(name.lastIndexOf('/') + 1);
    }
  }

  private final Path file;
  private final ByteInput in;
  private final long most;
  private long position;
  private Entry entry;
  private long left; // bytes of the current entry
  private int padding; // and zeros after them, to the next block

  /// Reads the archive `file` from `in`, and `most` unpacked bytes of it at the most.
  TarInput(Path file, ByteInput in, long most) {
    this.file = file;
    this.in = in;
    this.most = most;
  }

  /// The next regular file, or null at the archive's end; what is left of the current one is
  /// skipped.
  Entry next() {
    while (true) {
      if (!skip(left)) {
        throw cutOff();
      }
      skip(padding); // if that fails, so does reading the header
      byte[] header = new byte[BLOCK];
      int count = take(header, 0, BLOCK);
      if (count < BLOCK) {
        throw DataError.at(
            file,
            count == 0 && position > 0
                ? "the archive ends after %d bytes without a tar end mark".formatted(position)
                : "not a tar archive, or cut off within a header, after %d bytes"
                    .formatted(position));
      }
      if (isZero(header)) {
        checkEnd();
        return null;
      }
      checkHeader(header);
      char type = (char) header[156];
      // Links (1, 2), devices (3, 4, 6) and folders (5) have no contents, whatever their size says.
      entry = new Entry(name(header), type >= '1' && type <= '6' ? 0 : size(header));
      left = entry.size;
      padding = (int) (-left & (BLOCK - 1));
      if (left > most - position) {
        throw DataError.at(
            file,
            "with the %2$d bytes of %1$s the archive is past the %3$d that are unpacked at most"
                .formatted(DataError.quoted(entry.name), left, most));
      }
      if (type == '0' || type == 0 || type == '7') {
        return entry;
      }
    }
  }

  /// Reads the next `length` bytes of the current entry, which must have them.
  void read(byte[] to, int offset, int length) {
    int wanted = (int) Math.min(left, length);
    int count = take(to, offset, wanted);
    left -= count;
    if (count < wanted) {
      throw cutOff();
    }
    if (count < length) {
      throw DataError.at(file, "entry %s ends too early".formatted(DataError.quoted(entry.name)));
    }
  }

  /// Whether there were `count` bytes to skip.
  private boolean skip(long count) {
    byte[] waste = new byte[(int) Math.min(count, 1 << 16)];
    while (count > 0) {
      int wanted = (int) Math.min(count, waste.length);
      int got = take(waste, 0, wanted);
      left = Math.max(0, left - got);
      if (got < wanted) {
        return false;
      }
      count -= got;
    }
    return true;
  }

  private int take(byte[] to, int offset, int length) {
    int count = in.read(to, offset, length);
    position += count;
    return count;
  }

  private DataError cutOff() {
    return DataError.at(
        file,
        "entry %s promises %d bytes, the archive ends after %d"
            .formatted(DataError.quoted(entry.name), entry.size, entry.size - left));
  }

  /// Reads on to the very end, which also compares the checksum of a packed archive.
  private void checkEnd() {
    byte[] block = new byte[BLOCK];
    int count = take(block, 0, BLOCK);
    while (count > 0) {
      if (!isZero(block)) {
        throw DataError.at(file, "more data after the tar end mark");
      }
      if (position > most) {
        throw DataError.at(file, "more than %d bytes when unpacked".formatted(most));
      }
      count = take(block, 0, BLOCK);
    }
    in.atEnd();
  }

  private void checkHeader(byte[] header) {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff; // the checksum counts as spaces
    }
    if (number(header, 148, 8) != sum) {
      throw DataError.at(
          file,
          "not a tar archive, or damaged: wrong header checksum at byte %d"
              .formatted(position - BLOCK));
    }
  }

  private long size(byte[] header) {
    long size = number(header, 124, 12);
    if (size < 0) {
      throw DataError.at(
          file, "entry %s has no valid size".formatted(DataError.quoted(name(header))));
    }
    return size;
  }

  private static String name(byte[] header) {
    String name = text(header, 0, 100);
    boolean ustar = text(header, 257, 5).equals("ustar");
    // GNU tar marks its headers "ustar " + space and stores other things in the place of ustar's
    // prefix.
    String prefix = ustar && header[262] == 0 ? text(header, 345, 155) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static String text(byte[] header, int from, int length) {
    int end = from;
    while (end < from + length && header[end] != 0) {
      end++;
    }
    return new String(header, from, end - from, StandardCharsets.UTF_8);
  }

  /// An octal number between spaces and zeros, or a big-endian one after the byte 0x80 (GNU tar);
  /// −1 for anything else.
  private static long number(byte[] header, int from, int length) {
    long value = 0;
    if ((header[from] & 0x80) != 0) {
      for (int i = from; i < from + length; i++) {
        int b = i == from ? header[i] & 0x7f : header[i] & 0xff;
        if (value >> 55 != 0) {
          return -1;
        }
        value = value << 8 | b;
      }
      return value;
    }
    int i = from;
    int end = from + length;
    while (i < end && header[i] == ' ') {
      i++;
    }
    int digits = 0;
    while (i < end && header[i] >= '0' && header[i] <= '7') {
      value = value << 3 | (header[i++] - '0');
      digits++;
    }
    while (i < end && (header[i] == ' ' || header[i] == 0)) {
      i++;
    }
    return digits == 0 || i < end ? -1 : value;
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
