package dev.tutti.cli.data;

import dev.tutti.cli.data.download.Download;
import dev.tutti.cli.data.download.LocalFile;
import dev.tutti.cli.data.download.RemoteFile;
import dev.tutti.cli.data.download.Unavailable;
import dev.tutti.cli.data.download.Words;
import dev.tutti.cli.terminal.StatusLine;
import dev.tutti.nn.io.DataError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Downloads the files of a known set that a folder lacks.
///
/// @param force whether files of the same names that are not the set's own are replaced
record SetDownload(Download download, StatusLine status, boolean force) {
  /// Downloads the set's missing files into the folder.
  ///
  /// @throws DataError if they cannot be downloaded, or another file is in the way
  void get(KnownSet set, Path folder) {
    makeFolder(folder);
    List<RemoteFile> missing = missing(set, folder);
    try {
      fetch(missing, folder);
    } catch (Unavailable e) {
      RemoteFile instead =
          set.instead().orElseThrow(() -> new DataError(set.name() + ": " + e.getMessage(), e));
      status.say(e.getMessage() + "; trying " + instead.name());
      requireReplaceable(LocalFile.look(instead, folder, true));
      try {
        fetch(List.of(instead), folder);
      } catch (Unavailable too) {
        throw new DataError(set.name() + ": " + e.getMessage() + "; " + too.getMessage(), too);
      }
    }
  }

  private static void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw new DataError(folder + ": is a file, a folder is needed", e);
    } catch (IOException e) {
      throw new DataError(folder + ": cannot create this folder", e);
    }
  }

  /// The files that have to be downloaded. Those that are there are kept.
  private List<RemoteFile> missing(KnownSet set, Path folder) {
    List<RemoteFile> missing = new ArrayList<>();
    for (RemoteFile file : set.files()) {
      LocalFile local = LocalFile.look(file, folder, true);
      if (local.state() == LocalFile.State.WHOLE) {
        status.say(local.path() + ": is there already");
      } else {
        requireReplaceable(local);
        missing.add(file);
      }
    }
    boolean served =
        set.instead()
            .map(file -> LocalFile.look(file, folder, true))
            .filter(local -> local.state() == LocalFile.State.WHOLE)
            .isPresent();
    if (!missing.isEmpty() && served) {
      status.say(folder.resolve(set.instead().get().name()) + ": is there already");
      return List.of();
    }
    return missing;
  }

  /// Without `force` only a file's own part is overwritten.
  private void requireReplaceable(LocalFile local) {
    if (local.state() != LocalFile.State.OTHER) {
      return;
    }
    RemoteFile file = local.file();
    if (Files.isDirectory(local.path())) {
      throw new DataError(local.path() + ": is a folder, a file belongs here");
    }
    if (!force) {
      String found =
          local.bytes() == file.bytes()
              ? "its SHA-256 is not " + file.sha256()
              : Words.bytes(local.bytes()) + ", but there should be " + Words.bytes(file.bytes());
      throw new DataError(
          local.path() + ": is another file, " + found + "; --force downloads it again");
    }
  }

  private void fetch(List<RemoteFile> files, Path folder) throws Unavailable {
    for (RemoteFile file : files) {
      long start = System.nanoTime();
      try {
        download.get(file, folder);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new UncheckedIOException(new IOException("interrupted", e));
      }
      String time = StatusLine.duration((System.nanoTime() - start) / 1e9);
      status.say("%s: %s in %s".formatted(file.name(), Words.size(file.bytes()), time));
    }
  }
}
