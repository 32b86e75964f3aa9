package dev.tutti.nn.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Tables for classification from CSV files (RFC 4180, UTF-8) with a header line: one column holds
/// the label, as any text, and every other column a number.
///
/// The classes are the labels that occur, sorted as numbers where all are integers, else as texts.
/// A number is written in decimal, with or without an exponent, and rounded to float32; a cell
/// without one (empty, `NA`, `nan`, beyond float32's range) is an error that names its line and
/// column.
public final class Csv {
  private static final int MOST_CLASSES = 1 << 16;
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,18}");

  private Csv() {}

  /// The table that `path` or `path#label` names: [#read(Path, String)] with the label column
  /// behind the last `#`, unless a file is called all of it.
  public static Dataset of(String pathAndLabel) {
    try {
      int hash = pathAndLabel.lastIndexOf('#');
      if (hash < 0 || Files.exists(Path.of(pathAndLabel))) {
        return read(Path.of(pathAndLabel));
      }
      return read(Path.of(pathAndLabel.substring(0, hash)), pathAndLabel.substring(hash + 1));
    } catch (InvalidPathException e) {
      throw new DataError(pathAndLabel + ": no such file", e);
    }
  }

  /// The table in `file`, with the labels in its last column.
  ///
  /// @throws DataError where a cell, a row or the header is not as it must be
  public static Dataset read(Path file) {
    return read(file, null);
  }

  /// The table in `file`, with the labels in the column called `label`.
  public static Dataset read(Path file, String label) {
    ByteInput.checkedSize(file);
    try (InputStream in = Files.newInputStream(file)) {
      Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8);
      return table(file, new CsvRecords(file, reader), label);
    } catch (IOException e) {
      throw ByteInput.failed(file, e);
    }
  }

  private static Dataset table(Path file, CsvRecords records, String label) {
    List<String> header = records.next();
    if (header == null) {
      throw DataError.in(file, "holds blank lines only; a header line was expected");
    }
    int labelColumn = labelColumn(file, header, label);
    int features = header.size() - 1;
    checkHeader(file, header, labelColumn);
    List<float[]> rows = new ArrayList<>();
    int[] labels = new int[64];
    Map<String, Integer> seen = new HashMap<>(); // in the order of their first row
    long rowBytes = 4L * features + Memory.ARRAY_OVERHEAD + 4;
    for (List<String> cells = records.next(); cells != null; cells = records.next()) {
      if (cells.size() != header.size()) {
        throw DataError.in(
            file,
            "line %d: %s, the header has %d"
                .formatted(records.line(), DataError.counted(cells.size(), "cell"), header.size()));
      }
      float[] row = new float[features];
      for (int c = 0, f = 0; c < header.size(); c++) {
        if (c != labelColumn) {
          row[f++] = number(file, records.line(), header, c, cells.get(c));
        }
      }
      String value = cells.get(labelColumn).strip();
      if (value.isEmpty()) {
        throw cellError(file, records.line(), header, labelColumn, "no label");
      }
      int n = rows.size();
      if (n == labels.length) {
        labels = Arrays.copyOf(labels, 2 * n);
      }
      Integer index = seen.get(value);
      if (index == null) {
        if (seen.size() == MOST_CLASSES) {
          throw DataError.in(
              file,
              "the label column %s has more than %d different values; does it hold classes?"
                  .formatted(columnName(header, labelColumn), MOST_CLASSES));
        }
        index = seen.size();
        seen.put(value, index);
      }
      labels[n] = index;
      rows.add(row);
      if ((n & 1023) == 0) {
        Memory.check(DataError.fileName(file), n * rowBytes);
      }
    }
    if (rows.isEmpty()) {
      throw DataError.in(file, "holds a header line and no rows");
    }
    List<String> classes = sorted(seen.keySet());
    int[] rank = new int[classes.size()];
    for (int c = 0; c < rank.length; c++) {
      rank[seen.get(classes.get(c))] = c;
    }
    int[] indices = new int[rows.size()];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = rank[labels[i]];
    }
    return Dataset.ofOwnedTable(name(file), rows.toArray(float[][]::new), indices, classes);
  }

  private static int labelColumn(Path file, List<String> header, String label) {
    int column = header.size() - 1;
    if (label != null) {
      List<String> names = header.stream().map(String::strip).toList();
      column = names.indexOf(label.strip());
      if (column < 0) {
        throw DataError.in(
            file,
            "no column is called %s; the header has %s"
                .formatted(DataError.quoted(label), shown(header)));
      }
      if (column != names.lastIndexOf(label.strip())) {
        throw DataError.in(
            file, "more than one column is called %s".formatted(DataError.quoted(label)));
      }
    }
    return column;
  }

  private static void checkHeader(Path file, List<String> header, int labelColumn) {
    if (header.size() == 1) {
      String only = header.getFirst();
      boolean other = only.indexOf(';') >= 0 || only.indexOf('\t') >= 0;
      throw DataError.in(
          file,
          "the header has one column, %s; a label and at least one feature are needed%s"
              .formatted(DataError.quoted(only), other ? ", with commas between the cells" : ""));
    }
    // Column names may be numbers (0, 1, 2, …), but not fractions, and not one number twice.
    Set<String> numbers = new HashSet<>();
    boolean suspect = false;
    for (int c = 0; c < header.size(); c++) {
      String name = header.get(c).strip();
      if (c == labelColumn) {
        continue;
      }
      if (!isNumber(name)) {
        return;
      }
      suspect |= !INTEGER.matcher(name).matches() || !numbers.add(name);
    }
    if (suspect) {
      throw DataError.in(
          file, "line 1 looks like data, not like a header: %s".formatted(shown(header)));
    }
  }

  private static String shown(List<String> header) {
    String names = String.join(", ", header.stream().limit(8).map(DataError::quoted).toList());
    return header.size() > 8 ? names + ", … (" + header.size() + " columns)" : names;
  }

  private static float number(Path file, int line, List<String> header, int column, String cell) {
    int digits = cell.length() <= 9 ? digits(cell, 0) : 0;
    if (digits > 0 && digits == cell.length()) {
      return Integer.parseInt(cell); // rounded to float32 just once, and far faster than the rest
    }
    String text = cell.strip();
    if (text.isEmpty()) {
      throw cellError(file, line, header, column, "no value; a number was expected");
    }
    // parseFloat takes more than numbers: NaN, Infinity, 1f, 0x1p3.
    if (!isNumber(text)) {
      throw cellError(file, line, header, column, DataError.quoted(text) + " is not a number");
    }
    float value = Float.parseFloat(text);
    if (Float.isInfinite(value)) {
      throw cellError(
          file, line, header, column, DataError.quoted(text) + " is beyond float32's range");
    }
    return value;
  }

  /// Whether `text` is `[+-]digits[.digits][e[+-]digits]`, with a digit before or after the point.
  private static boolean isNumber(String text) {
    int length = text.length();
    int i = length > 0 && isSign(text.charAt(0)) ? 1 : 0;
    int whole = digits(text, i);
    i += whole;
    int fraction = 0;
    if (i < length && text.charAt(i) == '.') {
      fraction = digits(text, i + 1);
      i += 1 + fraction;
    }
    if (whole + fraction == 0) {
      return false;
    }
    if (i < length && (text.charAt(i) == 'e' || text.charAt(i) == 'E')) {
      i += i + 1 < length && isSign(text.charAt(i + 1)) ? 2 : 1;
      int exponent = digits(text, i);
      if (exponent == 0) {
        return false;
      }
      i += exponent;
    }
    return i == length;
  }

  private static boolean isSign(char c) {
    return c == '+' || c == '-';
  }

  private static int digits(String text, int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
      i++;
    }
    return i - from;
  }

  private static DataError cellError(
      Path file, int line, List<String> header, int column, String found) {
    return DataError.in(
        file, "line %d, column %s: %s".formatted(line, columnName(header, column), found));
  }

  private static String columnName(List<String> header, int column) {
    String name = header.get(column).strip();
    return name.isEmpty() ? Integer.toString(column + 1) : DataError.quoted(name);
  }

  private static List<String> sorted(Set<String> labels) {
    boolean integers = labels.stream().allMatch(text -> INTEGER.matcher(text).matches());
    Comparator<String> byText = Comparator.naturalOrder();
    // "1", "01" and "+1" are different labels, so equal numbers fall back on their texts.
    Comparator<String> byNumber = Comparator.comparingLong(Long::parseLong);
    return labels.stream().sorted(integers ? byNumber.thenComparing(byText) : byText).toList();
  }

  private static String name(Path file) {
    String name = DataError.fileName(file);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
