package dev.tutti.nn.data;

import java.util.List;

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

  /// {@return whether the values stand for texts}
  public boolean isCategorical() {
    return !categories.isEmpty();
  }
}
