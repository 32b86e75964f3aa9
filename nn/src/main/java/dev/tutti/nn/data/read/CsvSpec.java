package dev.tutti.nn.data.read;

import dev.tutti.nn.io.DataError;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/// A table's file and options in one text: `PATH`, `PATH#LABEL`, `PATH#LABEL,OPTION,…` or
/// `PATH#OPTION,…`.
///
/// The options are `header=yes` and `header=no`, `separator=S`, `drop=MARK`, `fill=VALUE:MARK`,
/// `one-hot`, `one-hot=COLUMN` and `target=COLUMN`; see [CsvOptions]. S is `comma`, `semicolon`,
/// `tab`, `bar`, `blank` or the character itself.
record CsvSpec(Path file, CsvOptions options) {
  private static final List<String> OPTIONS =
      List.of("header", "separator", "drop", "fill", "target");
  private static final String ONE_HOT = "one-hot";

  /// What `text` says: it is split at its last `#`, unless a file is called all of it.
  static CsvSpec of(String text) {
    try {
      int hash = text.lastIndexOf('#');
      if (hash < 0 || Files.exists(Path.of(text))) {
        return new CsvSpec(Path.of(text), CsvOptions.NONE);
      }
      return new CsvSpec(Path.of(text.substring(0, hash)), options(text.substring(hash + 1)));
    } catch (InvalidPathException e) {
      throw new DataError(text + ": no such file", e);
    }
  }

  private static CsvOptions options(String text) {
    String[] parts = text.split(",", -1);
    int first = parts.length;
    while (first > 0 && isOption(parts[first - 1])) {
      first--;
    }
    CsvOptions options = CsvOptions.NONE;
    for (int i = first; i < parts.length; i++) {
      options = with(options, parts[i]);
    }
    String label = String.join(",", Arrays.copyOf(parts, first));
    return label.isEmpty() ? options : options.label(label);
  }

  private static boolean isOption(String part) {
    int equals = part.indexOf('=');
    String name = equals < 0 ? "" : part.substring(0, equals);
    return part.equals(ONE_HOT) || name.equals(ONE_HOT) || OPTIONS.contains(name);
  }

  private static CsvOptions with(CsvOptions options, String part) {
    if (part.equals(ONE_HOT)) {
      return options.oneHot();
    }
    int equals = part.indexOf('=');
    String value = part.substring(equals + 1);
    return switch (part.substring(0, equals)) {
      case "header" -> options.header(header(value));
      case "separator" -> options.separator(CsvSeparator.named(value));
      case "drop" -> options.drop(value);
      case "fill" -> fill(options, value);
      case "target" -> options.target(with(options.targets(), value));
      default -> oneHot(options, value);
    };
  }

  private static boolean header(String value) {
    if (!value.equals("yes") && !value.equals("no")) {
      throw new IllegalArgumentException("header=" + value + "; yes or no is needed");
    }
    return value.equals("yes");
  }

  private static CsvOptions fill(CsvOptions options, String value) {
    int colon = value.indexOf(':');
    if (colon < 0 || !Decimals.isNumber(value.substring(0, colon))) {
      throw new IllegalArgumentException(
          "fill=" + value + "; a number and a text are needed, as in fill=0:?");
    }
    return options.fill(Float.parseFloat(value.substring(0, colon)), value.substring(colon + 1));
  }

  private static CsvOptions oneHot(CsvOptions options, String column) {
    return options.oneHot(with(options.textColumns(), column));
  }

  private static String[] with(Collection<String> columns, String another) {
    return Stream.concat(columns.stream(), Stream.of(another)).toArray(String[]::new);
  }
}
