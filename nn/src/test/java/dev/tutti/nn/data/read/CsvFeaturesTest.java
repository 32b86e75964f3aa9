package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static dev.tutti.nn.data.read.DataFiles.concat;
import static dev.tutti.nn.data.read.DataFiles.gzip;
import static dev.tutti.nn.data.read.DataFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.DataError;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Missing values, texts among the features, test parts, and packed tables.
class CsvFeaturesTest {
  private static final String TRAIN =
      "age,job,sex,kind\n39,clerk,m,a\n?,smith,f,b\n50,?,f,a\n28,baker,m,b\n";

  @TempDir Path folder;

  private Path file(String name, String text) {
    return write(folder.resolve(name), text);
  }

  private static float[][] rows(Dataset set) {
    float[][] rows = new float[set.size()][];
    Arrays.setAll(rows, i -> CsvTest.row(set, i));
    return rows;
  }

  private static void assertRows(float[][] expected, Dataset set) {
    assertArrayEquals(expected, rows(set));
  }

  @Test
  void rowsWithMissingValuesAreDroppedAndCounted() {
    Path file = file("t.csv", "x,y,l\n1,?,a\n2,3,a\n NA ,4,b\n5,6,?\n7,8,b\n");
    CsvTable table = Csv.options().drop("?", "NA").table(file);
    assertEquals(3, table.dropped());
    assertRows(new float[][] {{2, 3}, {7, 8}}, table.data());
    assertEquals(List.of("a", "b"), table.data().classes());
    assertEquals(3, Csv.table(file + "#l,drop=?,drop=NA").dropped());
    Path empty = file("e.csv", "x,y,l\n1,,a\n2, ,b\n3,4,b\n");
    assertEquals(2, Csv.table(empty + "#drop=").dropped());
    Path none = file("n.csv", "x,y,l\n1,?,a\n?,2,a\n");
    assertError(
        none + ": each of its 2 rows misses a value; none is left",
        () -> Csv.options().drop("?").read(none));
    // Marks may be numbers.
    assertEquals(
        1, Csv.options().drop("-999").table(file("m.csv", "x,l\n-999,a\n1,b\n")).dropped());
  }

  @Test
  void missingValuesAreFilledAndMarked() {
    Path file = file("t.csv", "x,y,z,l\n1,?,3,a\n2,3,4,a\n,4,5,b\n");
    CsvTable table = Csv.options().fill(-1, "?", "").table(file);
    assertEquals(List.of("x", "x is missing", "y", "y is missing", "z"), table.columns());
    assertRows(new float[][] {{1, 0, -1, 1, 3}, {2, 0, 3, 0, 4}, {-1, 1, 4, 0, 5}}, table.data());
    assertRows(rows(table.data()), Csv.of(file + "#fill=-1:?,fill=-1:"));
    assertError(
        folder + "/l.csv: line 3, column \"l\": no label",
        () -> Csv.options().fill(0, "?").read(file("l.csv", "x,l\n1,a\n2,?\n")));
  }

  @Test
  void missingValuesGoOneWay() {
    String line = "missing values are dropped or filled with one number, not both";
    for (String options : List.of("drop=?,fill=0:NA", "fill=0:?,fill=1:NA", "fill=0:?,drop=NA")) {
      assertEquals(
          line,
          assertThrows(IllegalArgumentException.class, () -> Csv.of("t.csv#" + options))
              .getMessage());
    }
    assertThrows(IllegalArgumentException.class, () -> Csv.options().drop());
    assertThrows(IllegalArgumentException.class, () -> Csv.options().fill(Float.NaN, "?"));
  }

  @Test
  void textsBecomeColumnsOfZerosAndOnes() {
    CsvTable table = Csv.options().drop("?").oneHot().table(file("t.csv", TRAIN));
    assertEquals(List.of("age", "job=baker", "job=clerk", "sex=m"), table.columns());
    assertRows(new float[][] {{39, 0, 1, 1}, {28, 1, 0, 1}}, table.data());
    CsvTable filled = Csv.options().fill(0, "?").oneHot().table(file("t.csv", TRAIN));
    assertEquals(
        List.of(
            "age",
            "age is missing",
            "job=baker",
            "job=clerk",
            "job=smith",
            "job is missing",
            "sex=f",
            "sex=m"),
        filled.columns());
    assertArrayEquals(new float[] {0, 1, 0, 0, 1, 0, 1, 0}, CsvTest.row(filled.data(), 1));
    assertArrayEquals(new float[] {50, 0, 0, 0, 0, 1, 1, 0}, CsvTest.row(filled.data(), 2));
  }

  @Test
  void columnsOfNumbersAreOneHotIfTheyAreNamed() {
    Path file = file("t.csv", "zip,x,l\n10,1,a\n9,2,b\n10,3,b\n");
    CsvTable table = Csv.options().oneHot("zip").table(file);
    assertEquals(List.of("zip=9", "zip=10", "x"), table.columns());
    assertRows(new float[][] {{0, 1, 1}, {1, 0, 2}, {0, 1, 3}}, table.data());
    assertRows(rows(table.data()), Csv.of(file + "#one-hot=zip"));
    assertError(
        file + ": no column is called \"zap\"; the header has \"zip\", \"x\", \"l\"",
        () -> Csv.options().oneHot("zap").read(file));
    assertError(
        file + ": the column \"l\" holds the labels", () -> Csv.options().oneHot("l").read(file));
  }

  @Test
  void aColumnOfNumbersAndTextsIsNotGuessedAt() {
    String rest =
        "; the options drop and fill are for missing values, a column of both is named in one-hot";
    Path number = file("t.csv", "x,y,l\n1,2,a\n?,3,b\n");
    assertError(
        number + ": line 3, column \"x\": \"?\" is not a number, line 2 has \"1\"" + rest,
        () -> Csv.options().oneHot().read(number));
    Path text = file("u.csv", "x,y,l\n?,2,a\n1,3,b\n");
    assertError(
        text + ": line 3, column \"x\": \"1\" is a number, line 2 has \"?\"" + rest,
        () -> Csv.options().oneHot().read(text));
  }

  /// With texts among the features, only a name above a column of numbers shows a header.
  @Test
  void tablesOfTextsNeedAWordOnTheHeader() {
    Path file = file("t.csv", "p,x,s\ne,y,s\np,x,t\n");
    String line =
        assertThrows(DataError.class, () -> Csv.options().oneHot().read(file)).getMessage();
    assertEquals(
        file
            + ": line 1 looks like data, not like a header: \"p\", \"x\", \"s\"; the option header"
            + " says which it is (header=no or header=yes)",
        line);
    assertEquals(3, Csv.of(file + "#0,header=no,one-hot").size());
    assertEquals(2, Csv.of(file + "#header=yes,one-hot").size());
  }

  @Test
  void aTestPartIsReadAsTheTrainingPartWas() {
    CsvTable train = Csv.options().drop("?").oneHot().table(file("t.csv", TRAIN));
    Path test = file("test.csv", "age,job,sex,kind\n1,baker,m,b\n2,clerk,m,b\n?,clerk,m,b\n");
    CsvTable read = train.read(test);
    assertEquals(train.columns(), read.columns());
    assertEquals(List.of("a", "b"), read.data().classes());
    assertArrayEquals(new int[] {1, 1}, read.data().labels());
    assertEquals(1, read.dropped());
    assertRows(new float[][] {{1, 1, 0, 1}, {2, 0, 1, 1}}, read.data());
    Path unseen = file("unseen.csv", "age,job,sex,kind\n1,smith,m,b\n");
    assertError(
        unseen
            + ": line 2, column \"job\": \"smith\" is not one of the first table's texts (option"
            + " unseenAsZeros)",
        () -> train.read(unseen));
    CsvTable zeros = Csv.options().drop("?").oneHot().unseenAsZeros().table(file("t.csv", TRAIN));
    assertRows(new float[][] {{1, 0, 0, 1}}, zeros.read(unseen).data());
    Path label = file("label.csv", "age,job,sex,kind\n1,clerk,m,c\n");
    assertError(
        label + ": line 2, column \"kind\": \"c\" is not one of the first table's labels",
        () -> train.read(label));
    Path order = file("order.csv", "job,age,sex,kind\nclerk,1,m,b\n");
    assertError(
        order
            + ": its columns are \"job\", \"age\", \"sex\", \"kind\", those of the first table"
            + " \"age\", \"job\", \"sex\", \"kind\"",
        () -> train.read(order));
  }

  @Test
  void fillingIsThatOfTheTrainingPart() {
    CsvTable train = Csv.options().fill(0, "?").table(file("t.csv", "x,y,l\n1,?,a\n2,3,b\n"));
    CsvTable test = train.read(file("u.csv", "x,y,l\n?,4,b\n5,?,b\n"));
    assertEquals(List.of("x", "y", "y is missing"), test.columns());
    assertRows(new float[][] {{0, 4, 0}, {5, 0, 1}}, test.data());
  }

  @Test
  void packedTablesAreRead() {
    byte[] text = "x;l\n1;a\n2;b\n".getBytes(StandardCharsets.UTF_8);
    byte[] packed = gzip(text);
    Path file = write(folder.resolve("iris.csv.gz"), packed);
    assertEquals("iris", Csv.read(file).name());
    assertEquals(2, Csv.read(file).size());
    write(
        file, concat(gzip(Arrays.copyOf(text, 5)), gzip(Arrays.copyOfRange(text, 5, text.length))));
    assertRows(new float[][] {{1}, {2}}, Csv.read(file));
    for (int length = 2; length < packed.length; length++) {
      write(file, Arrays.copyOf(packed, length));
      assertError(file + ": the gzip data is cut off", () -> Csv.read(file));
    }
    write(file, concat(packed, new byte[] {7}));
    assertError(file + ": more bytes after the end of the gzip data", () -> Csv.read(file));
    packed[packed.length - 5] ^= 1;
    write(file, packed);
    assertThrows(DataError.class, () -> Csv.read(file));
  }

  @Test
  void optionsInATextAreChecked() {
    for (String option :
        List.of(
            "header=maybe; yes or no is needed",
            "separator=:; comma, semicolon, tab, bar or blank is needed",
            "fill=?; a number and a text are needed, as in fill=0:?",
            "fill=x:?; a number and a text are needed, as in fill=0:?")) {
      String text = "t.csv#kind," + option.substring(0, option.indexOf("; "));
      assertEquals(
          option, assertThrows(IllegalArgumentException.class, () -> Csv.check(text)).getMessage());
    }
    // A label may hold commas; what is not an option belongs to it.
    Path file = file("t.csv", "\"a,b\",x\nk,1\n");
    assertEquals(List.of("k"), Csv.of(file + "#a,b").classes());
    assertEquals(List.of("k"), Csv.of(file + "#a,b,header=yes,separator=comma").classes());
    assertError(
        file + ": no column is called \"x,heder=no\"; the header has \"a,b\", \"x\"",
        () -> Csv.of(file + "#x,heder=no"));
  }
}
