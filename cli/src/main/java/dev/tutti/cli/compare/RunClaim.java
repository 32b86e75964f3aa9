package dev.tutti.cli.compare;

import dev.tutti.nn.io.DataError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A run's right to a folder of results: the files in it are of one run.
///
/// The claim is `run.json` itself, made before the first method is trained, by an operation that
/// fails if the file is there. While the run goes on it says which process is writing; at the end
/// the results replace it.
final class RunClaim {
  static final String FILE = "run.json";

  /// What this class writes.
  private static final Pattern WRITER =
      Pattern.compile("\"running\".*\"process\": (\\d{1,18}), \"started\": (-?\\d{1,18})");

  private final Path folder;
  private final String text;
  private final Optional<String> formerRun;
  private boolean begun;

  private RunClaim(Path folder, String text, Optional<String> formerRun) {
    this.folder = folder;
    this.text = text;
    this.formerRun = formerRun;
  }

  /// {@return where a method's weights go}
  static Path weights(Path folder, String method) {
    return folder.resolve(method + ".safetensors");
  }

  /// Claims a folder that exists.
  ///
  /// @param force whether the results of a former run are replaced. They stay until this run has
  ///   its first result; files of other names are never touched
  /// @throws DataError if there are results of another run, or another run is writing them now
  static RunClaim take(Path folder, boolean force) {
    String text =
        "{\"running\": {\"id\": \"%s\", \"process\": %d, \"started\": %d}}\n"
            .formatted(
                UUID.randomUUID(), ProcessHandle.current().pid(), started(ProcessHandle.current()));
    Path run = folder.resolve(FILE);
    try {
      List<Path> former = former(folder);
      if (!former.isEmpty()) {
        requireFinished(folder);
        if (!force) {
          throw new DataError(
              "--out %s: holds %s of another run; name another folder, or replace them with --force"
                  .formatted(folder, former.getFirst().getFileName()));
        }
      }
      Optional<String> formerRun = content(run);
      Files.deleteIfExists(run);
      Files.writeString(run, text, StandardOpenOption.CREATE_NEW);
      return new RunClaim(folder, text, formerRun);
    } catch (FileAlreadyExistsException e) {
      throw new DataError("--out " + folder + ": another run has just begun to write there", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The files that a run writes and that are there: `run.json` first, since it says whose the
  /// others are.
  private static List<Path> former(Path folder) {
    return Stream.concat(
            Stream.of(folder.resolve(FILE)),
            Methods.all().stream().map(method -> weights(folder, method.label())))
        .filter(Files::exists)
        .toList();
  }

  private static void requireFinished(Path folder) throws IOException {
    Optional<Matcher> writer =
        content(folder.resolve(FILE)).map(WRITER::matcher).filter(Matcher::find);
    if (writer.isPresent()) {
      long process = Long.parseLong(writer.get().group(1));
      long started = Long.parseLong(writer.get().group(2));
      // A process that was killed may have left its number to another one.
      if (ProcessHandle.of(process).filter(p -> started(p) == started).isPresent()) {
        throw new DataError(
            "--out %s: process %d is writing its results there; name another folder"
                .formatted(folder, process));
      }
    }
  }

  /// {@return when a process began, in milliseconds, or -1 if this system does not say}
  private static long started(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(-1L);
  }

  private static Optional<String> content(Path file) throws IOException {
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /// Call before a file is written. The first call deletes what a former run wrote.
  ///
  /// @throws DataError if another run has taken the folder
  void check() {
    try {
      if (!holds()) {
        throw new DataError(
            "--out "
                + folder
                + ": another run has taken this folder; nothing more is written there");
      }
      if (!begun) {
        for (Path file : former(folder).stream().skip(1).toList()) {
          Files.deleteIfExists(file);
        }
        begun = true;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Releases the folder, as it was, if nothing was written.
  void release() {
    try {
      if (!begun && holds()) {
        if (formerRun.isPresent()) {
          Files.writeString(folder.resolve(FILE), formerRun.get());
        } else {
          Files.deleteIfExists(folder.resolve(FILE));
        }
      }
    } catch (IOException e) {
      return; // The claim stays, and the next run says so; the error that ended this run is
      // reported instead.
    }
  }

  private boolean holds() throws IOException {
    return content(folder.resolve(FILE)).filter(text::equals).isPresent();
  }
}
