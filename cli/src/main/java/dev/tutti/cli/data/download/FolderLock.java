package dev.tutti.cli.data.download;

import dev.tutti.nn.io.DataError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The right to download into a folder, which one process at a time has.
///
/// It is a lock on the empty file `.tutti.lock`, which stays. A file that comes and goes cannot be
/// the lock: a process that opened it just before it was deleted would hold a lock on a file
/// without a name, and could not notice. The file's number (inode) does not show it either, since
/// file systems give the number of a deleted file to the next new one.
final class FolderLock implements AutoCloseable {
  /// The name of the file in the folder.
  static final String NAME = ".tutti.lock";

  /// What this process holds: closing any channel of a file ends the process's POSIX lock on it, so
  /// a second one must not even be opened.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private FolderLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /// Takes the lock of a folder that exists.
  ///
  /// @throws DataError if another process has it
  static FolderLock take(Path folder) {
    try {
      Path real = folder.toRealPath();
      if (!HELD.add(real)) {
        throw taken(folder);
      }
      try {
        return new FolderLock(real, lock(folder));
      } catch (IOException | RuntimeException e) {
        HELD.remove(real);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean ours = false;
    try {
      ours = tryLock(channel);
      if (!ours) {
        throw taken(folder);
      }
      return channel;
    } finally {
      if (!ours) {
        channel.close();
      }
    }
  }

  private static boolean tryLock(FileChannel channel) {
    try {
      return channel.tryLock() != null;
    } catch (IOException e) {
      return true; // This file system has no locks; two downloads at once end in a wrong checksum.
    }
  }

  private static DataError taken(Path folder) {
    return new DataError(folder + ": another process is downloading into this folder");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      HELD.remove(folder);
    }
  }
}
