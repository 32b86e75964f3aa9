package dev.tutti.nn.data;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static dev.tutti.nn.data.read.DataFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.data.read.Csv;
import dev.tutti.nn.data.read.CsvOptions;
import dev.tutti.nn.data.read.CsvTable;
import dev.tutti.nn.data.read.CsvTest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Numbers as targets: in data sets, their parts and batches, and read from tables.
class RegressionDataTest {
  @TempDir Path folder;

  /// Row i is (i, −i) with the targets 10 i and 10 i + 1.
  private static Dataset counting(int rows) {
    float[][] x = new float[rows][];
    float[][] y = new float[rows][];
    for (int i = 0; i < rows; i++) {
      x[i] = new float[] {i, -i};
      y[i] = new float[] {10 * i, 10 * i + 1};
    }
    return Dataset.ofTable("counting", x, y);
  }

  private static void assertBelongTogether(Dataset set, int rows) {
    assertEquals(Shape.of(rows, 2), set.targets().shape());
    float[] targets = set.targets().toFloats();
    for (int i = 0; i < rows; i++) {
      float[] x = CsvTest.row(set, i);
      assertEquals(10 * x[0], targets[2 * i]);
      assertEquals(10 * x[0] + 1, targets[2 * i + 1]);
    }
  }

  private static void assertBelongTogether(Batch batch) {
    float[] x = batch.x().toFloats();
    float[] y = batch.targets().toFloats();
    assertEquals(DType.FLOAT32, batch.targets().dtype());
    assertEquals(Shape.of(batch.x().dim(0), 2), batch.targets().shape());
    for (int i = 0; i < y.length; i += 2) {
      assertEquals(10 * x[i], y[i], 1e-3);
      assertEquals(10 * x[i] + 1, y[i + 1], 1e-3);
    }
  }

  @Test
  void partsKeepTheTargets() {
    Dataset set = counting(23);
    assertTrue(set.isRegression());
    assertEquals(List.of("target 0", "target 1"), set.targetNames());
    assertEquals(List.of(), set.classes());
    assertEquals(0, set.numClasses());
    assertEquals("counting: 23 × [2], 2 targets", set.toString());
    assertBelongTogether(set, 23);
    assertBelongTogether(set.take(4).named("n"), 4);
    assertEquals(Shape.of(0, 2), set.take(0).targets().shape());
    assertEquals(0, set.take(0).withTargets(Tensor.zeros(0, 2)).size());
    assertBelongTogether(set.select(new int[] {5, 5, 0}), 3);
    Splits.Parts parts = Splits.holdOut(set, 0.2, 0.3, 1);
    assertBelongTogether(parts.train(), 11); // 23 − round(4.6) − round(6.9)
    assertBelongTogether(parts.validation(), 5);
    assertBelongTogether(parts.test(), 7);
    int[] sizes = Splits.kFold(set, 5, 1).stream().mapToInt(s -> s.test().size()).toArray();
    assertArrayEquals(new int[] {4, 4, 5, 5, 5}, Arrays.stream(sizes).sorted().toArray());
    assertBelongTogether(Splits.bootstrap(set, 1).sample(), 23);
  }

  @Test
  void batchesKeepTheTargets() {
    Dataset set = counting(23);
    Batches plain = Batches.of(set, 5).shuffled(Key.of(3));
    for (Batches batches : List.of(plain, plain.joinLast(), plain.dropLast(), plain.forMember(2))) {
      for (int epoch = 0; epoch < 3; epoch++) {
        double sum = 0;
        for (int i = 0; i < batches.count(); i++) {
          assertBelongTogether(batches.batch(epoch, i));
          sum += batches.batch(epoch, i).targets().sum().item();
        }
        if (batches.examples() == 23) {
          assertEquals(IntStream.range(0, 23).map(i -> 20 * i + 1).sum(), sum);
        }
      }
    }
    try (Batches ahead = plain.prefetched(2, 3)) {
      for (int i = 0; i < 10; i++) {
        Tensor expected = plain.batch(i / 5, i % 5).targets();
        assertArrayEquals(
            expected.toFloats(), ahead.batch(i / 5, i % 5).targets().toFloats(), "batch " + i);
      }
    }
  }

  /// λ x + (1 − λ) x′ of a linear relation is again one, so the pairs show that λ is the same.
  @Test
  void mixupMixesTargets() {
    Batches batches = Batches.of(counting(20), 5).shuffled(Key.of(1)).mixed(Mix.mixup(0.5));
    boolean between = false;
    for (int i = 0; i < 4; i++) {
      assertBelongTogether(batches.batch(0, i));
      float first = batches.batch(0, i).x().toFloats()[0];
      between |= first != Math.rint(first);
    }
    assertTrue(between, "something was mixed");
  }

  @Test
  void imagesHaveTargetsToo() {
    byte[][] pixels = new byte[6][2 * 2];
    Dataset images = Dataset.ofImages("i", 2, 2, 1, pixels, new int[6], List.of("a"));
    Dataset ages = images.withTargets(Tensor.of(3f, 1, 4, 1, 5, 9));
    assertEquals("i: 6 × [2, 2, 1], 1 target", ages.toString());
    assertEquals(List.of("target"), ages.targetNames());
    Batch batch = Batches.of(ages, 4).mixed(Mix.cutmix(1)).batch(0, 0);
    assertEquals(Shape.of(4, 1), batch.targets().shape());
    assertFalse(images.isRegression());
  }

  @Test
  void scaledTargetsKeepTheirNames() {
    Path file = write(folder.resolve("t.csv"), "y,x,z\n1,2,3\n3,4,5\n");
    Dataset set = Csv.options().target("z", "y").read(file);
    StandardScaler scaler = StandardScaler.fit(set.targets());
    Dataset scaled = set.withTargets(scaler.apply(set.targets()));
    assertArrayEquals(new float[] {-1, -1, 1, 1}, scaled.targets().toFloats());
    assertEquals(List.of("z", "y"), scaled.targetNames());
    assertEquals(List.of("target"), set.withTargets(Tensor.of(1f, 2)).targetNames());
  }

  @Test
  void tablesHaveOneTargetOrSeveral() {
    Path file =
        write(folder.resolve("t.csv"), "rooms,price,colour,area\n3,12.5,red,70\n4,-1e1,blue,?\n");
    CsvTable table = Csv.options().target("price").categorical().missing("?").table(file);
    assertEquals(List.of("rooms", "colour", "area"), table.columns());
    assertEquals(List.of("price"), table.data().targetNames());
    assertArrayEquals(new float[] {12.5f, -10}, table.data().targets().toFloats());
    assertArrayEquals(new float[] {3, 1, 70}, CsvTest.row(table.data(), 0));
    assertArrayEquals(new float[] {4, 0, Float.NaN}, CsvTest.row(table.data(), 1));
    assertEquals(List.of("blue", "red"), table.data().columns().get(1).categories());
    Path more = write(folder.resolve("u.csv"), "rooms,price,colour,area\n1,2,teal,?\n1,2,red,5\n");
    Dataset test = table.read(more).data();
    assertEquals(List.of("blue", "red", "teal"), test.columns().get(1).categories());
    assertArrayEquals(new float[] {1, 2, Float.NaN}, CsvTest.row(test, 0));
    assertError(
        "u: row 0, column \"colour\": \"teal\" is not one of the 2 texts of the fitted rows"
            + " (ignoreUnknown() makes zeros of it)",
        () -> OneHotEncoder.fit(table.data()).apply(test));
    Dataset two = Csv.of(file + "#target=area,target=rooms,one-hot,drop=?");
    assertEquals(List.of("area", "rooms"), two.targetNames());
    assertArrayEquals(new float[] {70, 3}, two.targets().toFloats());
    Path bare = write(folder.resolve("b.csv"), "1,2,3\n4,5,6\n");
    Dataset last = Csv.options().header(false).target("-1", "c0").read(bare);
    assertArrayEquals(new float[] {3, 1, 6, 4}, last.targets().toFloats());
    assertEquals(List.of("c2", "c0"), last.targetNames());
  }

  /// Each row: a table, its options, and the line that refuses it.
  @Test
  void errorsOfTables() {
    String[][] rows = {
      {
        "x,y\n1,2\n2,a\n",
        "target=y",
        "line 3, column \"y\": \"a\" is not a number"
            + " (the options drop and fill are for missing values, one-hot is for texts)"
      },
      {"x,y\n1,2\n2,?\n", "target=y,fill=0:?", "line 3, column \"y\": no target"},
      {
        "x,y\n1,2\n2,nan\n",
        "target=y",
        "line 3, column \"y\": \"nan\" is not a number"
            + " (the options drop and fill are for missing values, one-hot is for texts)"
      },
      {"x,y\n1,2\n", "target=z", "no column is called \"z\"; the header has \"x\", \"y\""},
      {"x,y\n1,2\n", "target=y,target=x", "each of its 2 columns is a target; no feature is left"},
      {
        "a,b\n1,2\n",
        "header=no,target=c1,target=1",
        "the targets [c1, 1] are not different columns"
      },
      {"x,y\n1,2\n", "target=y,one-hot=y", "the column \"y\" holds the targets"},
      {
        "x,price\n1,250\n2,99.5\n",
        "price",
        "the label column \"price\" holds numbers such as"
            + " 99.5; classes are whole numbers or texts, the option target is for numbers to"
            + " predict"
      },
      {
        "x,y\n1,2\n2,1e999\n",
        "target=y",
        "line 3, column \"y\": \"1e999\" is beyond float32's" + " range"
      },
    };
    for (String[] row : rows) {
      Path file = write(folder.resolve("t.csv"), row[0]);
      assertError(file + ": " + row[2], () -> Csv.of(file + "#" + row[1]));
    }
    for (String options : List.of("y,target=x", "target=y,target=y", "target=y,drop=?,fill=0:?")) {
      assertThrows(IllegalArgumentException.class, () -> Csv.check("t.csv#" + options), options);
    }
    CsvOptions texts = Csv.options().categorical();
    assertThrows(IllegalArgumentException.class, () -> texts.oneHot());
    assertThrows(IllegalArgumentException.class, texts::unseenAsZeros);
    assertThrows(IllegalArgumentException.class, () -> texts.missing("?").drop("NA"));
    assertThrows(IllegalArgumentException.class, () -> texts.target());
  }

  @Test
  void errorsOfSets() {
    Dataset set = counting(3);
    Dataset classes = Dataset.ofTable("c", new float[][] {{1}}, new int[1], List.of("a"));
    String numbers = "counting: its targets are numbers (target 0, target 1), not class labels";
    assertError(numbers, set::labels);
    assertError(numbers, () -> set.label(0));
    assertError("c: its targets are class labels, not numbers", classes::targets);
    assertError("c: its targets are class labels, not numbers", classes::targetNames);
    float[][] x = {{1}, {2}};
    assertError(
        "t: target of example 1 is NaN; a finite number is needed",
        () -> Dataset.ofTable("t", x, new float[] {1, Float.NaN}));
    assertError("t: 2 examples, but targets for 1", () -> Dataset.ofTable("t", x, new float[] {1}));
    assertError(
        "t: row 1 has 1 targets, row 0 has 2",
        () -> Dataset.ofTable("t", x, new float[][] {{1, 2}, {3}}));
    assertError("t: row 0 has no targets", () -> Dataset.ofTable("t", x, new float[][] {{}, {}}));
    assertEquals(
        "c: targets int32[1]; floats [N] or [N, T] are needed",
        assertThrows(ShapeError.class, () -> classes.withTargets(Tensor.of(new int[] {1})))
            .getMessage());
  }
}
