package dev.tutti.nn.data.read;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.DataError;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/// Tables of random numbers, written in every way.
class CsvPropertyTest {
  private static final char[] SEPARATORS = {',', ';', '\t', '|', ' '};
  private static final String[] LINE_ENDS = {"\n", "\r\n", "\r"};
  private static final Path FILE;

  static {
    try {
      FILE = Files.createTempDirectory("csv").resolve("t.csv");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// A number as tables have it: whole or not, of either sign, small, large, repeated.
  private static String number(SplittableRandom random) {
    return switch (random.nextInt(8)) {
      case 0 -> Integer.toString(random.nextInt(3));
      case 1 -> Integer.toString(random.nextInt(-100, 100));
      case 2 -> Integer.toString(random.nextInt());
      case 3 -> Float.toString(random.nextFloat());
      case 4 -> Float.toString(Float.intBitsToFloat(random.nextInt(1 << 30)));
      case 5 -> random.nextInt(-9, 10) + "e" + random.nextInt(-20, 20);
      case 6 -> "+" + random.nextInt(100) + ".";
      default -> "-." + random.nextInt(1000);
    };
  }

  private static String[][] table(SplittableRandom random, int rows, int columns) {
    String[][] cells = new String[rows][columns];
    for (String[] row : cells) {
      for (int c = 0; c < columns; c++) {
        row[c] = number(random);
      }
    }
    return cells;
  }

  private static String text(
      String[] header, String[][] cells, char separator, String end, SplittableRandom random) {
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "\ufeff" : "");
    int quotes = random.nextInt(3);
    for (int r = header == null ? 0 : -1; r < cells.length; r++) {
      String[] row = r < 0 ? header : cells[r];
      for (int c = 0; c < row.length; c++) {
        boolean quoted = quotes == 1 || quotes == 2 && random.nextBoolean();
        text.append(c == 0 ? "" : separator);
        text.append(quoted ? "\"" + row[c] + "\"" : row[c]);
      }
      text.append(r == cells.length - 1 && random.nextBoolean() ? "" : end);
    }
    return text.toString();
  }

  private static void write(String text, boolean packed) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    DataFiles.write(FILE, packed ? DataFiles.gzip(bytes) : bytes);
  }

  @Property(tries = 200)
  void everyWayOfWritingGivesTheNumbersBack(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int rows,
      @ForAll @IntRange(min = 2, max = 6) int columns) {
    SplittableRandom random = new SplittableRandom(seed);
    String[][] cells = table(random, rows, columns);
    boolean classes = random.nextBoolean();
    for (String[] row : cells) {
      row[columns - 1] = (classes ? "c" : "") + row[columns - 1];
    }
    char separator = SEPARATORS[random.nextInt(SEPARATORS.length)];
    boolean named = random.nextBoolean();
    String[] header = table(random, 1, columns)[0];
    header[columns - 1] = "last"; // the others may occur twice
    String end = LINE_ENDS[random.nextInt(LINE_ENDS.length)];
    write(text(named ? header : null, cells, separator, end, random), random.nextBoolean());
    CsvOptions options = Csv.options().header(named);
    options = classes ? options : options.target(named ? "last" : "-1");
    Dataset set =
        (separator == ' ' || random.nextBoolean() ? options.separator(separator) : options)
            .read(FILE);
    assertEquals(rows, set.size());
    for (int r = 0; r < rows; r++) {
      float[] expected = new float[columns - 1];
      for (int c = 0; c < expected.length; c++) {
        expected[c] = Float.parseFloat(cells[r][c]);
      }
      assertArrayEquals(expected, CsvTest.row(set, r));
      String told = cells[r][columns - 1];
      if (classes) {
        assertEquals(told, set.classes().get(set.label(r)));
      } else {
        assertEquals(Float.parseFloat(told), set.targets().toFloats()[r]);
      }
    }
  }

  /// Whatever the first row contains, also missing or damaged values.
  @Property(tries = 200)
  void aTableWithoutAHeaderNeverLosesItsFirstRow(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int rows,
      @ForAll @IntRange(min = 2, max = 6) int columns) {
    SplittableRandom random = new SplittableRandom(seed);
    String[][] cells = table(random, rows, columns);
    List<String> labels = List.of("setosa", "1", "b", "-1", "<=50K");
    for (String[] row : cells) {
      row[columns - 1] = labels.get(random.nextInt(labels.size()));
    }
    if (random.nextBoolean()) {
      List<String> odd = List.of("", "?", "NA", "nan", "N/A", "null", "-", "inf", "1e999", "0x10");
      cells[0][random.nextInt(columns)] = odd.get(random.nextInt(odd.size()));
    }
    char separator = SEPARATORS[random.nextInt(4)];
    write(text(null, cells, separator, "\n", random), random.nextBoolean());
    for (CsvOptions options :
        List.of(Csv.options(), Csv.options().oneHot(), Csv.options().drop("?"))) {
      String line = assertThrows(DataError.class, () -> options.read(FILE)).getMessage();
      assertTrue(line.contains("line 1 looks like data, not like a header"), line);
    }
  }

  private static CsvRecords records(String text, char separator) {
    Path file = Path.of("t.csv");
    return new CsvRecords(file, new StringReader(text), separator, new Charge(file.toString()));
  }

  @Property(tries = 300)
  void quotedTextsComeBackAsTheyWere(
      @ForAll @Size(min = 1, max = 8)
          List<
                  @StringLength(min = 1, max = 6) @Chars({',', '"', '\n', '\r', ' '})
                  @CharRange(from = 'a', to = 'c') String>
              texts) {
    StringBuilder csv = new StringBuilder("x,l\n");
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      String label = "<" + texts.get(i) + ">";
      labels.add(label);
      csv.append(i).append(",\"").append(label.replace("\"", "\"\"")).append("\"\r\n");
    }
    CsvRecords records = records(csv.toString(), ',');
    assertEquals(List.of("x", "l"), records.next());
    for (int i = 0; i < labels.size(); i++) {
      assertEquals(List.of(Integer.toString(i), labels.get(i)), records.next());
    }
    assertEquals(null, records.next());
  }
}
