package dev.tutti.nn.data;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.nn.data.read.DataFiles;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DatasetTest {
  private static final List<String> AB = List.of("a", "b");

  /// A table whose row i is (i) and whose label is i mod `classes`.
  private static Dataset counting(int rows, int classes) {
    float[][] values = new float[rows][];
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      values[i] = new float[] {i};
      labels[i] = i % classes;
    }
    List<String> names = IntStream.range(0, classes).mapToObj(c -> "c" + c).toList();
    return Dataset.ofTable("counting", values, labels, names);
  }

  private static int[] positions(Dataset counting) {
    float[] value = new float[1];
    int[] positions = new int[counting.size()];
    for (int i = 0; i < positions.length; i++) {
      counting.read(i, value, 0);
      positions[i] = (int) value[0];
    }
    return positions;
  }

  @Test
  void imagesReadAsFractionsOf255() {
    byte[][] pixels = {{0, 1, 2, 3, 4, 5}, {(byte) 255, (byte) 128, 127, 6, 7, 8}};
    Dataset set = Dataset.ofImages("x", 2, 1, 3, pixels, new int[] {1, 0}, AB);
    pixels[1][0] = 0; // the set has its own copy
    assertArrayEquals(new int[] {2, 1, 3}, set.shape());
    assertEquals(6, set.elements());
    assertEquals(2, set.size());
    assertEquals(2, set.numClasses());
    assertEquals(AB, set.classes());
    assertEquals(1, set.label(0));
    float[] to = new float[8];
    set.read(1, to, 2);
    float[] expected = {0, 0, 1, 128 / 255f, 127 / 255f, 6 / 255f, 7 / 255f, 8 / 255f};
    assertArrayEquals(expected, to);
  }

  @Test
  void tablesReadAsTheyAre() {
    float[][] rows = {{1.5f, -2}, {Float.MIN_VALUE, 4}};
    int[] labels = {0, 1};
    Dataset set = Dataset.ofTable("x", rows, labels, AB);
    rows[0][0] = 9;
    labels[0] = 1;
    float[] to = new float[2];
    set.read(0, to, 0);
    assertArrayEquals(new float[] {1.5f, -2}, to);
    assertArrayEquals(new int[] {2}, set.shape());
    assertArrayEquals(new int[] {0, 1}, set.labels());
    set.labels()[0] = 7;
    set.shape()[0] = 7;
    assertEquals(0, set.label(0));
    assertEquals(2, set.shape()[0]);
  }

  @Test
  void subsetsKeepOrderAndNames() {
    Dataset set = counting(10, 3);
    assertArrayEquals(new int[] {0, 1, 2, 3}, positions(set.take(4)));
    assertEquals(10, set.take(11).size());
    assertEquals(0, set.take(0).size());
    Dataset chosen = set.select(new int[] {7, 2, 2});
    assertArrayEquals(new int[] {7, 2, 2}, positions(chosen));
    assertArrayEquals(new int[] {1, 2, 2}, chosen.labels());
    assertEquals("other", chosen.named("other").name());
    assertEquals("counting", chosen.name());
    byte[][] pixels = {{1}, {2}, {3}};
    Dataset images = Dataset.ofImages("x", 1, 1, 1, pixels, new int[] {0, 1, 0}, AB);
    assertArrayEquals(new int[] {3}, DataFiles.bytes(images.select(new int[] {2}), 0));
    assertArrayEquals(new int[] {2}, DataFiles.bytes(images.take(2), 1));
  }

  @Test
  void refusesWhatDoesNotFit() {
    byte[][] one = {{1, 2, 3}};
    int[] zero = {0};
    assertError(
        "x: image 0 has 3 bytes, 2×1×1 needs 2",
        () -> Dataset.ofImages("x", 2, 1, 1, one, zero, AB));
    assertError(
        "x: images of 0×1×1; every side must be at least 1",
        () -> Dataset.ofImages("x", 0, 1, 1, one, zero, AB));
    assertError(
        "x: images of 65536×65536×1; an example may have at most 2147483647 values",
        () -> Dataset.ofImages("x", 65536, 65536, 1, one, zero, AB));
    assertError(
        "x: 1 examples, but 2 labels", () -> Dataset.ofImages("x", 1, 1, 3, one, new int[2], AB));
    assertError(
        "x: label 2 of example 0; with 2 classes it must be in 0..1",
        () -> Dataset.ofImages("x", 1, 1, 3, one, new int[] {2}, AB));
    assertError(
        "x: label -1 of example 0; with 2 classes it must be in 0..1",
        () -> Dataset.ofImages("x", 1, 1, 3, one, new int[] {-1}, AB));
    assertError(
        "x: row 1 has 1 features, row 0 has 2",
        () -> Dataset.ofTable("x", new float[][] {{1, 2}, {3}}, new int[2], AB));
    assertError(
        "x: a table without rows has no width",
        () -> Dataset.ofTable("x", new float[0][], new int[0], AB));
    assertError(
        "x: row 0 has no features", () -> Dataset.ofTable("x", new float[1][0], new int[1], AB));
  }

  @Test
  void namesTheIndexThatIsOut() {
    Dataset set = counting(3, 2);
    String line = "counting: example 3; the set holds 3 (from 0)";
    assertEquals(
        line, assertThrows(IndexOutOfBoundsException.class, () -> set.label(3)).getMessage());
    assertEquals(
        line,
        assertThrows(IndexOutOfBoundsException.class, () -> set.select(new int[] {3}))
            .getMessage());
    assertEquals(
        "counting: an example has 1 values; they do not fit at 2 in an array of 2",
        assertThrows(IndexOutOfBoundsException.class, () -> set.read(0, new float[2], 2))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> set.take(-1));
    assertThrows(IllegalArgumentException.class, () -> set.split(0, 1));
    assertThrows(IllegalArgumentException.class, () -> set.split(1, 1));
    assertThrows(IllegalArgumentException.class, () -> set.split(Double.NaN, 1));
  }

  @Property(tries = 1000)
  void splitIsAStratifiedPartition(
      @ForAll @IntRange(min = 1, max = 300) int rows,
      @ForAll @IntRange(min = 1, max = 12) int classes,
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double fraction,
      @ForAll long seed) {
    Dataset set = counting(rows, classes);
    Dataset.Split split = set.split(fraction, seed);
    int[] train = positions(split.train());
    int[] test = positions(split.test());
    int[] all = IntStream.concat(Arrays.stream(train), Arrays.stream(test)).sorted().toArray();
    assertArrayEquals(IntStream.range(0, rows).toArray(), all);
    for (int c = 0; c < classes; c++) {
      int label = c;
      long n = Arrays.stream(set.labels()).filter(l -> l == label).count();
      long tests = Arrays.stream(split.test().labels()).filter(l -> l == label).count();
      long expected = n < 2 ? 0 : Math.min(n - 1, Math.max(1, Math.round(n * fraction)));
      assertEquals(expected, tests, "tests of class " + c);
    }
    for (int i = 0; i < train.length; i++) {
      assertEquals(train[i] % classes, split.train().label(i));
    }
    Dataset.Split again = set.split(fraction, seed);
    assertArrayEquals(train, positions(again.train()));
    assertArrayEquals(test, positions(again.test()));
  }

  @Test
  void splitsStayTheSameFromReleaseToRelease() {
    Dataset.Split split = counting(12, 2).split(0.25, 7);
    assertArrayEquals(new int[] {6, 8, 5, 0, 9, 4, 11, 3}, positions(split.train()));
    assertArrayEquals(new int[] {10, 2, 7, 1}, positions(split.test()));
  }

  @Test
  void splitPartsAreInRandomOrder() {
    Dataset set = counting(1000, 2);
    int[] train = positions(set.split(0.2, 1).train());
    int[] other = positions(set.split(0.2, 2).train());
    assertFalse(Arrays.equals(train, other));
    int ascents = 0;
    for (int i = 1; i < train.length; i++) {
      ascents += train[i] > train[i - 1] ? 1 : 0;
    }
    // A random order of 800 has 399.5 ascents with a standard deviation of 8.2.
    assertEquals(399.5, ascents, 50);
  }
}
