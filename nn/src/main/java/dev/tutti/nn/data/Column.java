package dev.tutti.nn.data;

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

  /// {@return whether the values stand for texts}
  public boolean isCategorical() {
    return !categories.isEmpty();
  }
}
