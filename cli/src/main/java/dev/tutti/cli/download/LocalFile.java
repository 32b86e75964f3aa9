package dev.tutti.cli.download;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
                && size == file.bytes()
                && (!verify || Sha256.of(path).equals(file.sha256()));
        return new LocalFile(file, path, same ? State.WHOLE : State.OTHER, size);
      }
      return Files.exists(part)
          ? new LocalFile(file, path, State.PART, Files.size(part))
          : new LocalFile(file, path, State.NONE, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
