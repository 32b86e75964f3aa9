package dev.tutti.nn.data.read;

import dev.tutti.nn.data.Column;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.DataError;
import dev.tutti.nn.io.Memory;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One reading of one table.
final class CsvReader {
  private final Path file;
  private final CsvOptions options;
  private final CsvTable like;
  private final Charge charge;
  private CsvHeader header;
  private CsvColumn[] columns; // of the features
  private CsvTexts classes; // null for regression
  private final List<float[]> rows = new ArrayList<>();
  private int[] labels = new int[64];
  private final List<float[]> targets = new ArrayList<>();
  private int dropped;

  /// @param like the table whose columns and classes the new one must have, or null
  CsvReader(Path file, CsvOptions options, CsvTable like) {
    this.file = file;
    this.options = options;
    this.like = like;
    this.charge = new Charge(file.toString());
  }

  CsvTable read() {
    try (ByteInput in = ByteInput.open(file)) {
      Reader reader = new InputStreamReader(in.stream(), StandardCharsets.UTF_8);
      CsvRecords records = new CsvRecords(file, reader, options.separator(), charge);
      List<String> first = records.next();
      if (first == null) {
        throw DataError.at(file, "holds blank lines only; a header line was expected");
      }
      start(first, records.separator());
      if (Boolean.FALSE.equals(options.header())) {
        add(first, records.line());
      }
      for (List<String> cells = records.next(); cells != null; cells = records.next()) {
        add(cells, records.line());
      }
    }
    return table();
  }

  private void start(List<String> first, char separator) {
    header = CsvHeader.of(file, options, separator, first, like == null ? null : like.header());
    header.requireFeatures(options.textColumns(), options.targets().isEmpty() ? "label" : "target");
    first.forEach(name -> charge.add(2 * Charge.text(name.length())));
    if (options.targets().isEmpty()) {
      classes =
          like == null ? new CsvTexts(charge) : new CsvTexts(charge, like.data().classes(), false);
    }
    columns = new CsvColumn[first.size() - header.answers().size()];
    List<String> names = header.stripped();
    for (int c = 0, f = 0; c < first.size(); c++) {
      if (header.isFeature(c)) {
        charge.add(64);
        columns[f] =
            like == null
                ? new CsvColumn(options, options.textColumns().contains(names.get(c)), charge)
                : new CsvColumn(options, like.fitted().get(f), charge);
        f++;
      }
    }
  }

  private void add(List<String> cells, long line) {
    int width = header.names().size();
    if (cells.size() != width) {
      boolean named = !Boolean.FALSE.equals(options.header());
      throw DataError.at(
          file,
          "line %d: %s, %s has %d"
              .formatted(
                  line,
                  DataError.counted(cells.size(), "cell"),
                  named ? "the header" : "the first line",
                  width));
    }
    if (options.drops(cells)) {
      dropped++;
      return;
    }
    charge.add(Memory.array(4L * columns.length) + 8);
    float[] row = new float[columns.length];
    for (int c = 0, f = 0; c < width; c++) {
      if (header.isFeature(c)) {
        row[f] = value(columns[f], c, cells.get(c), line);
        f++;
      }
    }
    if (classes == null) {
      targets.add(targets(cells, line));
    } else {
      int n = rows.size();
      if (n == labels.length) {
        labels = Arrays.copyOf(labels, 2 * n);
      }
      labels[n] = label(cells.get(header.answers().getFirst()).strip(), line);
    }
    rows.add(row);
  }

  private float[] targets(List<String> cells, long line) {
    List<Integer> places = header.answers();
    charge.add(Memory.array(4L * places.size()) + 8);
    float[] values = new float[places.size()];
    for (int t = 0; t < values.length; t++) {
      int c = places.get(t);
      if (options.isMark(cells.get(c))) {
        throw cellError(line, c, "no target");
      }
      try {
        values[t] = CsvColumn.number(cells.get(c));
      } catch (CsvColumn.CellError e) {
        throw cellError(line, c, e.getMessage());
      }
    }
    return values;
  }

  private float value(CsvColumn column, int c, String cell, long line) {
    if (options.isMark(cell)) {
      return column.missing();
    }
    try {
      return column.value(cell, line);
    } catch (CsvColumn.CellError e) {
      throw cellError(line, c, e.getMessage());
    }
  }

  private int label(String text, long line) {
    int column = header.answers().getFirst();
    if (text.isEmpty() || options.isMark(text)) {
      throw cellError(line, column, "no label");
    }
    int code = classes.code(text);
    if (code == CsvTexts.TOO_MANY) {
      throw DataError.at(
          file,
          "the label column %s has more than %d different values; does it hold classes?"
              .formatted(header.shown(column), CsvTexts.MOST));
    }
    if (code == CsvTexts.UNKNOWN) {
      throw cellError(
          line, column, DataError.quoted(text) + " is not one of the first table's labels");
    }
    return code;
  }

  private DataError cellError(long line, int column, String found) {
    return DataError.at(
        file, "line %d, column %s: %s".formatted(line, header.shown(column), found));
  }

  private CsvTable table() {
    requireHeader();
    if (rows.isEmpty()) {
      throw DataError.at(
          file,
          dropped == 0
              ? "holds a header line and no rows"
              : "each of its %s misses a value; none is left"
                  .formatted(DataError.counted(dropped, "row")));
    }
    List<Column> made = new ArrayList<>();
    List<CsvColumn.Spread> spreads = new ArrayList<>();
    long width = spreads(made, spreads);
    if (!spreads.stream().allMatch(CsvColumn.Spread::isPlain)) {
      spread(spreads, width);
    }
    float[][] features = rows.toArray(float[][]::new);
    return new CsvTable(
        classes == null ? regression(made, features) : classification(made, features),
        dropped,
        options,
        header.stripped(),
        Arrays.stream(columns).map(CsvColumn::fitted).toList());
  }

  private Dataset regression(List<Column> made, float[][] features) {
    List<String> names = header.stripped();
    return Dataset.ofOwnedTable(
        name(),
        made,
        features,
        targets.toArray(float[][]::new),
        header.answers().stream().map(names::get).toList());
  }

  private Dataset classification(List<Column> made, float[][] features) {
    List<String> names = classes.inOrder();
    requireClasses(names);
    int[] places = classes.places(names);
    int[] indices = new int[features.length];
    Arrays.setAll(indices, i -> places[labels[i]]);
    return Dataset.ofOwnedTable(name(), made, features, indices, names);
  }

  /// Numbers of which one has a fraction are measured, not names of classes.
  private void requireClasses(List<String> names) {
    if (like == null && names.stream().allMatch(Decimals::isNumber)) {
      for (String name : names) {
        if (Double.parseDouble(name) % 1 != 0) {
          throw DataError.at(
              file,
              ("the label column %s holds numbers such as %s; classes are whole numbers or texts,"
                      + " the option target is for numbers to predict")
                  .formatted(header.shown(header.answers().getFirst()), name));
        }
      }
    }
  }

  /// If it is not certain that line 1 is a header, a name over a column of numbers must show it.
  private void requireHeader() {
    boolean certain = header.certain();
    for (int c = 0, f = 0; c < header.names().size(); c++) {
      if (header.isFeature(c)) {
        certain |= columns[f].holdsNumbers() && header.isName(c);
        f++;
      }
    }
    if (!certain) {
      throw header.looksLikeData();
    }
  }

  /// Finds the final columns, and returns how many they are.
  private long spreads(List<Column> made, List<CsvColumn.Spread> spreads) {
    List<String> all = header.stripped();
    long width = 0;
    for (int c = 0, f = 0; c < all.size(); c++) {
      if (header.isFeature(c)) {
        CsvColumn.Spread spread = columns[f++].spread();
        width += spread.width();
        if (width > CsvRecords.MOST_CELLS) {
          throw DataError.at(
              file, "more than %d columns with the one-hot ones".formatted(CsvRecords.MOST_CELLS));
        }
        spreads.add(spread);
        List<Column> more = spread.columns(all.get(c));
        more.forEach(column -> charge.add(Charge.text(column.name().length())));
        made.addAll(more);
      }
    }
    return width;
  }

  private void spread(List<CsvColumn.Spread> spreads, long width) {
    charge.add(rows.size() * 4L * Math.max(0, width - columns.length));
    for (int i = 0; i < rows.size(); i++) {
      float[] from = rows.get(i);
      float[] to = new float[(int) width];
      int at = 0;
      for (int f = 0; f < from.length; f++) {
        spreads.get(f).write(from[f], to, at);
        at += spreads.get(f).width();
      }
      rows.set(i, to);
    }
  }

  /// The file's name without the ending that gives its format.
  private String name() {
    String name = DataError.fileName(file);
    String unpacked = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    int dot = unpacked.lastIndexOf('.');
    return dot > 0 ? unpacked.substring(0, dot) : unpacked;
  }
}
