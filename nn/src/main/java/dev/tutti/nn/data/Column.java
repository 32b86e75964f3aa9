package dev.tutti.nn.data;

import dev.tutti.nn.io.DataError;
import java.util.List;
import java.util.stream.IntStream;

/// A column of a table: a feature.
///
/// @param name its name
/// @param categories empty for a column of numbers; else the texts that its values are the numbers
///   of, from 0, until [OneHotEncoder] makes columns of them. In both, NaN is a missing value.
public record Column(String name, List<String> categories) {
  /// Keeps a copy of the categories.
  public Column {
    categories = List.copyOf(categories);
  }

  /// A column of numbers.
  public Column(String name) {
    this(name, List.of());
  }

  /// {@return columns of numbers for the cells of these rows: `c0`, `c1`, …}
  static List<Column> numbered(float[][] rows) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    return IntStream.range(0, width).mapToObj(c -> new Column("c" + c)).toList();
  }

  /// {@return the names of a data set's columns; none for images}
  static List<String> names(Dataset data) {
    return data.columns().stream().map(Column::name).toList();
  }

  /// Checks that a table has the columns that something was fitted on, in their order: numbers of
  /// other columns would be taken for theirs.
  ///
  /// @param fitted their names; none if they had none
  /// @throws DataError if it has not
  static void requireNames(String fit, List<String> fitted, Dataset table) {
    List<String> names = names(table);
    for (int c = 0; c < fitted.size() && !names.isEmpty(); c++) {
      String found = c < names.size() ? DataError.quoted(names.get(c)) : "missing";
      if (c >= names.size() || !names.get(c).equals(fitted.get(c))) {
        throw new DataError(
            "%s: column %d is %s, the %s was fitted on %s there; give it columns %s"
                .formatted(
                    table.name(),
                    c,
                    found,
                    fit,
                    DataError.quoted(fitted.get(c)),
                    String.join(", ", fitted)));
      }
    }
  }

  /// {@return whether the values stand for texts}
  public boolean isCategorical() {
    return !categories.isEmpty();
  }
}
