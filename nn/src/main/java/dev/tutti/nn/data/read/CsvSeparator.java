package dev.tutti.nn.data.read;

import dev.tutti.nn.io.DataError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The text between the cells of a table, and how to detect it from the first lines.
final class CsvSeparator {
  /// The separator is detected from the file.
  static final char DETECTED = 0;

  private static final char[] DETECTABLE = {',', ';', '\t', '|'};
  private static final Map<String, Character> NAMED =
      Map.of("comma", ',', "semicolon", ';', "tab", '\t', "bar", '|', "blank", ' ');
  private static final int RECORDS = 20;

  private CsvSeparator() {}

  /// {@return the separator itself, if it is one that is read}
  static char checked(char separator) {
    if (!NAMED.containsValue(separator)) {
      throw new IllegalArgumentException(
          "the option separator: %s; a comma, a semicolon, a tab, a bar or a blank is needed"
              .formatted(DataError.quoted(Character.toString(separator))));
    }
    return separator;
  }

  /// {@return the separator that is called or written `text`}
  static char named(String text) {
    Character separator = NAMED.get(text);
    if (separator == null && text.length() == 1 && NAMED.containsValue(text.charAt(0))) {
      separator = text.charAt(0);
    }
    if (separator == null) {
      throw new IllegalArgumentException(
          "separator=%s; comma, semicolon, tab, bar or blank is needed".formatted(text));
    }
    return separator;
  }

  /// {@return the separator in words}
  static String name(char separator) {
    return switch (separator) {
      case ',' -> "a comma";
      case ';' -> "a semicolon";
      case '\t' -> "a tab";
      case '|' -> "a bar";
      default -> "a blank";
    };
  }

  /// {@return the separator of which the first line has one outside of quotes; of several, the one
  /// that cuts the first lines into equally many cells}
  ///
  /// @param whole whether `text` from `from` to `to` is all of the file
  /// @throws DataError if that is true of none or of several
  static char detect(Path file, char[] text, int from, int to, boolean whole) {
    List<Character> inFirstLine = new ArrayList<>();
    List<Character> even = new ArrayList<>();
    for (char separator : DETECTABLE) {
      List<Integer> widths = widths(file, text, from, to, separator, whole);
      if (!widths.isEmpty() && widths.getFirst() > 1) {
        inFirstLine.add(separator);
        if (widths.stream().distinct().count() == 1) {
          even.add(separator);
        }
      }
    }
    if (inFirstLine.isEmpty()) {
      return ',';
    }
    List<Character> left = inFirstLine.size() == 1 ? inFirstLine : even;
    if (left.size() != 1) {
      throw DataError.at(
          file,
          "line 1 has %s; the option separator says which of them is between the cells"
              .formatted(
                  String.join(" and ", inFirstLine.stream().map(CsvSeparator::name).toList())));
    }
    return left.getFirst();
  }

  /// The numbers of cells of the first records; −1 for one that cannot be read, and nothing if that
  /// is the first.
  private static List<Integer> widths(
      Path file, char[] text, int from, int to, char separator, boolean whole) {
    CsvRecords records = new CsvRecords(file, text, from, to, separator);
    List<Integer> widths = new ArrayList<>();
    try {
      while (widths.size() < RECORDS) {
        List<String> cells = records.next();
        boolean cut = !whole && !widths.isEmpty() && records.atEnd();
        if (cells == null || cut) {
          return widths;
        }
        widths.add(cells.size());
      }
    } catch (DataError e) {
      // A quote may be open at the place where the text is cut; that is not an error.
      if (!widths.isEmpty() && (whole || !records.atEnd())) {
        widths.add(-1);
      }
    }
    return widths;
  }
}
