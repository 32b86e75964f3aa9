package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static dev.tutti.nn.data.read.DataFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.DataError;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The text between the cells.
class CsvSeparatorTest {
  @TempDir Path folder;

  private Path file(String text) {
    return write(folder.resolve("t.csv"), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t", "|"})
  void isSeenFromTheFirstLine(String separator) {
    for (String quote : List.of("", "\"")) {
      String text =
          "@x y@/@;,|@/@kind@\n1/2.5/a\n3/-4e1/b\r\n"
              .replace(";,|", quote.isEmpty() ? "z" : ";,|")
              .replace("@", quote)
              .replace("/", separator);
      Dataset set = Csv.read(file(text));
      assertEquals(List.of("a", "b"), set.classes());
      assertArrayEquals(new float[] {1, 2.5f}, CsvTest.row(set, 0));
      assertArrayEquals(new float[] {3, -40}, CsvTest.row(set, 1));
    }
  }

  /// The names hold other separators; the rows show which it is.
  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {"a|b,y,l!1,2,x", "a;b,y,l!1,2,x", "a,b;y;l!1;2;x", "a;b,c;d,l!1,2,x"})
  void isTheOneThatCutsTheFirstLinesEvenly(String header, String row) {
    Dataset set = Csv.read(file(header + "\n" + row + "\n" + row + "\n"));
    assertEquals(List.of("x"), set.classes());
    assertArrayEquals(new float[] {1, 2}, CsvTest.row(set, 1));
  }

  @Test
  void isSaidIfSeveralWouldDo() {
    Path file = file("x,y;l\n2,5;6\n1,4;7\n");
    assertError(
        file
            + ": line 1 has a comma and a semicolon; the option separator says which of them is"
            + " between the cells",
        () -> Csv.read(file));
    assertEquals(List.of("5;6", "4;7").size(), Csv.options().separator(',').read(file).size());
    Path alone = file("a|b\tl");
    assertTrue(
        assertThrows(DataError.class, () -> Csv.read(alone))
            .getMessage()
            .contains("line 1 has a tab and a bar"));
  }

  @Test
  void unevenRowsAreNamedWithTheirLine() {
    assertError(
        folder + "/t.csv: line 3: 2 cells, the header has 3",
        () -> Csv.read(file("x;y;l\n1;2;a\n3;4\n")));
    assertError(
        folder + "/t.csv: line 3: 2 cells, the first line has 3",
        () -> Csv.of(file("1;2;a\n\n3;4\n") + "#header=no"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x;y;l\n1,5;2;a\n",
        "x;y;l\n1.000,5;2;a\n",
        "x,y,l\n\"1,5\",2,a\n",
        "x;y;l\n-1,5e3;2;a\n",
        "\"x\";\"y\";\"l\"\n\"1,5\";\"2,5\";\"a\"\n",
        "x\ty\tl\n1,5\t2\ta\n"
      })
  void decimalCommasAreRefused(String text) {
    Path file = file(text);
    String line = assertThrows(DataError.class, () -> Csv.read(file)).getMessage();
    assertTrue(line.startsWith(file + ": line 2, column \"x\": "), line);
    assertEquals(
        line, assertThrows(DataError.class, () -> Csv.options().oneHot().read(file)).getMessage());
    assertTrue(
        line.endsWith("is not a number; a point, not a comma, must come before the fraction"),
        line);
  }

  @Test
  void decimalCommasWithoutAHeaderAreRefused() {
    for (String text : List.of("1,5;2,5;a\n3,5;4,5;b\n", "2,5;a\n3,5;b\n", "1,5;2\n3;4\n")) {
      Path file = file(text);
      assertThrows(DataError.class, () -> Csv.read(file));
      assertThrows(DataError.class, () -> Csv.options().header(false).read(file));
    }
  }

  @Test
  void blanksSeparateIfTheOptionSaysSo() {
    Path file = file("1 2.5\t a\n  3   4 b \n\n 5\t\t6 \"a b\"");
    assertError(
        file
            + ": line 1 has one column, \"1 2.5\\t a\"; a label and at least one feature are needed,"
                .replace("\\t", "?")
            + " with a comma between the cells or what the option separator says",
        () -> Csv.options().header(false).separator(',').read(file));
    Dataset set = Csv.of(file + "#header=no,separator=blank");
    assertEquals(List.of("a", "a b", "b"), set.classes());
    assertArrayEquals(new float[] {3, 4}, CsvTest.row(set, 1));
    assertArrayEquals(new float[] {5, 6}, CsvTest.row(set, 2));
    Path blanks = file("1 2 a\n3 4 b\n");
    assertTrue(
        assertThrows(DataError.class, () -> Csv.read(blanks))
            .getMessage()
            .contains("what the option separator says"));
  }

  @Test
  void otherSeparatorsAreRefused() {
    assertEquals(
        "the option separator: \":\"; a comma, a semicolon, a tab, a bar or a blank is needed",
        assertThrows(IllegalArgumentException.class, () -> Csv.options().separator(':'))
            .getMessage());
  }
}
