package dev.tutti.nn.data;

import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// How a table is written and what becomes of its cells; immutable, each method gives a changed
/// copy. [Csv#options] is the start, [#read] or [#table] the end.
///
/// ```
/// Csv.options().header(false).label("-1").drop("?").oneHot().read(Path.of("adult.data"))
/// ```
///
/// A *mark* is the text of a cell without a value, `?` for instance; `""` is the empty cell.
public final class CsvOptions {
  static final CsvOptions NONE =
      new CsvOptions(null, CsvSeparator.DETECTED, null, Set.of(), null, null, false);

  private final Boolean header; // null: to be seen
  private final char separator;
  private final String label; // null: the last column
  private final Set<String> marks;
  private final Float fill; // null: rows with a mark are dropped
  private final Set<String> oneHot; // null: no column; empty: all columns of texts
  private final boolean unseenAsZeros;

  private CsvOptions(
      Boolean header,
      char separator,
      String label,
      Set<String> marks,
      Float fill,
      Set<String> oneHot,
      boolean unseenAsZeros) {
    this.header = header;
    this.separator = separator;
    this.label = label;
    this.marks = marks;
    this.fill = fill;
    this.oneHot = oneHot;
    this.unseenAsZeros = unseenAsZeros;
  }

  /// Whether the first line holds the columns' names. Without a header they are called `c0`, `c1`,
  /// …
  ///
  /// Without this option the first line must be certain to be a header: the label is given by name
  /// and it is there, or no other cell of it is a number and one is above a column of numbers. A
  /// first line that could be data is an error.
  public CsvOptions header(boolean header) {
    return new CsvOptions(header, separator, label, marks, fill, oneHot, unseenAsZeros);
  }

  /// The text between cells: a comma, a semicolon, a tab, a bar or a blank. A blank means any run
  /// of blanks and tabs.
  ///
  /// Without this option it is the one of `,`, `;`, tab and `|` that the first line has outside of
  /// quotes; of several, the one that cuts the first lines into equally many cells; if that is not
  /// just one, an error.
  public CsvOptions separator(char separator) {
    return new CsvOptions(
        header, CsvSeparator.checked(separator), label, marks, fill, oneHot, unseenAsZeros);
  }

  /// The column of the labels, by its name; in a table without a header also by its number, from 0
  /// or, as `-1`, from the end. Without this option it is the last.
  public CsvOptions label(String column) {
    return new CsvOptions(header, separator, column, marks, fill, oneHot, unseenAsZeros);
  }

  /// Leaves out each row with a cell that is one of `marks`, the label included; [CsvTable#dropped]
  /// counts them.
  public CsvOptions drop(String... marks) {
    return new CsvOptions(
            header, separator, label, union("drop", marks), null, oneHot, unseenAsZeros)
        .oneWay(fill != null);
  }

  /// Puts `value` in the place of each feature that is one of `marks`, and a column `NAME is
  /// missing` of zeros and ones after each column that has marks. In a one-hot column a mark leaves
  /// all values 0. A label that is a mark is an error.
  public CsvOptions fill(float value, String... marks) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException("the option fill: " + value + " is not a finite number");
    }
    return new CsvOptions(
            header, separator, label, union("fill", marks), value, oneHot, unseenAsZeros)
        .oneWay(!this.marks.isEmpty() && (fill == null || fill != value));
  }

  private CsvOptions oneWay(boolean other) {
    if (other) {
      throw new IllegalArgumentException(
          "missing values are dropped or filled with one number, not both");
    }
    return this;
  }

  private Set<String> union(String option, String... more) {
    if (more.length == 0) {
      throw new IllegalArgumentException(
          "the option " + option + " needs the texts of cells without a value");
    }
    Set<String> all = new HashSet<>(marks);
    for (String mark : more) {
      all.add(mark.strip());
    }
    return Collections.unmodifiableSet(all);
  }

  /// Makes of each of the named columns, or of all columns of texts if none is named, as many
  /// columns as it has different texts, `NAME=TEXT`, sorted: 1 in that of the row's text, 0 in the
  /// others.
  ///
  /// A column that is not named and has both numbers and texts is an error. In [CsvTable#read] a
  /// text that was not in the first table is an error; see [#unseenAsZeros].
  public CsvOptions oneHot(String... columns) {
    Set<String> names = new LinkedHashSet<>();
    for (String column : columns) {
      names.add(column.strip());
    }
    return new CsvOptions(
        header, separator, label, marks, fill, Collections.unmodifiableSet(names), unseenAsZeros);
  }

  /// Lets [CsvTable#read] make zeros of a one-hot column's text that was not in the first table.
  public CsvOptions unseenAsZeros() {
    return new CsvOptions(header, separator, label, marks, fill, oneHot, true);
  }

  /// The table in `file`, which may be packed with gzip.
  ///
  /// @throws DataError if a cell, a row or the header is not as it must be
  public Dataset read(Path file) {
    return table(file).data();
  }

  /// The table in `file` with what is known of it in addition to its rows.
  ///
  /// @throws DataError if a cell, a row or the header is not as it must be
  public CsvTable table(Path file) {
    return new CsvReader(file, this, null).read();
  }

  /// Whether there is a header, or null if the option was not given.
  Boolean header() {
    return header;
  }

  char separator() {
    return separator;
  }

  /// The label's column, or null for the last.
  String label() {
    return label;
  }

  boolean isMark(String cell) {
    return !marks.isEmpty() && marks.contains(cell.strip());
  }

  /// Whether a row is left out if one of its cells is a mark.
  boolean drops(List<String> cells) {
    return fill == null && !marks.isEmpty() && cells.stream().anyMatch(this::isMark);
  }

  float fill() {
    return fill;
  }

  /// The named one-hot columns.
  Set<String> oneHotColumns() {
    return oneHot == null ? Set.of() : oneHot;
  }

  /// Whether each column of texts is a one-hot column.
  boolean allOneHot() {
    return oneHot != null && oneHot.isEmpty();
  }

  boolean unseenIsZeros() {
    return unseenAsZeros;
  }
}
