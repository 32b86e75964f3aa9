package dev.tutti.nn.data.read;

import dev.tutti.nn.io.DataError;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// The bytes of one file from its start to its end, unpacked if it is a gzip file. Every failure is
/// a [DataError] that names the file.
///
/// Nothing is allocated for bytes that a header promises until they have been read.
final class ByteInput implements AutoCloseable {
  /// Deflate packs at most 258 bytes into 2 bits, so a gzip file cannot grow by more than this.
  private static final long LARGEST_GROWTH = 1032;

  private final Path file;
  private final InputStream in;
  private final long size;
  private final boolean packed;
  private boolean cutOff;

  private ByteInput(Path file, InputStream in, long size, boolean packed) {
    this.file = file;
    this.in = in;
    this.size = size;
    this.packed = packed;
  }

  /// Opens a file as it is, or unpacked if it starts with the magic number of gzip.
  static ByteInput open(Path file) {
    return open(file, true);
  }

  /// Opens a file as it is.
  static ByteInput plain(Path file) {
    return open(file, false);
  }

  private static ByteInput open(Path file, boolean unpack) {
    long size = checkedSize(file);
    InputStream raw = null;
    try {
      raw = Files.newInputStream(file);
      if (!unpack) {
        return new ByteInput(file, raw, size, false);
      }
      PushbackInputStream peeked = new PushbackInputStream(raw, 2);
      byte[] magic = peeked.readNBytes(2);
      peeked.unread(magic);
      boolean gzip = magic.length == 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b;
      return new ByteInput(file, gzip ? new GzipInput(peeked) : peeked, size, gzip);
    } catch (IOException e) {
      if (raw != null) {
        closeQuietly(raw);
      }
      throw failed(file, e);
    }
  }

  /// The size of a file that exists, is a regular file and holds something.
  static long checkedSize(Path file) {
    if (!Files.exists(file)) {
      throw new DataError(file + ": no such file");
    }
    if (Files.isDirectory(file)) {
      throw new DataError(file + ": is a folder, a file was expected");
    }
    if (!Files.isRegularFile(file)) {
      throw new DataError(file + ": is not a regular file");
    }
    if (!Files.isReadable(file)) {
      throw new DataError(file + ": may not be read (permission denied)");
    }
    try {
      long size = Files.size(file);
      if (size == 0) {
        throw DataError.at(file, "is empty (0 bytes)");
      }
      return size;
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /// The error for a failed access to `file`.
  static DataError failed(Path file, IOException e) {
    if (e instanceof AccessDeniedException) {
      return new DataError(file + ": may not be read (permission denied)", e);
    }
    String found = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new DataError(file + ": " + found, e);
  }

  /// The file's path as it was given.
  String name() {
    return file.toString();
  }

  /// Whether the file is unpacked while it is read, so that its length is unknown.
  boolean packed() {
    return packed;
  }

  /// The most bytes that can come: the size of a plain file, a bound for a packed one.
  long most() {
    return packed ? LARGEST_GROWTH * Math.min(size, Long.MAX_VALUE / LARGEST_GROWTH) : size;
  }

  /// Fills `to` from `offset` on with up to `length` bytes and returns how many they are: fewer
  /// than `length` only if the file ends, or is cut off.
  int read(byte[] to, int offset, int length) {
    int count = 0;
    try {
      while (count < length && !cutOff) {
        int more = in.read(to, offset + count, length - count);
        if (more < 0) {
          break;
        }
        count += more;
      }
    } catch (EOFException e) {
      cutOff = true;
    } catch (IOException e) {
      throw failed(file, e);
    }
    return count;
  }

  /// The next `length` bytes, or as many as the file still has, in an array of just that length.
  /// The array grows as the bytes come.
  byte[] read(int length) {
    byte[] bytes = new byte[Math.min(length, 1 << 16)];
    int count = read(bytes, 0, bytes.length);
    while (count == bytes.length && count < length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * bytes.length));
      count += read(bytes, count, bytes.length - count);
    }
    return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
  }

  /// Whether no byte is left. A gzip file's checksum has been compared when this is true, and a
  /// file that is cut off is an error.
  boolean atEnd() {
    int more = read(new byte[1], 0, 1);
    if (cutOff) {
      throw DataError.at(file, "the gzip data is cut off");
    }
    return more == 0;
  }

  /// The bytes that are left, as a stream. Its end is that of the file: one that is cut off is an
  /// error.
  InputStream stream() {
    return new InputStream() {
      @Override
      public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] to, int offset, int length) {
        int count = ByteInput.this.read(to, offset, length);
        return count == 0 && length > 0 && atEnd() ? -1 : count;
      }
    };
  }

  @Override
  public void close() {
    closeQuietly(in);
  }

  /// Closing a file that was only read loses nothing, so a failure to close it is not an error.
  private static void closeQuietly(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      return;
    }
  }
}
