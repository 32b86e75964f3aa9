package dev.tutti.cli.compare;

import dev.tutti.cli.data.DataFolder;
import dev.tutti.cli.data.DataSource;
import dev.tutti.cli.data.ImageSize;
import dev.tutti.cli.terminal.UsageError;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/// What to train and test on.
final class DataOptions {
  static final int GLYPHS_TRAIN = 1_500; // few: ensembles are wanted if data is scarce
  static final int GLYPHS_TEST = 2_000;

  /// The share of a set without a test part that is kept for testing.
  static final double TEST_FRACTION = 0.2;

  private static final String DATA = "glyphs";

  @Option(
      names = "--data",
      paramLabel = "SET",
      description = {
        "What to train and test on (default: " + DATA + "):",
        "glyphs: drawn digits; needs no files;",
        "mnist, fashion-mnist, cifar10, eurosat: from --data-dir;",
        "folder:PATH[#classes]: a folder of JPEG or PNG images per class, or a zip of them; folders"
            + " called train and test (and val) are its parts, with #classes they are classes;",
        "csv:PATH[#LABEL,OPTION,...]: a table, the label in the column LABEL,"
            + " else in the last;",
        "its options: header=yes or no, separator=S (comma, semicolon, tab, bar, blank),"
            + " drop=MARK (rows with a missing value), fill=VALUE:MARK, one-hot (columns of"
            + " texts), one-hot=COLUMN. With header=no LABEL is a number from 0, or -1 for the"
            + " last."
      })
  String data;

  @Option(
      names = "--ood",
      paramLabel = "SET",
      description =
          "Out-of-distribution data: a set as for --data, non-digits (drawn letters and signs) or"
              + " none (default: non-digits for glyphs, mnist and fashion-mnist, else none).")
  String ood;

  @Option(
      names = "--size",
      paramLabel = "N",
      description =
          "Resize images of folder: and eurosat so that they cover NxN pixels, and cut them at the"
              + " middle; HxW for other shapes (default: not, they have one size).")
  String size;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "The folder that holds mnist/, fashion-mnist/, cifar10/, eurosat/, or a set's files"
              + " themselves (default: "
              + DataFolder.DEFAULT
              + "). 'tutti data get' downloads them.")
  Path dataDir;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "Train on N examples at most; of glyphs, draw N (default: "
              + GLYPHS_TRAIN
              + "). Of eurosat and folders only the images that this needs are read.")
  Integer limit;

  @Option(
      names = "--test-limit",
      paramLabel = "N",
      description =
          "Test on N examples at most; of glyphs, draw N (default: "
              + GLYPHS_TEST
              + "). There are never more out-of-distribution examples than test examples.")
  Integer testLimit;

  private DataSource source;
  private Optional<DataSource> other;

  /// Checks the choices and makes the defaults.
  ///
  /// @param environment the environment variables
  void resolve(Map<String, String> environment) {
    source = DataSource.parse("--data", data == null ? DATA : data);
    other = ood(source, ood);
    source.requirePath();
    other.ifPresent(DataSource::requirePath);
    if (size != null && !source.isFolder() && !other.map(DataSource::isFolder).orElse(false)) {
      ImageSize.parse(size);
      throw new UsageError(
          "--size goes with folder: and eurosat, as --data or --ood; the images of %s have one size"
              .formatted(source));
    }
    Settings.requireAtLeastOne("--limit", limit);
    Settings.requireAtLeastOne("--test-limit", testLimit);
    data = source.toString();
    ood = other.map(DataSource::toString).orElse(DataSource.NONE);
    size = imageSize().map(ImageSize::toString).orElse(null);
    folder = DataFolder.choose(dataDir, environment);
    boolean inDataDir =
        source.kind().inDataDir() || other.map(set -> set.kind().inDataDir()).orElse(false);
    dataDir = inDataDir ? folder : null;
  }

  private Path folder;

  /// {@return what to train and test on}
  DataSource source() {
    return source;
  }

  /// {@return the out-of-distribution data, if any}
  Optional<DataSource> other() {
    return other;
  }

  /// {@return what images of folders are resized to, if requested}
  Optional<ImageSize> imageSize() {
    return Optional.ofNullable(size).map(ImageSize::parse);
  }

  /// {@return the folder of data sets, which need not exist if none is read from it}
  Path folder() {
    return folder;
  }

  private static Optional<DataSource> ood(DataSource data, String asked) {
    if (asked == null) {
      return data.hasDigitSize() ? Optional.of(DataSource.NON_DIGITS) : Optional.empty();
    }
    Optional<DataSource> ood = DataSource.parseOod(asked);
    if (ood.isPresent() && ood.get().equals(data)) {
      throw new UsageError("--ood " + asked + " is the data itself; choose another set");
    }
    if (ood.isPresent() && ood.get().isTable() != data.isTable()) {
      throw new UsageError(
          "--ood %s and --data %s do not go together: one is a table, the other images"
              .formatted(ood.get(), data));
    }
    return ood;
  }
}
