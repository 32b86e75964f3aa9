package dev.tutti.nn.data.read;

import dev.tutti.nn.data.Dataset;
import java.nio.file.Path;

/// Tables from CSV files (RFC 4180, UTF-8, plain or packed with gzip): one column holds the label,
/// as any text, or some hold numbers to predict ([CsvOptions#target]), and every other column holds
/// numbers, or texts that [CsvOptions#oneHot] or [CsvOptions#categorical] is for.
///
/// The classes are the labels that occur, sorted as numbers if all are integers, else as texts. A
/// number is written in decimal, with or without an exponent, and rounded to float32; a cell
/// without one (empty, `NA`, `nan`, `1,5`, beyond float32's range) is an error that names its line
/// and column.
///
/// [#options] says how a table is written. Without options the first line must be certain to be a
/// header ([CsvOptions#header]), and the separator is detected from it ([CsvOptions#separator]).
public final class Csv {
  private Csv() {}

  /// How a table is written, to be read with [CsvOptions#read] or [CsvOptions#table].
  public static CsvOptions options() {
    return CsvOptions.NONE;
  }

  /// The rows of the table that [#table(String)] reads.
  public static Dataset of(String pathAndOptions) {
    return table(pathAndOptions).data();
  }

  /// The table that `PATH`, `PATH#LABEL`, `PATH#OPTION,…` or `PATH#LABEL,OPTION,…` names, split at
  /// the last `#`, unless a file is called all of it.
  ///
  /// The options are those of [CsvOptions]: `header=yes`, `header=no`; `separator=S` with the
  /// character itself or `comma`, `semicolon`, `tab`, `bar`, `blank`; `drop=MARK`;
  /// `fill=VALUE:MARK`; `one-hot` for all columns of texts, `one-hot=COLUMN` for one;
  /// `target=COLUMN` in place of LABEL. The last four may occur more than once.
  ///
  /// @throws IllegalArgumentException if an option's value is not as it must be
  /// @throws DataError if a cell, a row or the header is not
  public static CsvTable table(String pathAndOptions) {
    CsvSpec spec = CsvSpec.of(pathAndOptions);
    return spec.options().table(spec.file());
  }

  /// Raises [IllegalArgumentException] if [#table(String)] would, without reading a file.
  public static void check(String pathAndOptions) {
    CsvSpec.of(pathAndOptions);
  }

  /// The table in `file`, with the labels in its last column.
  ///
  /// @throws DataError if a cell, a row or the header is not as it must be
  public static Dataset read(Path file) {
    return options().read(file);
  }

  /// The table in `file`, with the labels in the column called `label`.
  ///
  /// @throws DataError if a cell, a row or the header is not as it must be
  public static Dataset read(Path file, String label) {
    return options().label(label).read(file);
  }
}
