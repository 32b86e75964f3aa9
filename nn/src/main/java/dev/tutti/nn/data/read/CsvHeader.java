package dev.tutti.nn.data.read;

import dev.tutti.nn.io.DataError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/// The columns' names and the places of the label or the targets among them.
///
/// @param names as they are written, or `c0`, `c1`, … for a table without a header
/// @param answers the label's column, or those of the targets; the others are features
/// @param certain whether it is certain already that the first line is a header
record CsvHeader(Path file, List<String> names, List<Integer> answers, boolean certain) {
  /// Texts that more often mean a missing or impossible value than a column.
  private static final Set<String> NO_NAMES =
      Set.of(
          "na",
          "n/a",
          "#n/a",
          "nan",
          "null",
          "none",
          "nil",
          "missing",
          "unknown",
          "undefined",
          "inf",
          "infinity",
          "true",
          "false");

  /// The columns of a table whose first record is `first`.
  ///
  /// @param like the names of a table with the same columns, or null
  static CsvHeader of(
      Path file, CsvOptions options, char separator, List<String> first, List<String> like) {
    boolean named = options.header() == null || options.header();
    List<String> names =
        named ? first : IntStream.range(0, first.size()).mapToObj(c -> "c" + c).toList();
    CsvHeader header = new CsvHeader(file, names, List.of(first.size() - 1), !named);
    header.requireColumns(first, separator, named);
    header = header.answering(options, named);
    if (like != null && !header.stripped().equals(like)) {
      throw DataError.at(
          file,
          "its columns are %s, those of the first table %s"
              .formatted(shown(header.stripped()), shown(like)));
    }
    boolean told = !named || options.header() != null || like != null;
    if (!told && first.stream().anyMatch(options::isMark)) {
      throw header.looksLikeData(); // a missing value is not a name
    }
    if (told || header.isNamed(options)) {
      return header.beCertain();
    }
    header.refuseNumbers();
    return header;
  }

  private CsvHeader beCertain() {
    return new CsvHeader(file, names, answers, true);
  }

  boolean isFeature(int column) {
    return !answers.contains(column);
  }

  List<String> stripped() {
    return names.stream().map(String::strip).toList();
  }

  /// The column's name for an error, or its number, from 1, if it has none.
  String shown(int column) {
    String name = names.get(column).strip();
    return name.isEmpty() ? Integer.toString(column + 1) : DataError.quoted(name);
  }

  private void requireColumns(List<String> first, char separator, boolean named) {
    if (first.size() > 1) {
      return;
    }
    String only = first.getFirst();
    boolean other = only.strip().chars().anyMatch(c -> " ;\t,|".indexOf(c) >= 0);
    throw DataError.at(
        file,
        "%s has one column, %s; a label and at least one feature are needed%s"
            .formatted(
                named ? "the header" : "line 1",
                DataError.quoted(only),
                other
                    ? ", with %s between the cells or what the option separator says"
                        .formatted(CsvSeparator.name(separator))
                    : ""));
  }

  /// The header with the label or the targets that the options name.
  private CsvHeader answering(CsvOptions options, boolean named) {
    List<String> columns = options.targets();
    if (columns.isEmpty()) {
      if (options.label() == null) {
        return this;
      }
      columns = List.of(options.label());
    }
    List<Integer> found = columns.stream().map(option -> column(option, named)).toList();
    if (found.stream().distinct().count() < found.size()) {
      throw DataError.at(file, "the targets %s are not different columns".formatted(columns));
    }
    if (found.size() == names.size()) {
      throw DataError.at(
          file, "each of its %d columns is a target; no feature is left".formatted(found.size()));
    }
    return new CsvHeader(file, names, found, certain);
  }

  /// The place of the column that an option names.
  private int column(String option, boolean named) {
    String name = option.strip();
    List<String> all = stripped();
    int column = all.indexOf(name);
    if (column < 0 && !named && Decimals.isInteger(name)) {
      long number = Long.parseLong(name);
      column = Math.clamp(number < 0 ? number + names.size() : number, -1, names.size());
    }
    if (column < 0 || column == names.size()) {
      throw DataError.at(
          file,
          named
              ? "no column is called %s; the header has %s%s"
                  .formatted(
                      DataError.quoted(option),
                      shown(names),
                      Decimals.isInteger(name) ? "; numbers go with the option header: no" : "")
              : "no column is called %s; there are %d, c0 to c%d"
                  .formatted(DataError.quoted(option), names.size(), names.size() - 1));
    }
    requireOnce(all, name);
    return column;
  }

  private void requireOnce(List<String> all, String name) {
    if (all.indexOf(name) != all.lastIndexOf(name)) {
      throw DataError.at(
          file, "more than one column is called %s".formatted(DataError.quoted(name)));
    }
  }

  /// Raises an error unless each of the named columns of texts is there, once, and is a feature.
  ///
  /// @param told what the other columns hold, `label` or `target`
  void requireFeatures(Set<String> texts, String told) {
    List<String> all = stripped();
    for (String name : texts) {
      int column = all.indexOf(name);
      if (column < 0) {
        throw DataError.at(
            file,
            "no column is called %s; the header has %s"
                .formatted(DataError.quoted(name), shown(names)));
      }
      requireOnce(all, name);
      if (!isFeature(column)) {
        throw DataError.at(
            file, "the column %s holds the %ss".formatted(DataError.quoted(name), told));
      }
    }
  }

  /// Whether the options call a column by a name that data would not have.
  private boolean isNamed(CsvOptions options) {
    List<String> called = new ArrayList<>(options.textColumns());
    called.addAll(options.targets());
    if (options.label() != null) {
      called.add(options.label().strip());
    }
    return called.stream().anyMatch(name -> isName(name) && stripped().contains(name));
  }

  /// Whether `text` is a column's name rather than a cell.
  private static boolean isName(String text) {
    return text.codePoints().anyMatch(Character::isLetter)
        && "0123456789+-.".indexOf(text.charAt(0)) < 0
        && !NO_NAMES.contains(text.toLowerCase(Locale.ROOT));
  }

  /// Whether the name of a column of numbers shows that it is a name.
  boolean isName(int column) {
    return isName(names.get(column).strip());
  }

  /// Raises an error if a feature is called by a number, as it would be if line 1 were data.
  private void refuseNumbers() {
    boolean noName = true;
    for (int c = 0; c < names.size(); c++) {
      if (isFeature(c)) {
        if (Decimals.isNumber(names.get(c).strip())) {
          throw looksLikeData();
        }
        noName &= !isName(c);
      }
    }
    if (noName) {
      throw looksLikeData();
    }
  }

  /// The error for a first line that may be data.
  DataError looksLikeData() {
    return DataError.at(
        file,
        ("line 1 looks like data, not like a header: %s; the option header says which it is"
                + " (header=no or header=yes)")
            .formatted(shown(names)));
  }

  private static String shown(List<String> header) {
    String names = String.join(", ", header.stream().limit(8).map(DataError::quoted).toList());
    return header.size() > 8 ? names + ", … (" + header.size() + " columns)" : names;
  }
}
