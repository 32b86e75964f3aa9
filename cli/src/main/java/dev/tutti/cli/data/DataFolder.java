package dev.tutti.cli.data;

import dev.tutti.nn.io.DataError;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Finds a set's files in the folder of data sets: in the sub-folder of its name, or in that folder
/// itself if its files are there and the folder does not have another set's name.
public final class DataFolder {
  /// A description of what [#choose] chooses.
  public static final String DEFAULT = "the variable TUTTI_DATA, else ~/.cache/tutti/data";

  private static final String VARIABLE = "TUTTI_DATA";

  private static final String EUROSAT_FOLDER = "2750";

  private DataFolder() {}

  /// {@return the folder of data sets}
  ///
  /// @param asked the one that the command line names, or null
  public static Path choose(Path asked, Map<String, String> environment) {
    if (asked != null) {
      return asked;
    }
    String variable = environment.getOrDefault(VARIABLE, "");
    return variable.isBlank()
        ? Path.of(System.getProperty("user.home"), ".cache", "tutti", "data")
        : Path.of(variable);
  }

  /// {@return the folder or file that the set's reader takes}
  ///
  /// @throws DataError if neither place holds the set
  public static Path find(Path dataDir, DataSource.Kind set) {
    if (!Files.isDirectory(dataDir)) {
      throw new DataError(
          dataDir
              + (Files.exists(dataDir)
                  ? ": is a file, a folder was expected"
                  : ": no such folder; " + howToGet(dataDir, set)));
    }
    Path folder =
        folderOf(dataDir, set)
            .orElseThrow(() ->
                new DataError(
                    "%s: there is no folder %s in it, and the files of %s are not in it (%s); %s"
                        .formatted(
                            dataDir, set.label, set.label, files(set), howToGet(dataDir, set))));
    return set == DataSource.Kind.EUROSAT ? archiveOr(folder) : folder;
  }

  private static String howToGet(Path dataDir, DataSource.Kind set) {
    return "'tutti data get %s --data-dir %s' downloads it".formatted(set.label, dataDir);
  }

  /// {@return the folder that holds the set's files, if there is one}
  static Optional<Path> folderOf(Path dataDir, DataSource.Kind set) {
    Path own = dataDir.resolve(set.label);
    if (Files.isDirectory(own)) {
      return Optional.of(own);
    }
    boolean there = Files.isDirectory(dataDir) && !isAnothers(dataDir, set) && holds(dataDir, set);
    return there ? Optional.of(dataDir) : Optional.empty();
  }

  private static boolean isAnothers(Path folder, DataSource.Kind set) {
    Path last = folder.toAbsolutePath().normalize().getFileName();
    for (DataSource.Kind kind : DataSource.Kind.values()) {
      if (kind.inDataDir() && kind != set && last != null && kind.label.equals(last.toString())) {
        return true;
      }
    }
    return false;
  }

  private static boolean holds(Path folder, DataSource.Kind set) {
    Predicate<String> mark =
        switch (set) {
          case MNIST, FASHION_MNIST -> name -> name.startsWith("t10k-images");
          case CIFAR10 -> name -> name.startsWith("cifar-10") || name.equals("test_batch.bin");
          default ->
              name -> name.equals(EUROSAT_FOLDER) || name.equals("AnnualCrop") || isEurosat(name);
        };
    return names(folder).stream().anyMatch(mark);
  }

  private static String files(DataSource.Kind set) {
    return switch (set) {
      case MNIST, FASHION_MNIST ->
          "train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz,"
              + " t10k-labels-idx1-ubyte.gz";
      case CIFAR10 -> "cifar-10-binary.tar.gz or cifar-10-batches-bin/";
      default -> "EuroSAT.zip or 2750/";
    };
  }

  /// The archive in a folder, of several the first by name, else its sub-folder of images, else the
  /// folder: other sets may be next to them.
  private static Path archiveOr(Path folder) {
    List<String> names = names(folder);
    String inside = names.contains(EUROSAT_FOLDER) ? EUROSAT_FOLDER : "";
    return folder.resolve(
        names.stream().filter(DataFolder::isEurosat).min(Comparator.naturalOrder()).orElse(inside));
  }

  private static boolean isEurosat(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.equals("eurosat.zip") || lower.equals("eurosat_rgb.zip");
  }

  /// {@return whether the folder is empty, or does not exist}
  static boolean isEmpty(Path folder) {
    return !Files.isDirectory(folder) || names(folder).isEmpty();
  }

  private static List<String> names(Path folder) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      files.forEach(file -> names.add(String.valueOf(file.getFileName())));
    } catch (IOException e) {
      throw new DataError(folder + ": cannot be read: " + e.getMessage(), e);
    }
    return names;
  }
}
