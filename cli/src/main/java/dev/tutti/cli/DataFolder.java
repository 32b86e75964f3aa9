package dev.tutti.cli;

import dev.tutti.nn.data.DataError;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/// Finds a set's files in the folder of data sets: in the sub-folder of its name, or in that folder
/// itself where its files lie there and the folder is not called by another set's name.
final class DataFolder {
  private DataFolder() {}

  /// {@return the folder or file that the set's reader takes}
  ///
  /// @throws DataError where neither place holds the set
  static Path find(Path dataDir, DataSource.Kind set) {
    if (!Files.isDirectory(dataDir)) {
      throw new DataError(
          dataDir
              + (Files.exists(dataDir)
                  ? ": is a file, a folder was expected"
                  : ": no such folder"));
    }
    Path own = dataDir.resolve(set.label);
    Path folder = Files.isDirectory(own) ? own : dataDir;
    boolean there = folder.equals(own) || !isAnothers(dataDir, set) && holds(dataDir, set);
    if (!there) {
      throw new DataError(
          "%s: there is no folder %s in it, and the files of %s do not lie in it (%s)"
              .formatted(dataDir, set.label, set.label, files(set)));
    }
    return set == DataSource.Kind.EUROSAT ? archiveOr(folder) : folder;
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
          default -> name -> name.equals("2750") || name.equals("AnnualCrop") || isEurosat(name);
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

  /// The archive in a folder, or the folder where there is none.
  private static Path archiveOr(Path folder) {
    return names(folder).stream()
        .filter(DataFolder::isEurosat)
        .findFirst()
        .map(folder::resolve)
        .orElse(folder);
  }

  private static boolean isEurosat(String name) {
    return name.toLowerCase(Locale.ROOT).equals("eurosat.zip");
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
