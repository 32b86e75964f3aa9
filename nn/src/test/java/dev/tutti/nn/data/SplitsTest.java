package dev.tutti.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Parts of a data set: nothing lost, nothing twice, every class in its share.
class SplitsTest {
  /// Row i holds i; its label is i² mod `classes`, so that classes differ in size.
  private static Dataset counting(int rows, int classes) {
    float[][] values = new float[rows][1];
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      values[i][0] = i;
      labels[i] = (int) ((long) i * i % classes);
    }
    List<String> names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    return Dataset.ofTable("counting", values, labels, names);
  }

  private static int[] positions(Dataset set) {
    int[] positions = new int[set.size()];
    float[] to = new float[1];
    for (int i = 0; i < positions.length; i++) {
      set.read(i, to, 0);
      positions[i] = (int) to[0];
    }
    return positions;
  }

  private static void assertPartition(Dataset whole, Dataset... parts) {
    int[] all =
        Arrays.stream(parts).flatMapToInt(p -> Arrays.stream(positions(p))).sorted().toArray();
    assertArrayEquals(IntStream.range(0, whole.size()).toArray(), all);
  }

  private static int ofClass(Dataset set, int label) {
    return (int) Arrays.stream(set.labels()).filter(l -> l == label).count();
  }

  @Property(tries = 500)
  void threePartsAreAStratifiedPartition(
      @ForAll @IntRange(min = 1, max = 200) int rows,
      @ForAll @IntRange(min = 1, max = 9) int classes,
      @ForAll @DoubleRange(min = 0.01, max = 0.49) double validation,
      @ForAll @DoubleRange(min = 0.01, max = 0.49) double test,
      @ForAll long seed) {
    Dataset set = counting(rows, classes);
    Splits.Parts parts = Splits.holdOut(set, validation, test, seed);
    assertPartition(set, parts.train(), parts.validation(), parts.test());
    for (int c = 0; c < classes; c++) {
      int n = ofClass(set, c);
      int tests = ofClass(parts.test(), c);
      int validations = ofClass(parts.validation(), c);
      assertTrue(n == 0 || ofClass(parts.train(), c) >= 1);
      assertEquals(n >= 2, tests >= 1);
      assertEquals(n >= 3, validations >= 1);
      if (n > 50) {
        assertEquals(Math.max(1, Math.round(n * test)), tests);
        assertEquals(Math.max(1, Math.round(n * validation)), validations);
      }
    }
    Dataset.Split two = Splits.holdOut(set, test, seed);
    boolean same =
        IntStream.range(0, classes)
            .allMatch(c -> ofClass(two.test(), c) == ofClass(parts.test(), c));
    if (same) {
      assertArrayEquals(positions(two.test()), positions(parts.test()));
    }
    Splits.Parts again = Splits.holdOut(set, validation, test, seed);
    assertArrayEquals(positions(parts.train()), positions(again.train()));
    assertArrayEquals(positions(parts.validation()), positions(again.validation()));
  }

  @Property(tries = 300)
  void everyExampleIsTestedInOneFold(
      @ForAll @IntRange(min = 2, max = 150) int rows,
      @ForAll @IntRange(min = 1, max = 9) int classes,
      @ForAll @IntRange(min = 2, max = 12) int folds,
      @ForAll long seed) {
    int k = Math.min(rows, folds);
    Dataset set = counting(rows, classes);
    List<Dataset.Split> splits = Splits.kFold(set, k, seed);
    assertEquals(k, splits.size());
    assertPartition(set, splits.stream().map(Dataset.Split::test).toArray(Dataset[]::new));
    for (Dataset.Split split : splits) {
      assertPartition(set, split.train(), split.test());
      int size = split.test().size();
      assertTrue(size == rows / k || size == Math.ceilDiv(rows, k));
      for (int c = 0; c < classes; c++) {
        int n = ofClass(set, c);
        int tested = ofClass(split.test(), c);
        assertTrue(tested == n / k || tested == Math.ceilDiv(n, k), n + " in " + k + ": " + tested);
      }
    }
    assertArrayEquals(
        positions(splits.get(1).test()), positions(Splits.kFold(set, k, seed).get(1).test()));
  }

  @Property(tries = 200)
  void whatABootstrapLeavesOutIsOutOfItsBag(
      @ForAll @IntRange(min = 1, max = 200) int rows, @ForAll long seed) {
    Dataset set = counting(rows, 3);
    Splits.Bootstrap bootstrap = Splits.bootstrap(set, seed);
    int[] sample = positions(bootstrap.sample());
    int[] outside = positions(bootstrap.outOfBag());
    assertEquals(rows, sample.length);
    int[] distinct = Arrays.stream(sample).distinct().toArray();
    int[] all =
        IntStream.concat(Arrays.stream(distinct), Arrays.stream(outside)).sorted().toArray();
    assertArrayEquals(IntStream.range(0, rows).toArray(), all);
    for (int i = 0; i < rows; i++) {
      assertEquals((int) ((long) sample[i] * sample[i] % 3), bootstrap.sample().label(i));
    }
    assertArrayEquals(sample, positions(Splits.bootstrap(set, seed).sample()));
  }

  @Test
  void bootstrapDrawsUniformly() {
    int n = 50;
    int[] counts = new int[n];
    double outside = 0;
    for (int seed = 0; seed < 400; seed++) {
      Splits.Bootstrap bootstrap = Splits.bootstrap(counting(n, 2), seed);
      for (int i : positions(bootstrap.sample())) {
        counts[i]++;
      }
      outside += bootstrap.outOfBag().size();
    }
    for (int count : counts) {
      assertEquals(400, count, 5 * Math.sqrt(400)); // binomial of 20,000 with 1/50
    }
    // (1 − 1/n)ⁿ is left out; a sample's share has a deviation of about 0.3 / √n.
    assertEquals(Math.pow(1 - 1.0 / n, n), outside / 400 / n, 5 * 0.3 / Math.sqrt(400.0 * n));
  }

  @Test
  void seedsMatterAndPartsAreShuffled() {
    Dataset set = counting(300, 2);
    int[] one = positions(Splits.kFold(set, 3, 1).getFirst().train());
    assertFalse(Arrays.equals(one, positions(Splits.kFold(set, 3, 2).getFirst().train())));
    int[] sorted = one.clone();
    Arrays.sort(sorted);
    assertFalse(Arrays.equals(one, sorted));
    assertFalse(
        Arrays.equals(
            positions(Splits.bootstrap(set, 1).sample()),
            positions(Splits.bootstrap(set, 2).sample())));
  }

  @Test
  void splitsStayTheSameFromReleaseToRelease() {
    Dataset set = counting(9, 2);
    List<Dataset.Split> folds = Splits.kFold(set, 3, 7);
    assertArrayEquals(new int[] {2, 1, 0}, positions(folds.get(0).test()));
    assertArrayEquals(new int[] {6, 5, 4}, positions(folds.get(1).test()));
    assertArrayEquals(new int[] {7, 8, 3}, positions(folds.get(2).test()));
    Splits.Bootstrap bootstrap = Splits.bootstrap(set, 7);
    assertArrayEquals(new int[] {2, 1, 8, 8, 4, 5, 6, 6, 4}, positions(bootstrap.sample()));
    assertArrayEquals(new int[] {7, 0, 3}, positions(bootstrap.outOfBag()));
    assertArrayEquals(new int[] {5, 0, 4, 3}, positions(Splits.holdOut(set, 0.2, 0.3, 7).train()));
  }

  @Test
  void badNumbersSayWhatFits() {
    Dataset set = counting(5, 2);
    for (int k : new int[] {1, 6}) {
      assertEquals(
          "counting: " + k + " folds; 2 to the number of examples, 5, are possible",
          assertThrows(IllegalArgumentException.class, () -> Splits.kFold(set, k, 1)).getMessage());
    }
    assertEquals(
        "counting: split(1.1); a fraction between 0 and 1 is needed",
        assertThrows(IllegalArgumentException.class, () -> Splits.holdOut(set, 0.6, 0.5, 1))
            .getMessage());
  }
}
