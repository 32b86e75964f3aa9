package dev.tutti.nn.data.read;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.DataError;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// How a table is written and what becomes of its cells; immutable, each method gives a changed
/// copy. [Csv#options] is the start, [#read] or [#table] the end.
///
/// ```
/// Csv.options().header(false).label("-1").drop("?").oneHot().read(Path.of("adult.data"))
/// ```
///
/// A *mark* is the text of a cell without a value, `?` for instance; `""` is the empty cell.
public final class CsvOptions {
  static final CsvOptions NONE = new CsvOptions();

  /// What becomes of a cell that is a mark.
  private enum Missing {
    DROP,
    FILL,
    KEEP
  }

  private Boolean header; // null: to be seen
  private char separator = CsvSeparator.DETECTED;
  private String label; // null: the last column
  private List<String> targets = List.of(); // empty: there are labels
  private Set<String> marks = Set.of();
  private Missing missing; // null: no marks
  private float fill;
  private Set<String> texts; // null: no column of texts; empty: all that hold texts
  private boolean categorical; // whether texts stay one column
  private boolean unseenAsZeros;

  private CsvOptions() {}

  private CsvOptions with(Consumer<CsvOptions> change) {
    CsvOptions copy = new CsvOptions();
    copy.header = header;
    copy.separator = separator;
    copy.label = label;
    copy.targets = targets;
    copy.marks = marks;
    copy.missing = missing;
    copy.fill = fill;
    copy.texts = texts;
    copy.categorical = categorical;
    copy.unseenAsZeros = unseenAsZeros;
    change.accept(copy);
    return copy;
  }

  /// Whether the first line holds the columns' names. Without a header they are called `c0`, `c1`,
  /// …
  ///
  /// Without this option the first line must be certain to be a header: the label is given by name
  /// and it is there, or no other cell of it is a number and one is above a column of numbers. A
  /// first line that could be data is an error.
  public CsvOptions header(boolean header) {
    return with(o -> o.header = header);
  }

  /// The text between cells: a comma, a semicolon, a tab, a bar or a blank. A blank means any run
  /// of blanks and tabs.
  ///
  /// Without this option it is the one of `,`, `;`, tab and `|` that the first line has outside of
  /// quotes; of several, the one that cuts the first lines into equally many cells; if that is not
  /// just one, an error.
  public CsvOptions separator(char separator) {
    char checked = CsvSeparator.checked(separator);
    return with(o -> o.separator = checked);
  }

  /// The column of the labels, by its name; in a table without a header also by its number, from 0
  /// or, as `-1`, from the end. Without this option it is the last.
  ///
  /// Labels are classes, whole numbers as well. A column of numbers of which one has a fraction is
  /// an error: it is a [#target].
  public CsvOptions label(String column) {
    return with(o -> o.label = column).oneKind();
  }

  /// The columns of the numbers that are to be predicted, for regression, named as [#label] names
  /// one. The table's data set then has [Dataset#targets], in this order, and no labels.
  public CsvOptions target(String... columns) {
    List<String> names = Stream.of(columns).map(String::strip).toList();
    if (names.isEmpty() || names.stream().distinct().count() < names.size()) {
      throw new IllegalArgumentException("the option target needs different columns, got " + names);
    }
    return with(o -> o.targets = names).oneKind();
  }

  private CsvOptions oneKind() {
    if (label != null && !targets.isEmpty()) {
      throw new IllegalArgumentException(
          "a table has labels or targets, not both; got label %s and target %s"
              .formatted(DataError.quoted(label), String.join(", ", targets)));
    }
    return this;
  }

  /// Leaves out each row with a cell that is one of `marks`, the label included; [CsvTable#dropped]
  /// counts them.
  public CsvOptions drop(String... marks) {
    return marked(Missing.DROP, 0, "drop", marks);
  }

  /// Puts `value` in the place of each feature that is one of `marks`, and a column `NAME is
  /// missing` of zeros and ones after each column that has marks. In a one-hot column a mark leaves
  /// all values 0. A label or target that is a mark is an error.
  public CsvOptions fill(float value, String... marks) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException("the option fill: " + value + " is not a finite number");
    }
    return marked(Missing.FILL, value, "fill", marks);
  }

  /// Reads each feature that is one of `marks` as NaN, which an [Imputer] fills with what the
  /// training part shows. A label or target that is a mark is an error.
  public CsvOptions missing(String... marks) {
    return marked(Missing.KEEP, Float.NaN, "missing", marks);
  }

  private CsvOptions marked(Missing way, float value, String option, String... more) {
    if (more.length == 0) {
      throw new IllegalArgumentException(
          "the option " + option + " needs the texts of cells without a value");
    }
    if (missing != null && (missing != way || Float.compare(fill, value) != 0)) {
      throw new IllegalArgumentException(
          missing == Missing.KEEP || way == Missing.KEEP
              ? "the option missing keeps missing values; drop and fill do not go with it"
              : "missing values are dropped or filled with one number, not both");
    }
    Set<String> all = new HashSet<>(marks);
    Stream.of(more).map(String::strip).forEach(all::add);
    return with(o -> {
      o.missing = way;
      o.fill = value;
      o.marks = Collections.unmodifiableSet(all);
    });
  }

  /// Makes of each of the named columns, or of all columns of texts if none is named, as many
  /// columns as it has different texts, `NAME=TEXT`, sorted: 1 in that of the row's text, 0 in the
  /// others.
  ///
  /// A column that is not named and has both numbers and texts is an error. In [CsvTable#read] a
  /// text that was not in the first table is an error; see [#unseenAsZeros].
  ///
  /// The texts are those of the whole file. If it is split afterwards, [#categorical] and a
  /// [OneHotEncoder] take those of the training part.
  public CsvOptions oneHot(String... columns) {
    return texts(false, columns);
  }

  /// Keeps each of the named columns, or all columns of texts if none is named, as one column of
  /// numbers for its texts, which are [Column#categories], sorted: for a [OneHotEncoder] that is
  /// fitted on the training part.
  ///
  /// A column that is not named and has both numbers and texts is an error. In [CsvTable#read]
  /// texts that were not in the first table come after the others.
  public CsvOptions categorical(String... columns) {
    return texts(true, columns);
  }

  private CsvOptions texts(boolean asCategories, String... columns) {
    if (texts != null && categorical != asCategories) {
      throw new IllegalArgumentException(
          "columns of texts are one-hot or categorical, all in one way");
    }
    Set<String> names = new LinkedHashSet<>();
    Stream.of(columns).map(String::strip).forEach(names::add);
    return with(
            o -> {
              o.texts = Collections.unmodifiableSet(names);
              o.categorical = asCategories;
            })
        .unseenFits();
  }

  private CsvOptions unseenFits() {
    if (unseenAsZeros && categorical) {
      throw new IllegalArgumentException(
          "the option unseenAsZeros is for one-hot columns; for categorical ones it is"
              + " OneHotEncoder.ignoreUnknown");
    }
    return this;
  }

  /// Lets [CsvTable#read] make zeros of a one-hot column's text that was not in the first table.
  public CsvOptions unseenAsZeros() {
    return with(o -> o.unseenAsZeros = true).unseenFits();
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

  /// The targets' columns, none for a table with labels.
  List<String> targets() {
    return targets;
  }

  boolean isMark(String cell) {
    return !marks.isEmpty() && marks.contains(cell.strip());
  }

  /// Whether a row is left out if one of its cells is a mark.
  boolean drops(List<String> cells) {
    return missing == Missing.DROP && cells.stream().anyMatch(this::isMark);
  }

  /// What a missing number becomes, NaN if it stays missing.
  float fill() {
    return fill;
  }

  /// Whether a column marks the values that were missing.
  boolean marksFilled() {
    return missing == Missing.FILL;
  }

  /// The named columns of texts.
  Set<String> textColumns() {
    return texts == null ? Set.of() : texts;
  }

  /// Whether each column that holds texts is read as one of texts.
  boolean allTexts() {
    return texts != null && texts.isEmpty();
  }

  /// Whether a column of texts stays one column.
  boolean isCategorical() {
    return categorical;
  }

  boolean unseenIsZeros() {
    return unseenAsZeros;
  }
}
