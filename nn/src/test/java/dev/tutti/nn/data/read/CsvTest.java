package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static dev.tutti.nn.data.read.DataFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.nn.data.Dataset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public class CsvTest {
  private static final String MISSING = " (the options drop and fill are for missing values)";
  private static final String NO_NUMBER =
      "\" is not a number (the options drop and fill are for missing values, one-hot is for texts)";

  @TempDir Path folder;

  private Dataset read(String text) {
    return Csv.read(write(folder.resolve("t.csv"), text));
  }

  private void assertRefused(String line, String text) {
    Path file = write(folder.resolve("t.csv"), text);
    assertError(folder + "/" + line, () -> Csv.read(file));
  }

  public static float[] row(Dataset set, int i) {
    float[] row = new float[set.elements()];
    set.read(i, row, 0);
    return row;
  }

  @Test
  void readsNumbersAndLabels() {
    Dataset set = read("x,y,kind\n1,2.5,b\n-.5e1,+3.,a\n0, 1E-3 ,b\n");
    assertEquals("t", set.name());
    assertArrayEquals(new int[] {2}, set.shape());
    assertEquals(List.of("a", "b"), set.classes());
    assertArrayEquals(new int[] {1, 0, 1}, set.labels());
    assertArrayEquals(new float[] {1, 2.5f}, row(set, 0));
    assertArrayEquals(new float[] {-5, 3}, row(set, 1));
    assertArrayEquals(new float[] {0, 0.001f}, row(set, 2));
  }

  @Test
  void takesTheLabelFromAnyColumn() {
    Path file = write(folder.resolve("t#1.csv"), "x, kind ,y\n1,b,2\n3,a,4\n");
    for (Dataset set : List.of(Csv.read(file, "kind"), Csv.of(file + "#kind"))) {
      assertArrayEquals(new float[] {3, 4}, row(set, 1));
      assertArrayEquals(new int[] {1, 0}, set.labels());
    }
    assertError(
        folder + "/t#1.csv: line 2, column \"kind\": \"b" + NO_NUMBER,
        () -> Csv.of(file.toString()));
    assertError(
        folder + "/t#1.csv: no column is called \"z\"; the header has \"x\", \" kind \", \"y\"",
        () -> Csv.of(file + "#z"));
    Path twice = write(folder.resolve("t.csv"), "a,b,a\n1,2,3\n");
    assertError(
        folder + "/t.csv: more than one column is called \"a\"", () -> Csv.read(twice, "a"));
    assertError("nul\0: no such file".replace('\0', '?'), () -> Csv.of("nul\0"));
  }

  @Test
  void sortsLabelsAsNumbersWhereAllAreIntegers() {
    assertEquals(List.of("-3", "9", "10"), read("x,l\n1,10\n1,9\n1,-3\n").classes());
    assertEquals(List.of("01", "1", "2"), read("x,l\n1,2\n1,1\n1,01\n").classes());
    assertEquals(List.of("10", "9", "x"), read("x,l\n1,10\n1,9\n1,x\n").classes());
    assertEquals(List.of("1.0", "10", "9"), read("x,l\n1,10\n1,9\n1,1.0\n").classes());
    String wide = "1".repeat(30);
    assertEquals(List.of(wide, "2"), read("x,l\n1,2\n1," + wide + "\n").classes());
  }

  @Test
  void readsQuotedCellsLineEndsBlankLinesAndTheByteOrderMark() {
    Dataset set =
        read(
            "\ufeff\"x,1\",\"l \"\"q\"\"\"\r\n"
                + "\"1\",\"a\r\n"
                + "b\"\r\n\r\n"
                + "2,\"say \"\"c\"\"\"\r"
                + "3,\"a\n"
                + "b\"");
    assertEquals(3, set.size());
    assertEquals(List.of("a\nb", "a\r\nb", "say \"c\""), set.classes());
    assertArrayEquals(new int[] {1, 2, 0}, set.labels());
    assertArrayEquals(new float[] {2}, row(set, 1));
  }

  @Test
  void refusesCellsThatAreNoNumbers() {
    assertRefused(
        "t.csv: line 3, column \"y\": no value; a number was expected" + MISSING,
        "x,y,l\n1,2,a\n1,,a\n");
    for (String cell :
        List.of(
            "NA", "nan", "NaN", "Infinity", "1f", "0x1p3", "1e", "1e+", ".", "-", "1.2.3", "١")) {
      assertRefused(
          "t.csv: line 2, column \"x\": \"" + cell + NO_NUMBER, "x,y,l\n" + cell + ",2,a\n");
    }
    assertRefused(
        "t.csv: line 2, column \"x\": \"1e39\" is beyond float32's range", "x,y,l\n1e39,2,a\n");
    assertRefused("t.csv: line 2, column 1: \"u" + NO_NUMBER, ",y,l\nu,2,a\n");
    assertRefused("t.csv: line 3, column \"l\": no label", "x,y,l\n1,2,a\n1,2, \n");
    assertRefused("t.csv: line 5, column \"x\": \"?" + NO_NUMBER, "x,\"l\n\"\n1,\"a\nb\"\n?,a\n");
    assertRefused(
        "t.csv: line 2, column \"x\": \"" + "z".repeat(40) + "…" + NO_NUMBER,
        "x,l\n" + "z".repeat(5000) + ",a\n");
  }

  @Test
  void refusesRaggedRowsAndBrokenQuotes() {
    assertRefused("t.csv: line 3: 2 cells, the header has 3", "x,y,l\n1,2,a\n1,2\n");
    assertRefused("t.csv: line 2: 4 cells, the header has 3", "x,y,l\n1,2,a,\n");
    assertRefused("t.csv: line 4: 1 cell, the header has 3", "x,y,l\n\n1,2,a\n \n");
    assertRefused(
        "t.csv: line 3: a quote is opened here and never closed", "x,l\n1,a\n2,\"b\n3,c\n");
    assertRefused(
        "t.csv: line 2: a quote within a cell that does not start with one", "x,l\n1,a\"b\"\n");
    assertRefused(
        "t.csv: line 3: a comma or the line's end must follow a closing quote, found \"c\"",
        "x,l\n1,\"a\nb\"c\n");
    String open = "x,l\n1,\"" + "y,\n".repeat(400_000);
    assertRefused(
        "t.csv: line 2: a cell of more than 1048576 characters; is a quote left open?", open);
  }

  @Test
  void refusesFilesWithoutATable() {
    assertRefused("t.csv: is empty (0 bytes)", "");
    assertRefused("t.csv: holds blank lines only; a header line was expected", "\n\r\n\r");
    assertRefused("t.csv: holds a header line and no rows", "x,l\n");
    assertRefused(
        "t.csv: the header has one column, \"x\"; a label and at least one feature are needed",
        "x\n1\n");
    assertRefused("t.csv: line 1: more than 1048576 cells", ",".repeat(1 << 20) + "\n");
    StringBuilder prices = new StringBuilder("x,price\n");
    IntStream.rangeClosed(0, 1 << 16).forEach(i -> prices.append("1,").append(i).append('\n'));
    assertRefused(
        "t.csv: the label column \"price\" has more than 65536 different values;"
            + " does it hold classes?",
        prices.toString());
    assertError(folder + ": is a folder, a file was expected", () -> Csv.read(folder));
    assertError(folder + "/no.csv: no such file", () -> Csv.of(folder + "/no.csv#label"));
  }

  @Test
  void refusesOtherEncodings() {
    Path file = folder.resolve("t.csv");
    write(file, "x,l\n1,a\n1,\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertError(folder + "/t.csv: line 3: not UTF-8 text", () -> Csv.read(file));
    write(file, "x,l\n1,a\n".getBytes(StandardCharsets.UTF_16));
    assertError(folder + "/t.csv: line 1: not UTF-8 text", () -> Csv.read(file));
  }

  @Test
  void messagesStayOnOneLine() {
    assertRefused(
        "t.csv: line 3, column \"x?y\": \"a?b?c" + NO_NUMBER,
        "\"x\ny\",l\n\"a\u001bb\u2028c\",1\n");
  }

  @Test
  void longTablesCrossEveryBuffer() {
    StringBuilder csv = new StringBuilder("a,b,l\n");
    for (int i = 0; i < 20_000; i++) {
      csv.append(i).append(",-").append(i).append(".5,\"k").append(i % 7).append("\"\r\n");
    }
    Dataset set = read(csv.toString());
    assertEquals(20_000, set.size());
    for (int i = 0; i < set.size(); i++) {
      assertEquals(i % 7, set.label(i));
      assertEquals(i, row(set, i)[0]);
      assertEquals(-i - 0.5f, row(set, i)[1]);
    }
  }
}
