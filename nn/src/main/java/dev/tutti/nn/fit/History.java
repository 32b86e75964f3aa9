package dev.tutti.nn.fit;

import dev.tutti.nn.io.AtomicFile;
import dev.tutti.nn.io.DataError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The reports of a training as a file of JSON lines, one object per epoch ([EpochReport#toJson]).
///
/// The file is replaced atomically after every epoch. A training that resumes from a checkpoint
/// keeps the lines of the epochs before it and writes the later ones again: the same lines, since
/// the same numbers come out.
public final class History implements Callback<Object> {
  private final Path file;
  private final List<String> lines = new ArrayList<>();

  /// A history in `file`, which is replaced at the end of the first epoch.
  public History(Path file) {
    this.file = file;
  }

  @Override
  public void epoch(EpochReport report, Supplier<?> current) {
    lines.add(report.toJson());
    byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(file, out -> out.write(text));
  }

  /// Takes over the first `epoch` lines of the file.
  ///
  /// @throws DataError if there are fewer
  @Override
  public void starts(int epoch) {
    lines.clear();
    if (epoch > 0 && Files.notExists(file)) {
      throw new DataError(
          file
              + ": does not exist; it should hold the first "
              + epoch
              + " epochs, which a training"
              + " that resumes does not run again. Resume without a history, or start anew with one");
    }
    try {
      List<String> former = epoch == 0 ? List.of() : Files.readAllLines(file);
      if (former.size() < epoch) {
        throw new DataError(
            file + ": has " + former.size() + " lines, the checkpoint is of epoch " + epoch);
      }
      lines.addAll(former.subList(0, epoch));
    } catch (IOException e) {
      throw new DataError(file + ": the history to resume cannot be read", e);
    }
  }
}
