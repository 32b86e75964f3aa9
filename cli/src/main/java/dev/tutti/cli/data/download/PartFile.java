package dev.tutti.cli.data.download;

import dev.tutti.nn.io.DataError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/// The beginning of a file that is being downloaded, in `NAME.part` next to its place, until it is
/// whole and takes the name. It outlives the process, so that a later process continues after it.
///
/// `NAME.part.origin` says where the bytes come from: the address, and in a second line what the
/// server called this version of the file, its `ETag` or the time of its last change.
final class PartFile implements AutoCloseable {
  private final Path target;
  private final Path path;
  private final Path origin;
  private final FileChannel channel;
  private final Disk disk;

  private PartFile(Path target, FileChannel channel, Disk disk) {
    this.target = target;
    this.path = pathFor(target);
    this.origin = path.resolveSibling(path.getFileName() + ".origin");
    this.channel = channel;
    this.disk = disk;
  }

  static Path pathFor(Path target) {
    return target.resolveSibling(target.getFileName() + ".part");
  }

  /// Opens the part of the file `target`, an empty one if there is none. The caller has the
  /// folder's [FolderLock].
  static PartFile open(Path target, Disk disk) {
    try {
      FileChannel channel =
          FileChannel.open(
              pathFor(target),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      return new PartFile(target, channel, disk);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long size() {
    try {
      return channel.size();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  void append(ByteBuffer bytes) {
    try {
      disk.append(channel, bytes);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// Starts again with nothing.
  void clear() {
    try {
      channel.truncate(0);
      Files.deleteIfExists(origin);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  String sha256() {
    try {
      return Sha256.of(channel);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// {@return the server's name for the version that the bytes are of, if they are from `address`
  /// and the server named it}
  Optional<String> version(URI address) {
    try {
      List<String> lines = Files.readAllLines(origin);
      return lines.size() == 2 && lines.getFirst().equals(address.toString())
          ? Optional.of(lines.get(1))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // Then only the checksum shows whether the file has changed.
    }
  }

  /// The bytes that come next are of this version at this address.
  void comesFrom(URI address, Optional<String> version) {
    try {
      Files.writeString(origin, address + version.map(v -> "\n" + v).orElse("") + "\n");
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// The file is whole: it takes its name, and survives a power cut from here on.
  void publish() {
    try {
      channel.force(true);
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
      Files.deleteIfExists(origin);
    } catch (IOException e) {
      throw failed(e);
    }
    try (FileChannel folder = FileChannel.open(target.toAbsolutePath().getParent())) {
      folder.force(true);
    } catch (IOException e) {
      return; // Not every system lets a folder be written through.
    }
  }

  /// The bytes that came stay for the next try; an empty part would not help.
  @Override
  public void close() {
    try (channel) {
      if (channel.size() == 0) {
        Files.deleteIfExists(path);
        Files.deleteIfExists(origin);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private RuntimeException failed(IOException e) {
    return e instanceof FileSystemException
        ? new UncheckedIOException(e)
        : new DataError(path + ": " + e.getMessage(), e);
  }
}
