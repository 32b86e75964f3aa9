package dev.tutti.nn.data;

import dev.tutti.nn.io.DataError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Makes columns of zeros and ones, `NAME=TEXT`, of each categorical column of a table, for the
/// texts that occur in the data that it was fitted on: scikit-learn's `OneHotEncoder`.
///
/// It is fitted on the training part alone and applied to all parts. The new columns are in the
/// place of the old one, sorted as its categories are; other columns stay as they are. A missing
/// text becomes zeros. A text that did not occur is an error, or zeros with [#ignoreUnknown].
///
/// [dev.tutti.nn.data.read.CsvOptions#categorical] reads such columns.
public final class OneHotEncoder implements Preprocessing {
  private final List<Column> fitted; // with the texts that occurred
  private final boolean ignoreUnknown;

  private OneHotEncoder(List<Column> fitted, boolean ignoreUnknown) {
    this.fitted = fitted;
    this.ignoreUnknown = ignoreUnknown;
  }

  /// {@return the encoder of the texts that occur in `train`}
  ///
  /// @throws DataError if a categorical column has no text in any row
  public static OneHotEncoder fit(Dataset train) {
    train.requireTable("one-hot encoder");
    List<Column> columns = train.columns();
    boolean[][] occurs = new boolean[columns.size()][];
    Arrays.setAll(occurs, c -> new boolean[columns.get(c).categories().size()]);
    float[] row = new float[occurs.length];
    for (int i = 0; i < train.size(); i++) {
      train.read(i, row, 0);
      for (int c = 0; c < row.length; c++) {
        if (columns.get(c).isCategorical() && !Float.isNaN(row[c])) {
          occurs[c][(int) row[c]] = true;
        }
      }
    }
    List<Column> fitted = new ArrayList<>();
    for (int c = 0; c < occurs.length; c++) {
      Column column = columns.get(c);
      List<String> texts = new ArrayList<>();
      for (int code = 0; code < occurs[c].length; code++) {
        if (occurs[c][code]) {
          texts.add(column.categories().get(code));
        }
      }
      if (column.isCategorical() && texts.isEmpty()) {
        throw new DataError(
            "%s: column %s has no text in any of %d rows"
                .formatted(train.name(), DataError.quoted(column.name()), train.size()));
      }
      fitted.add(new Column(column.name(), texts));
    }
    return new OneHotEncoder(fitted, false);
  }

  /// {@return this encoder, which makes zeros of a text that did not occur: scikit-learn's
  /// `handle_unknown="ignore"`}
  public OneHotEncoder ignoreUnknown() {
    return new OneHotEncoder(fitted, true);
  }

  /// {@return the columns that it makes, in order}
  public List<Column> columns() {
    List<Column> made = new ArrayList<>();
    for (Column column : fitted) {
      if (column.isCategorical()) {
        column.categories().forEach(text -> made.add(new Column(column.name() + "=" + text)));
      } else {
        made.add(column);
      }
    }
    return made;
  }

  /// {@return the table with columns of numbers only, in memory}
  ///
  /// @throws DataError if the columns are not those that it was fitted on, or a text did not occur
  ///   there: the line names column, text and row
  @Override
  public Dataset apply(Dataset table) {
    table.requireTable("one-hot encoder");
    List<Column> columns = table.columns();
    if (columns.size() != fitted.size()) {
      throw new DataError(
          "%s: %d columns, the one-hot encoder was fitted on %d"
              .formatted(table.name(), columns.size(), fitted.size()));
    }
    int[][] places = new int[fitted.size()][]; // null for a column of numbers
    for (int c = 0; c < places.length; c++) {
      places[c] = places(table, c);
    }
    return table.changed(
        "one-hot encoder",
        columns(),
        (i, from, to) -> {
          int at = 0;
          for (int c = 0; c < from.length; c++) {
            if (places[c] == null) {
              to[at++] = from[c];
            } else {
              int place = Float.isNaN(from[c]) ? -1 : places[c][(int) from[c]];
              if (place >= 0) {
                to[at + place] = 1;
              } else if (!Float.isNaN(from[c]) && !ignoreUnknown) {
                throw unknown(table, i, c, (int) from[c]);
              }
              at += fitted.get(c).categories().size();
            }
          }
        });
  }

  /// For each category of the table's column its place among the fitted ones, −1 for none.
  private int[] places(Dataset table, int c) {
    Column column = table.columns().get(c);
    Column known = fitted.get(c);
    if (!column.name().equals(known.name()) || column.isCategorical() != known.isCategorical()) {
      throw new DataError(
          "%s: column %d is %s, the one-hot encoder was fitted on %s"
              .formatted(table.name(), c, described(column), described(known)));
    }
    if (!column.isCategorical()) {
      return null;
    }
    Map<String, Integer> places = new HashMap<>();
    known.categories().forEach(text -> places.put(text, places.size()));
    return column.categories().stream().mapToInt(text -> places.getOrDefault(text, -1)).toArray();
  }

  private static String described(Column column) {
    return DataError.quoted(column.name()) + (column.isCategorical() ? " of texts" : " of numbers");
  }

  private DataError unknown(Dataset table, int row, int c, int code) {
    Column column = table.columns().get(c);
    return new DataError(
        ("%s: row %d, column %s: %s is not one of the %d texts of the fitted rows (ignoreUnknown()"
                + " makes zeros of it)")
            .formatted(
                table.name(),
                row,
                DataError.quoted(column.name()),
                DataError.quoted(column.categories().get(code)),
                fitted.get(c).categories().size()));
  }
}
