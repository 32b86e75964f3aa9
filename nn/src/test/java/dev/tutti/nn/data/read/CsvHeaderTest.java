package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static dev.tutti.nn.data.read.DataFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.nn.io.DataError;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whether the first line of a table is a header: nothing is taken for one that may be data.
class CsvHeaderTest {
  private static final String WHICH =
      "; the option header says which it is (header=no or header=yes)";

  @TempDir Path folder;

  private Path file(String text) {
    return write(folder.resolve("t.csv"), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "30,64,1,1\n31,59,2,1\n34,60,0,2\n", // whole numbers without repetition
        "5.1,3.5,setosa\n4.9,3.0,setosa\n",
        "1,2,setosa\n4,3,setosa\n",
        "0,0,7\n0,1,3\n",
        "0,1,2\n5,6,a\n7,8,b\n", // as a column's numbers would be
        "1e3,-2,a\n1,2,b\n",
        "+1, 2 ,a\n1,2,b\n",
        "\"1\",\"2\",\"a\"\n\"3\",\"4\",\"b\"\n",
        "\ufeff3,4,a\n1,2,b\n",
        "\n\n3,4,a\n1,2,b\n",
        "3,4,5\n",
        "?,64,1,1\n30,62,3,1\n",
        ",64,1,1\n30,62,3,1\n",
        "NA,?,-,1\n30,62,3,1\n",
        "nan,Infinity,1,1\n30,62,3,1\n",
        ",,,1\n30,62,3,1\n",
        ",0,1,2\n0,5.1,3.5,a\n", // numbered columns beside numbered rows
        "2001,2002,kind\n1,2,a\n",
        "2020-01-01,2020-02-01,kind\n1,2,a\n",
        "3,4\n5,6\n",
        "1;2;3\n4;5;6\n",
        "1\t2\t3\n4\t5\t6\n",
        "1,2,1e400\n1,2,3\n"
      })
  void aFirstLineThatMayBeDataIsNotTakenForAHeader(String text) {
    Path file = file(text);
    String line = assertThrows(DataError.class, () -> Csv.read(file)).getMessage();
    assertTrue(line.startsWith(file + ": line 1 looks like data, not like a header: "), line);
    assertTrue(line.endsWith(WHICH), line);
  }

  @Test
  void theLineShowsTheCells() {
    Path file = file("30,64,1,1\n31,59,2,1\n");
    String line =
        ": line 1 looks like data, not like a header: \"30\", \"64\", \"1\", \"1\"" + WHICH;
    assertError(file + line, () -> Csv.read(file));
  }

  @Test
  void theOptionReadsEveryRow() {
    Path file = file("30,64,1,1\n31,59,2,1\n34,60,0,2\n");
    CsvTable table = Csv.options().header(false).table(file);
    assertEquals(3, table.data().size());
    assertEquals(List.of("c0", "c1", "c2"), table.columns());
    assertArrayEquals(new float[] {30, 64, 1}, CsvTest.row(table.data(), 0));
    assertArrayEquals(new int[] {0, 0, 1}, table.data().labels());
    assertEquals(3, Csv.of(file + "#header=no").size());
    CsvTable named = Csv.options().header(true).table(file);
    assertEquals(List.of("30", "64", "1"), named.columns());
    assertEquals(2, named.data().size());
    assertEquals(2, Csv.of(file + "#header=yes").size());
    // The option says it, so a row of one kind of cell and one row alone are read too.
    assertEquals(1, Csv.options().header(false).read(file("3,4,5\n")).size());
    assertEquals(1, Csv.options().header(false).read(file("3,4,a")).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-4", "c0", " 0 "})
  void columnsWithoutNamesGoByNumber(String label) {
    Path file = file("b,1,2,3\na,4,5,6\n");
    CsvTable table = Csv.options().header(false).label(label).table(file);
    assertEquals(List.of("a", "b"), table.data().classes());
    assertEquals(List.of("c1", "c2", "c3"), table.columns());
    assertArrayEquals(new float[] {4, 5, 6}, CsvTest.row(table.data(), 1));
  }

  @Test
  void numbersOfColumnsThatAreNotThere() {
    Path file = file("b,1,2,3\na,4,5,6\n");
    for (String label : List.of("4", "-5", "c4", "kind", "999999999999999999", "")) {
      assertError(
          file + ": no column is called \"" + label + "\"; there are 4, c0 to c3",
          () -> Csv.options().header(false).label(label).read(file));
    }
    Path named = file("x,y,kind\n1,2,a\n");
    assertError(
        named
            + ": no column is called \"-1\"; the header has \"x\", \"y\", \"kind\"; numbers go with"
            + " the option header: no",
        () -> Csv.of(named + "#-1"));
  }

  @Test
  void namesAreSeen() {
    assertEquals(1, Csv.read(file("x,y,l\n1,2,a\n")).size());
    assertEquals(1, Csv.read(file("\ufeff\"sepal length (cm)\",_y,0\n1,2,3\n")).size());
    assertEquals(1, Csv.read(file(",x,l\n1,2,a\n")).size());
    assertEquals(1, Csv.read(file("x,x,l\n1,2,a\n")).size());
    assertEquals(1, Csv.read(file("身長,体重,種別\n1,2,3\n")).size());
  }

  @Test
  void aLabelThatIsCalledByNameShowsThatTheFirstLineIsAHeader() {
    assertEquals(2, Csv.of(file("kind,2001,2002\na,1,2\nb,3,4\n") + "#kind").size());
    assertEquals(2, Csv.of(file(",0,1,2,kind\n0,1,2,3,a\n1,1,2,3,b\n") + "#kind").size());
    Path numbers = file("30,64,1,2\n31,59,2,1\n");
    assertThrows(DataError.class, () -> Csv.of(numbers + "#2"));
  }

  @Test
  void aMarkOfMissingValuesIsNotAName() {
    Path file = file("N.A.,a\n1,b\n2,a\n");
    DataError error = assertThrows(DataError.class, () -> Csv.options().drop("N.A.").read(file));
    assertTrue(error.getMessage().contains("line 1 looks like data"), error.getMessage());
    assertEquals(2, Csv.options().header(false).drop("N.A.").read(file).size());
  }
}
