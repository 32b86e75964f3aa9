package dev.tutti.nn.data;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.Key;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.io.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is fitted on the training part of a table, against scikit-learn's values
/// (`preprocessing.py`) and in its errors.
class PreprocessingTest {
  private static final int TRAIN = 9;
  private static final int TEST = 4;
  private static final Map<String, double[]> EXPECTED = expected();

  private static Map<String, double[]> expected() {
    Map<String, double[]> lines = new HashMap<>();
    try (InputStream in = PreprocessingTest.class.getResourceAsStream("preprocessing.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      text.lines()
          .map(line -> line.split(" "))
          .forEach(words ->
              lines.put(
                  words[0],
                  Arrays.stream(words).skip(2).mapToDouble(Double::parseDouble).toArray()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return lines;
  }

  /// Row k of the script's table of numbers.
  private static float[] numbers(int k) {
    return new float[] {
      (float) ((k * 37 + 11) % 101 / 7.0),
      (float) (1e6 + k * 5 % 7),
      0.1f,
      (float) (((k * 29 + 3) % 53 - 26) * 1e-4),
      0
    };
  }

  private static float[] missing(int k) {
    float[] x = numbers(k);
    return new float[] {
      k % 3 == 1 ? Float.NaN : x[0],
      k % 4 == 2 ? Float.NaN : x[1],
      k == TRAIN + 2 ? Float.NaN : x[3]
    };
  }

  private interface Rows {
    float[] row(int k);
  }

  private static Dataset table(int first, int rows, Rows of) {
    float[][] x = new float[rows][];
    Arrays.setAll(x, i -> of.row(first + i));
    return Dataset.ofTable("t", x, new float[rows]);
  }

  /// Texts as the script's, the categories of both parts in one order.
  private static Dataset texts(int first, int rows) {
    List<Column> columns =
        List.of(
            new Column("colour", List.of("blue", "green", "red")),
            new Column("size", List.of("l", "m", "s", "xl")));
    int[] colours = {2, 1, 0, 2};
    int[] sizes = {2, 1, 0};
    return table(first, rows, k -> new float[2])
        .changed(
            "test",
            columns,
            (i, from, to) -> {
              int k = first + i;
              to[0] = colours[k % 4];
              to[1] = k == TRAIN + 1 ? 3 : sizes[k % 3];
            });
  }

  private static double[] values(Dataset set) {
    float[] x = new float[set.size() * set.elements()];
    for (int i = 0; i < set.size(); i++) {
      set.read(i, x, i * set.elements());
    }
    return IntStream.range(0, x.length).mapToDouble(i -> x[i]).toArray();
  }

  /// @param steps how many roundings to float32 of a value of this size are allowed
  private static void assertNear(String name, double[] actual, double steps) {
    double[] expected = EXPECTED.get(name);
    assertEquals(expected.length, actual.length, name);
    for (int i = 0; i < actual.length; i++) {
      double allowed = steps * 0x1p-24 * Math.max(1, Math.abs(expected[i]));
      assertEquals(expected[i], actual[i], allowed, name + " " + i);
    }
  }

  @Test
  void scalerIsThatOfScikitLearn() {
    Dataset train = table(0, TRAIN, PreprocessingTest::numbers);
    Dataset test = table(TRAIN, TEST, PreprocessingTest::numbers);
    StandardScaler scaler = StandardScaler.fit(train);
    assertNear("scaler/mean", scaler.mean().toDoubles(), 1);
    assertNear("scaler/scale", scaler.scale().toDoubles(), 1);
    assertEquals(1, scaler.scale().toFloats()[2], "a constant column whose sum is not exact");
    assertEquals(1, scaler.scale().toFloats()[4]);
    assertScaled("scaler/train", values(scaler.apply(train)), scaler);
    assertScaled("scaler/test", values(scaler.apply(test)), scaler);
    Tensor halves = Tensor.of(new float[] {.5f, .5f, .5f, .5f, .5f, -2, -2, -2, -2, -2}, 2, 5);
    assertNear("scaler/inverse", scaler.inverse(halves).toDoubles(), 4);
  }

  /// A mean is rounded to float32: in units of the deviation by 2⁻²⁴ of the mean in such units.
  private static void assertScaled(String name, double[] actual, StandardScaler scaler) {
    double[] expected = EXPECTED.get(name);
    assertEquals(expected.length, actual.length, name);
    double[] mean = scaler.mean().div(scaler.scale()).abs().toDoubles();
    for (int i = 0; i < actual.length; i++) {
      double size = Math.max(mean[i % mean.length], Math.abs(expected[i]));
      assertEquals(expected[i], actual[i], 4 * 0x1p-24 * size, name + " " + i);
    }
  }

  @Test
  void scalerIsTheSameForTablesTensorsAndBatches() {
    Dataset train = table(0, TRAIN, PreprocessingTest::numbers);
    StandardScaler scaler = StandardScaler.fit(train);
    float[] flat = new float[TRAIN * 5];
    for (int i = 0; i < TRAIN; i++) {
      train.read(i, flat, 5 * i);
    }
    Tensor x = Tensor.of(flat, TRAIN, 5);
    assertArrayEquals(scaler.mean().toFloats(), StandardScaler.fit(x).mean().toFloats());
    assertArrayEquals(scaler.scale().toFloats(), StandardScaler.fit(x).scale().toFloats());
    double[] scaled = values(scaler.apply(train));
    assertArrayEquals(scaled, scaler.apply(x).toDoubles());
    assertArrayEquals(
        scaled, Batches.of(train, TRAIN).transformed(scaler).batch(0, 0).x().toDoubles());
    Transform normalize = Transform.normalize(scaler.mean().toFloats(), scaler.scale().toFloats());
    assertArrayEquals(scaled, normalize.apply(x, Key.of(0)).toDoubles());
    float[] squares = scaler.scale().mul(scaler.scale()).mul(3).toFloats();
    assertArrayEquals(squares, scaler.inverseVariance(Tensor.full(3, 1, 5)).toFloats(), 1e-5f);
  }

  @Test
  void scalerOfImagesIsPerChannel() {
    byte[][] pixels = {{0, 10, 20, 30, 40, 50}, {60, 70, 80, 90, 100, 110}};
    Dataset images = Dataset.ofImages("i", 1, 3, 2, pixels, new int[2], List.of("a"));
    StandardScaler scaler = StandardScaler.fit(images);
    assertArrayEquals(new float[] {50 / 255f, 60 / 255f}, scaler.mean().toFloats(), 1e-7f);
    double deviation = Math.sqrt((2500 + 900 + 100 + 100 + 900 + 2500) / 6.0) / 255;
    assertEquals(deviation, scaler.scale().toFloats()[0], 1e-7);
    String line = assertThrows(ShapeError.class, () -> scaler.apply(images)).getMessage();
    assertEquals("standard scaler: needs rows of a table, got i: 2 × [1, 3, 2], 1 classes", line);
  }

  @Test
  void scalerAndImputerGoThroughACheckpoint(@TempDir Path folder) {
    Path file = folder.resolve("tables.safetensors");
    Dataset gaps = table(0, TRAIN, PreprocessingTest::missing);
    Imputer imputer = Imputer.mean(gaps).withIndicator();
    StandardScaler scaler = StandardScaler.fit(imputer.apply(gaps));
    Checkpoint.write(file, List.of(imputer, scaler), Map.of());
    Dataset other = table(3, TRAIN, PreprocessingTest::missing);
    Imputer anyImputer = new Imputer(Tensor.zeros(3), Tensor.zeros(3), true, List.of());
    StandardScaler anyScaler = new StandardScaler(Tensor.zeros(5), Tensor.zeros(5));
    List<Record> read = Checkpoint.read(file).into(List.of(anyImputer, anyScaler));
    Imputer imputerAgain = (Imputer) read.get(0);
    StandardScaler scalerAgain = (StandardScaler) read.get(1);
    assertArrayEquals(
        values(scaler.apply(imputer.apply(other))),
        values(scalerAgain.apply(imputerAgain.apply(other))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mean", "median"})
  void imputerIsThatOfScikitLearn(String strategy) {
    Dataset train = table(0, TRAIN, PreprocessingTest::missing);
    Dataset test = table(TRAIN, TEST, PreprocessingTest::missing);
    Imputer imputer =
        (strategy.equals("mean") ? Imputer.mean(train) : Imputer.median(train)).withIndicator();
    assertNear(strategy + "/statistics", imputer.fill().toDoubles(), 1);
    assertNear(strategy + "/train", values(imputer.apply(train)), 1);
    Dataset filled = imputer.apply(test);
    assertNear(strategy + "/test", values(filled), 1);
    assertEquals(
        List.of("c0", "c1", "c2", "c0 is missing", "c1 is missing"),
        filled.columns().stream().map(Column::name).toList());
    double[] plain =
        values(
            new Imputer(imputer.fill(), imputer.missing(), false, imputer.columns()).apply(test));
    assertEquals(3 * TEST, plain.length);
  }

  @Test
  void encoderIsThatOfScikitLearn() {
    Dataset train = texts(0, TRAIN);
    Dataset test = texts(TRAIN, TEST);
    OneHotEncoder encoder = OneHotEncoder.fit(train);
    assertEquals(
        List.of("colour=blue", "colour=green", "colour=red", "size=l", "size=m", "size=s"),
        encoder.columns().stream().map(Column::name).toList());
    assertNear("one-hot/train", values(encoder.apply(train)), 0);
    assertNear("one-hot/test", values(encoder.ignoreUnknown().apply(test)), 0);
    assertError(
        "t: row 1, column \"size\": \"xl\" is not one of the 3 texts of the fitted rows"
            + " (ignoreUnknown() makes zeros of it)",
        () -> encoder.apply(test));
  }

  /// Numbers stay where they are, and a missing text is zeros.
  @Test
  void encoderKeepsTheOrderOfColumns() {
    List<Column> columns =
        List.of(new Column("a"), new Column("t", List.of("x", "y")), new Column("b"));
    float[][] cells = {{1, 1, 2}, {3, Float.NaN, 4}, {5, 0, Float.NaN}};
    Dataset table =
        table(0, 3, k -> new float[1])
            .changed("test", columns, (i, from, to) -> System.arraycopy(cells[i], 0, to, 0, 3));
    Dataset encoded = OneHotEncoder.fit(table).apply(table);
    assertEquals(
        List.of("a", "t=x", "t=y", "b"), encoded.columns().stream().map(Column::name).toList());
    assertArrayEquals(new double[] {1, 0, 1, 2, 3, 0, 0, 4, 5, 1, 0, Double.NaN}, values(encoded));
    Dataset filled = Imputer.mean(table).withIndicator().apply(table);
    assertArrayEquals(
        new double[] {1, 1, 2, 0, 0, 3, Double.NaN, 4, 1, 0, 5, 0, 3, 0, 1}, values(filled));
    assertEquals(List.of("x", "y"), filled.columns().get(1).categories());
  }

  /// Each step is fitted on what the former ones make of the training part, and of it alone.
  @Test
  void stepsAreFittedOneAfterAnother() {
    Dataset train = table(0, TRAIN, PreprocessingTest::missing);
    Dataset test = table(TRAIN, TEST, PreprocessingTest::missing);
    Imputer imputer = Imputer.median(train).withIndicator();
    StandardScaler scaler = StandardScaler.fit(imputer.apply(train));
    Preprocessing both =
        Preprocessing.fit(train, part -> Imputer.median(part).withIndicator(), StandardScaler::fit);
    for (Dataset part : List.of(train, test)) {
      Dataset expected = scaler.apply(imputer.apply(part));
      assertArrayEquals(values(expected), values(both.apply(part)));
      assertEquals(expected.columns(), both.apply(part).columns());
      assertArrayEquals(part.targets().toFloats(), both.apply(part).targets().toFloats());
    }
  }

  /// Numbers of other columns are not scaled or filled as if they were these.
  @Test
  void columnsAreKnownByName() {
    Dataset train = table(0, TRAIN, PreprocessingTest::numbers);
    List<Column> swapped = new ArrayList<>(train.columns());
    Collections.swap(swapped, 0, 2);
    Dataset other =
        train.changed(
            "test", swapped, (i, from, to) -> System.arraycopy(from, 0, to, 0, to.length));
    String line =
        "t: column 0 is \"c2\", the %s was fitted on \"c0\" there; give it columns c0, c1, c2, c3, c4";
    assertError(line.formatted("standard scaler"), () -> StandardScaler.fit(train).apply(other));
    assertError(line.formatted("imputer"), () -> Imputer.mean(train).apply(other));
    StandardScaler nameless = StandardScaler.fit(train.targets());
    assertEquals(List.of(), nameless.columns());
    assertEquals(List.of("c0", "c1", "c2", "c3", "c4"), StandardScaler.fit(train).columns());
  }

  @Test
  void errorsNameColumnValueAndRow() {
    Dataset gaps = table(0, TRAIN, PreprocessingTest::missing);
    Dataset texts = texts(0, TRAIN);
    assertError(
        "t: row 1, column \"c0\" is NaN; an Imputer, before the scaler, fills missing" + " values",
        () -> StandardScaler.fit(gaps));
    assertError(
        "t: column \"colour\" holds texts; a OneHotEncoder comes before the scaler",
        () -> StandardScaler.fit(texts));
    assertError("t: no values to fit a scaler on", () -> StandardScaler.fit(gaps.take(0)));
    Dataset empty = table(0, 2, k -> new float[] {k, Float.NaN});
    assertError(
        "t: column \"c1\" has no value in any of 2 rows to fill missing ones with",
        () -> Imputer.median(empty));
    assertError("t: 2 columns, the imputer was fitted on 3", () -> Imputer.mean(gaps).apply(empty));
    assertError(
        "t: 3 columns, the one-hot encoder was fitted on 2",
        () -> OneHotEncoder.fit(texts).apply(gaps));
    assertError(
        "t: column 0 is \"c0\" of numbers, the one-hot encoder was fitted on \"colour\" of texts",
        () -> OneHotEncoder.fit(texts).apply(empty));
    StandardScaler scaler = StandardScaler.fit(table(0, TRAIN, PreprocessingTest::numbers));
    List<String> lines = new ArrayList<>();
    lines.add(assertThrows(ShapeError.class, () -> scaler.apply(gaps)).getMessage());
    lines.add(assertThrows(ShapeError.class, () -> scaler.apply(Tensor.ones(2, 4))).getMessage());
    lines.add(
        assertThrows(ShapeError.class, () -> StandardScaler.fit(Tensor.ones(3))).getMessage());
    assertEquals(
        List.of(
            "standard scaler: was fitted on 5 columns, got [3]",
            "standard scaler: was fitted on 5 columns, got [2, 4]",
            "standard scaler: got float32[3]; floats [N, F] are needed"),
        lines);
  }
}
