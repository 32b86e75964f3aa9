package dev.tutti.cli.data.download;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/// How much of a remote file is in a folder.
///
/// @param file the remote file
/// @param path its place
/// @param bytes what is there of it
public record LocalFile(RemoteFile file, Path path, State state, long bytes) {
  /// What was found.
  public enum State {
    /// Nothing.
    NONE,
    /// A part that a download goes on from.
    PART,
    /// Another file of the same name.
    OTHER,
    /// The file.
    WHOLE
  }

  /// Looks for the file by its size, and by its SHA-256 too if wanted.
  public static LocalFile look(RemoteFile file, Path folder, boolean verify) {
    Path path = folder.resolve(file.name());
    Path part = PartFile.pathFor(path);
    try {
      if (Files.exists(path)) {
        long size = Files.size(path);
        boolean same =
            Files.isRegularFile(path)
                && (size == file.bytes() && (!verify || Sha256.of(path).equals(file.sha256()))
                    || file.content().filter(content -> unpacksTo(content, path)).isPresent());
        return new LocalFile(file, path, same ? State.WHOLE : State.OTHER, size);
      }
      return Files.exists(part)
          ? new LocalFile(file, path, State.PART, Files.size(part))
          : new LocalFile(file, path, State.NONE, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean unpacksTo(RemoteFile.Content content, Path path) {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(path), 1 << 16)) {
      return Sha256.of(in, content.bytes()).filter(content.sha256()::equals).isPresent();
    } catch (IOException e) {
      return false; // Not gzip, or damaged: another file.
    }
  }
}
