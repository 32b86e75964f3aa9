package dev.tutti.nn.data.read;

import dev.tutti.nn.data.Column;
import dev.tutti.nn.io.DataError;
import java.util.ArrayList;
import java.util.List;

/// A feature's column: numbers, or texts that become a column of zeros and ones each or stay one
/// column.
final class CsvColumn {
  /// What a column has become once a table is read.
  ///
  /// @param texts the texts of a column of texts, in order, or null for numbers
  /// @param misses whether a column that marks missing values follows
  record Fitted(List<String> texts, boolean misses) {}

  private final CsvOptions options;
  private final CsvTexts texts; // of a column that has texts, or may have them
  private final boolean seen; // whether its values show if it has texts
  private final boolean fitted;
  private Boolean holdsTexts; // null until a value shows it
  private String firstCell; // that value
  private long firstLine;
  private boolean misses;

  /// A column of a first table.
  CsvColumn(CsvOptions options, boolean named, Charge charge) {
    this.options = options;
    this.texts = named || options.allTexts() ? new CsvTexts(charge) : null;
    this.seen = texts != null && !named;
    this.holdsTexts = seen ? null : (Boolean) named;
    this.fitted = false;
  }

  /// A column that is read as that of a first table was.
  CsvColumn(CsvOptions options, Fitted fitted, Charge charge) {
    this.options = options;
    this.texts =
        fitted.texts == null ? null : new CsvTexts(charge, fitted.texts, options.isCategorical());
    this.seen = false;
    this.holdsTexts = texts != null;
    this.misses = fitted.misses;
    this.fitted = true;
  }

  /// Whether some value was a number, so that a name above it is not one of its values.
  boolean holdsNumbers() {
    return holdsTexts != null && !holdsTexts;
  }

  /// Takes in a value that is missing.
  float missing() {
    misses |= !fitted && options.marksFilled();
    return Float.NaN;
  }

  /// The number in `cell`, or that of its text.
  ///
  /// @throws CellError if it is neither
  float value(String cell, long line) throws CellError {
    if (seen) {
      decide(cell.strip(), line);
    }
    return holdsTexts ? code(cell.strip()) : number(cell);
  }

  private void decide(String text, long line) throws CellError {
    boolean isText = !Decimals.isNumber(text);
    if (isText && Decimals.hasComma(text)) {
      throw notANumber(text);
    }
    if (holdsTexts == null) {
      holdsTexts = isText;
      firstCell = text;
      firstLine = line;
    } else if (holdsTexts != isText) {
      throw new CellError(
          "%s is %s number, line %d has %s; the options drop and fill are for missing values, a"
                  .formatted(
                      DataError.quoted(text),
                      isText ? "not a" : "a",
                      firstLine,
                      DataError.quoted(firstCell))
              + " column of both is named in one-hot");
    }
  }

  private float code(String text) throws CellError {
    if (text.isEmpty()) {
      throw new CellError("no value; the options drop and fill are for missing values");
    }
    int code = texts.code(text);
    if (code == CsvTexts.TOO_MANY) {
      throw new CellError("more than %d different texts".formatted(CsvTexts.MOST));
    }
    if (code == CsvTexts.UNKNOWN && !options.unseenIsZeros()) {
      throw new CellError(
          DataError.quoted(text) + " is not one of the first table's texts (option unseenAsZeros)");
    }
    return code;
  }

  /// The number in `cell`.
  ///
  /// @throws CellError if it is not one
  static float number(String cell) throws CellError {
    int small = Decimals.small(cell);
    if (small >= 0) {
      return small; // rounded to float32 just once, and far faster than the rest
    }
    String text = cell.strip();
    if (text.isEmpty()) {
      throw new CellError(
          "no value; a number was expected (the options drop and fill are for missing values)");
    }
    if (!Decimals.isNumber(text)) {
      throw notANumber(text);
    }
    float value = Float.parseFloat(text);
    if (Float.isInfinite(value)) {
      throw new CellError(DataError.quoted(text) + " is beyond float32's range");
    }
    return value;
  }

  private static CellError notANumber(String text) {
    return new CellError(
        DataError.quoted(text)
            + (Decimals.hasComma(text)
                ? " is not a number; a point, not a comma, must come before the fraction"
                : " is not a number (the options drop and fill are for missing values, one-hot is"
                    + " for texts)"));
  }

  Fitted fitted() {
    boolean isText = holdsTexts != null && holdsTexts;
    return new Fitted(isText ? texts.inOrder() : null, misses);
  }

  /// How the values that [#value] and [#missing] gave become those of the final columns.
  Spread spread() {
    Fitted end = fitted();
    return new Spread(end, end.texts == null ? null : texts.places(end.texts), options);
  }

  /// Writes a value as those of one or more columns.
  record Spread(Fitted column, int[] places, CsvOptions options) {
    private boolean isOneHot() {
      return places != null && !options.isCategorical();
    }

    int width() {
      return (isOneHot() ? places.length : 1) + (column.misses ? 1 : 0);
    }

    boolean isPlain() {
      return places == null && !column.misses;
    }

    /// The columns, for a column called `name`.
    List<Column> columns(String name) {
      List<Column> columns = new ArrayList<>();
      if (isOneHot()) {
        column.texts.forEach(text -> columns.add(new Column(name + "=" + text)));
      } else {
        columns.add(places == null ? new Column(name) : new Column(name, column.texts));
      }
      if (column.misses) {
        columns.add(new Column(name + " is missing"));
      }
      return columns;
    }

    /// Writes the columns' values to `to`, which is 0 there, from `at` on.
    void write(float value, float[] to, int at) {
      boolean missing = Float.isNaN(value);
      if (isOneHot()) {
        if (!missing && value >= 0) {
          to[at + places[(int) value]] = 1;
        }
      } else if (missing) {
        to[at] = places == null ? options.fill() : Float.NaN;
      } else {
        to[at] = places == null ? value : places[(int) value];
      }
      if (missing && column.misses) {
        to[at + width() - 1] = 1;
      }
    }
  }

  /// What is wrong with a cell, without its place.
  static final class CellError extends Exception {
    private static final long serialVersionUID = 1L;

    CellError(String found) {
      super(found, null, false, false);
    }
  }
}
