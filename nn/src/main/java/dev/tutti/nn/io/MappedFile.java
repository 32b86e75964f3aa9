package dev.tutti.nn.io;

import dev.tutti.engine.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.zip.Checksum;

/// The bytes of a file, mapped into memory: only the parts that are read come from the disk, and
/// none of them is on the heap. Any thread may read until the file is closed.
///
/// @param bytes all of the file
record MappedFile(Path file, Arena arena, MemorySegment bytes) implements AutoCloseable {
  /// @throws DataError if there is no such file, or it is a folder or a device
  static void requireFile(Path file) {
    if (!Files.exists(file)) {
      throw new DataError(file + ": no such file");
    }
    if (Files.isDirectory(file)) {
      throw new DataError(file + ": is a folder, a file was expected");
    }
    if (!Files.isRegularFile(file)) {
      throw new DataError(file + ": is not a regular file");
    }
  }

  /// @throws DataError if the file cannot be read
  static MappedFile open(Path file) {
    requireFile(file);
    Arena arena = Arena.ofShared();
    MemorySegment bytes = null;
    try (FileChannel channel = FileChannel.open(file)) {
      bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new MappedFile(file, arena, bytes);
    } catch (IOException e) {
      throw new DataError(file + ": cannot be read: " + AtomicFile.reason(e), e);
    } finally {
      if (bytes == null) {
        arena.close();
      }
    }
  }

  long size() {
    return bytes.byteSize();
  }

  /// {@return the tensor whose elements begin at byte `at`}
  Tensor tensor(Elements elements, long at) {
    return reading(() -> elements.read(bytes.asSlice(at, elements.bytes())));
  }

  /// As [#tensor], adding the bytes to `sum`.
  Tensor tensor(Elements elements, long at, Checksum sum) {
    return reading(() -> elements.read(bytes.asSlice(at, elements.bytes()), sum));
  }

  /// {@return the result of `read` on the bytes}
  ///
  /// @throws DataError if the file has become shorter
  <T> T reading(Supplier<T> read) {
    try {
      return read.get();
    } catch (InternalError e) {
      // The error by which the JVM reports that a mapped file has become shorter.
      throw new DataError(file + ": ends too early; was it changed while it was read?", e);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
