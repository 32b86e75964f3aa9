package dev.tutti.nn.data;

import dev.tutti.engine.Tensor;
import dev.tutti.nn.io.DataError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Fills missing values (NaN) of a table with the mean or the median of their column in the data
/// that it was fitted on: scikit-learn's `SimpleImputer`.
///
/// It is fitted on the training part alone and applied to all parts. A missing text of a
/// categorical column stays missing: [OneHotEncoder] makes zeros of it. It is a tree of two
/// tensors, so a checkpoint or a state dict can hold it.
///
/// {@snippet :
/// float[][] x = {{1, Float.NaN}, {2, 20}, {Float.NaN, 30}, {6, 70}};
/// Dataset table = Dataset.ofTable("t", x, new float[] {1, 2, 3, 4});
/// Dataset filled = Imputer.median(table).withIndicator().apply(table);
/// List<Column> columns = filled.columns(); // c0, c1, c0 is missing, c1 is missing
/// }
///
/// @param fill what replaces a missing value of each column, `[F]`; NaN for a categorical one
/// @param missing 1 for each column that missed a value when this was fitted, else 0, `[F]`
/// @param addIndicator whether columns that mark missing values are added
/// @param columns the names of the columns that it was fitted on, which a table that it is applied
///   to must have in this order
public record Imputer(Tensor fill, Tensor missing, boolean addIndicator, List<String> columns)
    implements Preprocessing {
  private interface Statistic {
    double of(double[] values);
  }

  /// {@return an imputer of the columns' means}
  ///
  /// @throws DataError if a column has no value
  public static Imputer mean(Dataset train) {
    return fit(train, values -> Arrays.stream(values).sum() / values.length);
  }

  /// {@return an imputer of the columns' medians: of an even number of values the mean of the two
  /// in the middle}
  ///
  /// @throws DataError if a column has no value
  public static Imputer median(Dataset train) {
    return fit(
        train,
        values -> {
          Arrays.sort(values);
          return (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
        });
  }

  private static Imputer fit(Dataset train, Statistic statistic) {
    train.requireTable("imputer");
    List<Column> columns = train.columns();
    double[][] values = new double[columns.size()][train.size()];
    int[] counts = new int[values.length];
    float[] row = new float[values.length];
    for (int i = 0; i < train.size(); i++) {
      train.read(i, row, 0);
      for (int c = 0; c < row.length; c++) {
        if (!Float.isNaN(row[c])) {
          values[c][counts[c]++] = row[c];
        }
      }
    }
    float[] fill = new float[values.length];
    float[] missing = new float[values.length];
    for (int c = 0; c < fill.length; c++) {
      Column column = columns.get(c);
      if (counts[c] == 0 && !column.isCategorical()) {
        throw new DataError(
            "%s: column %s has no value in any of %d rows to fill missing ones with"
                .formatted(train.name(), DataError.quoted(column.name()), train.size()));
      }
      fill[c] =
          column.isCategorical()
              ? Float.NaN
              : (float) statistic.of(Arrays.copyOf(values[c], counts[c]));
      missing[c] = counts[c] < train.size() ? 1 : 0;
    }
    return new Imputer(Tensor.of(fill), Tensor.of(missing), false, Column.names(train));
  }

  /// {@return this imputer, which adds a column `NAME is missing` of zeros and ones for each column
  /// that missed a value when it was fitted, behind all others and in their order}
  public Imputer withIndicator() {
    return new Imputer(fill, missing, true, columns);
  }

  /// {@return the table with its missing values filled, in memory; a column that missed none when
  /// this was fitted is filled too}
  ///
  /// @throws DataError if the table has another number of columns, other names or another order
  @Override
  public Dataset apply(Dataset table) {
    table.requireTable("imputer");
    float[] fills = fill.toFloats();
    if (table.elements() != fills.length) {
      throw new DataError(
          "%s: %d columns, the imputer was fitted on %d"
              .formatted(table.name(), table.elements(), fills.length));
    }
    Column.requireNames("imputer", columns, table);
    int[] marked = marked();
    List<Column> made = new ArrayList<>(table.columns());
    for (int c : marked) {
      made.add(new Column(table.columns().get(c).name() + " is missing"));
    }
    return table.changed(
        "imputer",
        made,
        (i, from, to) -> {
          for (int c = 0; c < fills.length; c++) {
            to[c] = Float.isNaN(from[c]) ? fills[c] : from[c];
          }
          for (int k = 0; k < marked.length; k++) {
            to[fills.length + k] = Float.isNaN(from[marked[k]]) ? 1 : 0;
          }
        });
  }

  /// The columns that an indicator is added for.
  private int[] marked() {
    float[] marks = missing.toFloats();
    int[] all = new int[marks.length];
    int n = 0;
    for (int c = 0; c < marks.length && addIndicator; c++) {
      if (marks[c] == 1) {
        all[n++] = c;
      }
    }
    return Arrays.copyOf(all, n);
  }
}
