package dev.tutti.nn.io;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/// Files that are written atomically: whole or not at all.
///
/// The content goes to a hidden file of the same folder, which takes the name when it is complete:
/// a reader finds the former file or the new one, never a part, even if the process is killed in
/// between. What a killed process leaves half-written is deleted by the next write into the folder;
/// a lock distinguishes it from a file that another process is writing just now. A symbolic link
/// stays one and its target is replaced or made; what is not a regular file (`/dev/null`, a pipe)
/// is written as it is. A replaced file's permissions are kept; the new file belongs to the user
/// who writes it.
public final class AtomicFile {
  private static final String PREFIX = ".tutti-";
  private static final String SUFFIX = ".tmp";

  /// The beginning of the names of this process's parts.
  private static final String OWN = PREFIX + UUID.randomUUID() + "-";

  /// The number of links that Linux follows.
  private static final int MOST_LINKS = 40;

  private static final AtomicInteger COUNT = new AtomicInteger();

  private AtomicFile() {}

  /// The contents of a file.
  @FunctionalInterface
  public interface Content {
    /// Writes all of it; the stream is buffered and closed by the caller.
    void writeTo(OutputStream out) throws IOException;
  }

  /// Writes `file`.
  ///
  /// @throws DataError if that fails; a former file of that name is still there then
  public static void write(Path file, Content content) {
    try {
      if (Files.isDirectory(file)) {
        throw new DataError(file + ": cannot be written, it is a folder");
      }
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
          content.writeTo(out);
        }
        return;
      }
      replace(target(file), content);
    } catch (IOException e) {
      throw new DataError(file + ": cannot be written: " + reason(e), e);
    }
  }

  /// {@return what `file` names, links followed, whether there is such a file or not}
  private static Path target(Path file) throws IOException {
    Path target = file.toAbsolutePath();
    for (int links = 0; Files.isSymbolicLink(target); links++) {
      if (links == MOST_LINKS) {
        throw new FileSystemException(file.toString(), null, "too many symbolic links");
      }
      target = target.resolveSibling(Files.readSymbolicLink(target));
    }
    return target;
  }

  private static void replace(Path target, Content content) throws IOException {
    sweep(target.getParent());
    boolean written = false;
    while (!written) {
      Path part = target.resolveSibling(OWN + COUNT.getAndIncrement() + SUFFIX);
      try (FileChannel channel = FileChannel.open(part, CREATE_NEW, WRITE)) {
        if (isOurs(part, channel)) {
          keepPermissions(target, part);
          OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
          content.writeTo(out);
          out.flush();
          // The bytes first, then the name: after a power cut the name must not refer to a part.
          channel.force(true);
          move(part, target); // while the lock holds, or a sweep could come in between
          written = true;
        }
      } finally {
        Files.deleteIfExists(part);
      }
    }
  }

  private static void keepPermissions(Path target, Path part) throws IOException {
    PosixFileAttributeView of = Files.getFileAttributeView(part, PosixFileAttributeView.class);
    if (of != null && Files.exists(target)) {
      of.setPermissions(Files.getPosixFilePermissions(target));
    }
  }

  /// Locks a new part, which shows other processes that its writer is alive. It fails if another
  /// process deleted the part before it was locked.
  private static boolean isOurs(Path part, FileChannel channel) {
    try {
      return channel.tryLock() != null && Files.exists(part);
    } catch (IOException e) {
      return true; // this file system has no locks, so no process deletes parts here
    }
  }

  /// Deletes what killed processes have left in `folder`: parts whose lock is free.
  private static void sweep(Path folder) {
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
      for (Path part : parts) {
        // With POSIX locks, closing any channel of a file ends this process's lock on it.
        if (!part.getFileName().toString().startsWith(OWN)) {
          deleteAbandoned(part);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // A folder that cannot be listed can still be written to.
    }
  }

  private static void deleteAbandoned(Path part) {
    try (FileChannel channel = FileChannel.open(part, WRITE)) {
      if (channel.tryLock() != null) {
        Files.deleteIfExists(part);
      }
    } catch (IOException | OverlappingFileLockException e) {
      // Deleted in the meantime, not ours to delete, or being deleted by another thread.
    }
  }

  private static void move(Path part, Path target) throws IOException {
    try {
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /// {@return in words why a file operation failed}
  static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied";
      case NoSuchFileException missing -> "its folder does not exist";
      case NotDirectoryException file -> "its folder is a file";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }
}
