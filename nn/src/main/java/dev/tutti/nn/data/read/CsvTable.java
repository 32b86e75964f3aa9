package dev.tutti.nn.data.read;

import dev.tutti.nn.data.Column;
import dev.tutti.nn.data.Dataset;
import java.nio.file.Path;
import java.util.List;

/// A table that was read from a file: its rows, and what the rows of another file must fit.
public final class CsvTable {
  private final Dataset data;
  private final int dropped;
  private final CsvOptions options;
  private final List<String> header;
  private final List<CsvColumn.Fitted> fitted;

  CsvTable(
      Dataset data,
      int dropped,
      CsvOptions options,
      List<String> header,
      List<CsvColumn.Fitted> fitted) {
    this.data = data;
    this.dropped = dropped;
    this.options = options;
    this.header = List.copyOf(header);
    this.fitted = List.copyOf(fitted);
  }

  /// The rows.
  public Dataset data() {
    return data;
  }

  /// The name of each feature.
  public List<String> columns() {
    return data.columns().stream().map(Column::name).toList();
  }

  /// How many rows were left out because a value is missing.
  public int dropped() {
    return dropped;
  }

  /// The table in `file`, read as this one was, with its classes and columns: the test part, for
  /// instance. The columns must have the same names in the same order.
  ///
  /// The one-hot columns are those of this table, and so are the columns that mark missing values:
  /// if this table misses none, a missing value is filled without such a column.
  ///
  /// @throws DataError if the columns differ, or a label or a text is not one of this table's
  public CsvTable read(Path file) {
    return new CsvReader(file, options, this).read();
  }

  /// The columns as they are in the file.
  List<String> header() {
    return header;
  }

  /// What each feature's column has become.
  List<CsvColumn.Fitted> fitted() {
    return fitted;
  }
}
