package dev.tutti.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.testkit.Expect;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Batches: what is in them, in which order, and that asking changes nothing.
class BatchesTest {
  /// Row i of two features is (i, i + ½), its label i mod 3.
  private static Dataset counting(int rows) {
    float[][] values = new float[rows][];
    for (int i = 0; i < rows; i++) {
      values[i] = new float[] {i, i + 0.5f};
    }
    int[] labels = IntStream.range(0, rows).map(i -> i % 3).toArray();
    return Dataset.ofTable("counting", values, labels, List.of("a", "b", "c"));
  }

  /// The examples of an epoch in order; checks shapes and that each label is its row's.
  private static int[] examples(Batches batches, int epoch) {
    return IntStream.range(0, batches.count())
        .flatMap(i -> Arrays.stream(examplesOf(batches.batch(epoch, i))))
        .toArray();
  }

  private static int[] examplesOf(Batch batch) {
    int n = batch.targets().dim(0);
    assertEquals(Shape.of(n, 2), batch.x().shape());
    assertEquals(DType.INT32, batch.targets().dtype());
    double[] x = batch.x().toDoubles();
    int[] rows = new int[n];
    for (int i = 0; i < n; i++) {
      rows[i] = (int) x[2 * i];
      assertEquals(x[2 * i] + 0.5, x[2 * i + 1]);
      assertEquals(rows[i] % 3, batch.targets().toInts()[i]);
    }
    return rows;
  }

  @Property(tries = 100)
  void anEpochIsAPermutation(
      @ForAll @IntRange(min = 1, max = 60) int size,
      @ForAll @IntRange(min = 1, max = 70) int batchSize,
      @ForAll @IntRange(min = 0, max = 5) int epoch,
      @ForAll long seed) {
    Batches batches = Batches.of(counting(size), batchSize).shuffled(Key.of(seed));
    assertEquals((size + batchSize - 1) / batchSize, batches.count());
    assertEquals(size, batches.examples());
    int[] order = examples(batches, epoch);
    assertEquals(size, order.length);
    assertArrayEquals(IntStream.range(0, size).toArray(), Arrays.stream(order).sorted().toArray());
  }

  @Property(tries = 100)
  void joinLastVisitsEveryExampleInTheSameOrder(
      @ForAll @IntRange(min = 1, max = 40) int size,
      @ForAll @IntRange(min = 1, max = 50) int batchSize,
      @ForAll boolean shuffle) {
    Batches all = Batches.of(counting(size), batchSize);
    all = shuffle ? all.shuffled(Key.of(3)) : all;
    Batches joined = all.joinLast();
    assertEquals(Math.max(1, size / batchSize), joined.count());
    assertEquals(size, joined.examples());
    assertArrayEquals(examples(all, 2), examples(joined, 2));
    for (int i = 0; i < joined.count(); i++) {
      int n = joined.batch(2, i).targets().size();
      boolean last = i == joined.count() - 1;
      assertEquals(last ? size - i * batchSize : batchSize, n);
    }
  }

  @Property(tries = 100)
  void dropLastKeepsWholeBatchesOfTheSameOrder(
      @ForAll @IntRange(min = 1, max = 40) int size,
      @ForAll @IntRange(min = 1, max = 50) int batchSize,
      @ForAll boolean shuffle) {
    Batches all = Batches.of(counting(size), batchSize);
    all = shuffle ? all.shuffled(Key.of(3)) : all;
    Batches whole = all.dropLast();
    assertEquals(size / batchSize, whole.count());
    assertEquals(size / batchSize * batchSize, whole.examples());
    int[] order = examples(whole, 2);
    assertArrayEquals(Arrays.copyOf(examples(all, 2), order.length), order);
    assertEquals(whole.examples(), order.length);
    for (int i = 0; i < whole.count(); i++) {
      assertEquals(batchSize, whole.batch(2, i).targets().size());
    }
  }

  @Test
  void withoutAKeyTheOrderIsTheDatas() {
    Batches batches = Batches.of(counting(10), 4);
    for (int epoch = 0; epoch < 3; epoch++) {
      assertArrayEquals(IntStream.range(0, 10).toArray(), examples(batches, epoch));
    }
    assertArrayEquals(new int[] {8, 9}, examplesOf(batches.batch(0, 2)));
  }

  @Test
  void epochsAndKeysHaveOrdersOfTheirOwn() {
    Set<String> orders = new HashSet<>();
    for (int seed = 0; seed < 3; seed++) {
      Batches batches = Batches.of(counting(30), 8).shuffled(Key.of(seed));
      for (int epoch = 0; epoch < 5; epoch++) {
        orders.add(Arrays.toString(examples(batches, epoch)));
      }
    }
    assertEquals(15, orders.size());
    // The batch size cuts the order and does not change it.
    assertArrayEquals(
        examples(Batches.of(counting(30), 8).shuffled(Key.of(1)), 4),
        examples(Batches.of(counting(30), 7).shuffled(Key.of(1)), 4));
  }

  /// Draws noise for every element, so that the key of every batch shows.
  private static final Transform NOISE = (x, key) -> x.add(key.uniform(x.shape().dims()));

  @Test
  void anyThreadMayAskForAnyBatchInAnyOrder() {
    Dataset data = counting(53);
    Batches shared = Batches.of(data, 5).shuffled(Key.of(8)).transformed(NOISE);
    int count = shared.count();
    int epochs = 4;
    Batch[] inOrder = new Batch[epochs * count];
    for (int i = 0; i < inOrder.length; i++) {
      Batches fresh = Batches.of(data, 5).transformed(NOISE).shuffled(Key.of(8));
      inOrder[i] = fresh.batch(i / count, i % count);
    }
    // Neighbouring requests jump between epochs and batches.
    Batch[] parallel = new Batch[inOrder.length];
    IntStream.range(0, inOrder.length)
        .parallel()
        .map(i -> i * 17 % parallel.length)
        .forEach(i -> parallel[i] = shared.batch(i / count, i % count));
    for (int i = 0; i < inOrder.length; i++) {
      Expect.sameLeaves("batch " + i, inOrder[i], parallel[i]);
    }
  }

  @Test
  void everyBatchHasItsOwnKeyForTheTransform() {
    Transform onlyNoise = (x, key) -> key.uniform(x.shape().dims());
    Batches batches = Batches.of(counting(12), 4).shuffled(Key.of(8)).transformed(onlyNoise);
    Set<String> noise = new HashSet<>();
    for (int epoch = 0; epoch < 3; epoch++) {
      for (int i = 0; i < 3; i++) {
        noise.add(Arrays.toString(batches.batch(epoch, i).x().toFloats()));
      }
    }
    assertEquals(9, noise.size());
    // Nor is it the key that shuffled.
    Key shuffle = Key.of(8).fold(0).fold(0);
    assertFalse(noise.contains(Arrays.toString(shuffle.uniform(4, 2).toFloats())));
  }

  @Test
  void imagesComeAsFractionsInRowsOfPixels() {
    byte[][] pixels = {{0, 51, 102, (byte) 153}, {(byte) 204, (byte) 255, 0, 1}, {5, 6, 7, 8}};
    Dataset data =
        Dataset.ofImages("grey", 1, 2, 2, pixels, new int[] {1, 0, 1}, List.of("a", "b"));
    Batches batches = Batches.of(data, 2);
    assertEquals(data, batches.data());
    Batch first = batches.batch(0, 0);
    assertEquals(Shape.of(2, 1, 2, 2), first.x().shape());
    float[] x = {0, 51 / 255f, 102 / 255f, 153 / 255f, 204 / 255f, 1, 0, 1 / 255f};
    assertArrayEquals(x, first.x().toFloats());
    assertArrayEquals(new int[] {1, 0}, first.targets().toInts());
    Batch last = batches.batch(0, 1);
    assertEquals(Shape.of(1, 1, 2, 2), last.x().shape());
    assertArrayEquals(new int[] {1}, last.targets().toInts());
  }

  @Test
  void badRequestsSayWhatFits() {
    Dataset data = counting(10);
    IllegalArgumentException size =
        assertThrows(IllegalArgumentException.class, () -> Batches.of(data, 0));
    assertEquals("batch size must be at least 1, got 0", size.getMessage());
    byte[] pixels = new byte[1 << 20];
    byte[][] images = new byte[2048][];
    Arrays.fill(images, pixels);
    Dataset large =
        Dataset.ofOwnedImages("large", 1024, 1024, 1, images, new int[2048], List.of("a"));
    assertEquals(2047, Batches.of(large, 2047).batchSize());
    assertEquals(
        "large: a batch of 2048 examples of 1048576 values; at most 2047 examples fit",
        assertThrows(IllegalArgumentException.class, () -> Batches.of(large, 3000)).getMessage());
    Batches pairs = Batches.of(large, 1500);
    assertEquals(
        "large: a batch of 2048 examples of 1048576 values; at most 2047 examples fit",
        assertThrows(IllegalArgumentException.class, pairs::joinLast).getMessage());
    Batches batches = Batches.of(data, 4);
    for (int index : new int[] {-1, 3}) {
      IndexOutOfBoundsException e =
          assertThrows(IndexOutOfBoundsException.class, () -> batches.batch(0, index));
      assertEquals("counting: batch " + index + "; an epoch has 3 (from 0)", e.getMessage());
    }
    assertThrows(IndexOutOfBoundsException.class, () -> batches.dropLast().batch(0, 2));
    assertTrue(Batches.of(counting(3), 4).dropLast().count() == 0);
    assertEquals(0, Batches.of(counting(3).take(0), 4).joinLast().count());
  }
}
