package dev.tutti.cli.data;

import dev.tutti.cli.terminal.UsageError;
import dev.tutti.nn.data.read.Csv;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A choice of `--data` or `--ood`.
///
/// @param kind which data
/// @param path the file or folder of `folder:` and `csv:`, with the options behind `#`; else empty
public record DataSource(Kind kind, String path) {
  /// What a set is and how it is named.
  public enum Kind {
    GLYPHS("glyphs"),
    MNIST("mnist"),
    FASHION_MNIST("fashion-mnist"),
    CIFAR10("cifar10"),
    EUROSAT("eurosat"),
    FOLDER("folder"),
    CSV("csv"),
    NON_DIGITS("non-digits");

    public final String label;

    Kind(String label) {
      this.label = label;
    }

    /// {@return whether the set is named with its path}
    boolean hasPath() {
      return this == FOLDER || this == CSV;
    }

    /// {@return whether the set is in `--data-dir`}
    public boolean inDataDir() {
      return this == MNIST || this == FASHION_MNIST || this == CIFAR10 || this == EUROSAT;
    }
  }

  public static final DataSource NON_DIGITS = new DataSource(Kind.NON_DIGITS, "");

  /// Behind the path of a folder: what lies at its top are classes, and not parts of the set.
  private static final String CLASSES = "#classes";

  /// The name for no out-of-distribution data.
  public static final String NONE = "none";

  /// {@return the set that `--data` names}
  public static DataSource parse(String option, String text) {
    DataSource source = parse(option, text, List.of());
    if (source.kind == Kind.NON_DIGITS) {
      throw new UsageError("non-digits have no classes; they go with --ood");
    }
    return source;
  }

  /// {@return the set that `--ood` names, empty for `none`}
  public static Optional<DataSource> parseOod(String text) {
    return text.equals(NONE)
        ? Optional.empty()
        : Optional.of(parse("--ood", text, List.of(Kind.NON_DIGITS.label, NONE)));
  }

  private static DataSource parse(String option, String text, List<String> more) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    for (Kind kind : Kind.values()) {
      if (!kind.label.equals(name)) {
        continue;
      }
      String path = colon < 0 ? "" : text.substring(colon + 1);
      if (kind.hasPath() && path.isEmpty()) {
        throw new UsageError(option + " " + name + " needs a path: " + name + ":PATH");
      }
      if (!kind.hasPath() && colon >= 0) {
        throw new UsageError(
            "%s %s: %s takes no path; --data-dir names the folder of data sets"
                .formatted(option, text, name));
      }
      return new DataSource(kind, path);
    }
    List<String> valid = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (kind != Kind.NON_DIGITS) {
        valid.add(kind.label);
      }
    }
    valid.addAll(more);
    throw UsageError.unknown("data set", name, valid);
  }

  /// {@return whether its examples are rows of a table}
  public boolean isTable() {
    return kind == Kind.CSV;
  }

  /// {@return whether its images are files in folders}
  public boolean isFolder() {
    return kind == Kind.FOLDER || kind == Kind.EUROSAT;
  }

  /// {@return whether its images have the size of the drawn ones}
  public boolean hasDigitSize() {
    return kind == Kind.GLYPHS || kind == Kind.MNIST || kind == Kind.FASHION_MNIST;
  }

  /// {@return whether a folder's top holds classes, however they are called}
  public boolean classesOnly() {
    return kind == Kind.FOLDER && path.endsWith(CLASSES);
  }

  /// {@return the folder or archive of a folder, without the options}
  public Path folder() {
    return Path.of(classesOnly() ? path.substring(0, path.length() - CLASSES.length()) : path);
  }

  /// Raises [UsageError] if a set's path is not one, or a table's options are not.
  public void requirePath() {
    if (kind == Kind.CSV) {
      try {
        Csv.check(path);
      } catch (IllegalArgumentException e) {
        throw new UsageError(this + ": " + e.getMessage());
      }
    }
    if (kind == Kind.FOLDER) {
      try {
        folder();
      } catch (InvalidPathException e) {
        throw new UsageError(this + " is not a path");
      }
    }
  }

  @Override
  public String toString() {
    return kind.hasPath() ? kind.label + ":" + path : kind.label;
  }
}
