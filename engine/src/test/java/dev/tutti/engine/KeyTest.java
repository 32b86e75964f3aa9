package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.reference.DoubleMath;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Counter-based random numbers: exact rules about which element depends on what, and the
/// distributions of long draws. Keys are fixed, so every figure below is the same on every run;
/// bounds are 4 standard deviations of the statistic.
class KeyTest {
  private static final int N = 1 << 18;

  // ---- which element depends on what ----

  @Test
  void drawsAreTheGeneratorsWords() {
    Key zero = new Key(Tensor.of(new int[] {0, 0}));
    assertArrayEquals(new int[] {0x6b200159, 0x99ba4efe}, zero.bits(2).toInts());
    int[] bits = zero.bits(5).toInts();
    float[] uniform = zero.uniform(5).toFloats();
    for (int i = 0; i < 5; i++) {
      assertEquals((bits[i] >>> 8) * 0x1p-24f, uniform[i]);
    }
  }

  @Property(tries = 100)
  void aLargerDrawStartsWithTheSameElements(
      @ForAll long seed, @ForAll @IntRange(max = 40) int n, @ForAll @IntRange(max = 40) int more) {
    Key key = Key.of(seed);
    List<BiFunction<Key, Integer, Tensor>> kinds =
        List.of((k, m) -> k.bits(m), (k, m) -> k.uniform(m), (k, m) -> k.normal(m));
    for (BiFunction<Key, Integer, Tensor> kind : kinds) {
      Expect.sameBits(kind.apply(key, n), kind.apply(key, n + more).slice(0, 0, n));
    }
    Expect.sameBits(key.normal(n * more).reshape(n, more), key.normal(n, more));
  }

  @Property(tries = 100)
  void splitIsEveryFold(@ForAll long seed, @ForAll @IntRange(max = 20) int n) {
    Key key = Key.of(seed);
    Tensor all = key.split(n).bits();
    assertEquals(Shape.of(n, 2), all.shape());
    for (int i = 0; i < n; i++) {
      Expect.sameBits(key.fold(i).bits(), all.get(i));
    }
  }

  /// Children are not the parent's draws: the two count in ranges of their own.
  @Property(tries = 60)
  void childrenAreNotDraws(@ForAll long seed) {
    Key key = Key.of(seed);
    Set<Integer> drawn = new HashSet<>(Arrays.stream(key.bits(64).toInts()).boxed().toList());
    drawn.retainAll(Arrays.stream(key.split(32).bits().toInts()).boxed().toList());
    // 64 · 64 pairs of 32 random bits: two pairs meet by chance once in two million keys
    assertTrue(drawn.size() < 2, drawn.toString());
  }

  @Property(tries = 60)
  void mappedKeysAreALoop(
      @ForAll long seed, @ForAll @IntRange(max = 5) int members, @ForAll @IntRange(max = 9) int n) {
    Key keys = Key.of(seed).split(members);
    List<Function<Key, Tensor>> draws =
        List.of(
            k -> k.bits(n),
            k -> k.uniform(n, 2),
            k -> k.normal(2, n),
            k -> k.permutation(n),
            k -> k.bernoulli(0.3, n),
            k -> k.uniform(-2, 3, Shape.of(n)),
            k -> k.split(n).bits(),
            k -> k.fold(n).fold(1).normal(3));
    for (Function<Key, Tensor> draw : draws) {
      Tensor mapped = Transforms.vmap(draw).apply(keys);
      for (int i = 0; i < members; i++) {
        Expect.sameBits(draw.apply(Key.of(seed).fold(i)), mapped.get(i));
      }
    }
    Tensor grid =
        Transforms.vmap((Key k) -> Transforms.vmap((Key l) -> l.normal(n)).apply(k.split(3)))
            .apply(keys);
    for (int i = 0; i < 3 * members; i++) {
      Tensor one = Key.of(seed).fold(i / 3).fold(i % 3).normal(n);
      Expect.sameBits(one, grid.get(i / 3).get(i % 3));
    }
  }

  @Test
  void keysOfAllSeedsAndDepthsDiffer() {
    Set<List<Integer>> seen = new HashSet<>();
    int count = 0;
    for (long seed : new long[] {0, 1, -1, 1L << 32, 42, Long.MIN_VALUE}) {
      for (Key key : new Key[] {Key.of(seed), Key.of(seed).fold(0), Key.of(seed).fold(1).fold(0)}) {
        seen.add(Arrays.stream(key.bits().toInts()).boxed().toList());
        for (int i = 0; i < 100; i++) {
          seen.add(Arrays.stream(key.fold(i + 2).bits().toInts()).boxed().toList());
        }
        count += 101;
      }
    }
    assertEquals(count, seen.size());
  }

  @Test
  void aKeyIsTwoInts() {
    Expect.error(
        "normal: a key has shape [2], got [3]",
        () -> new Key(Tensor.of(new int[] {1, 2, 3})).normal(2));
    Expect.error(
        "split: a key has shape [2], got [3]",
        () -> new Key(Tensor.of(new int[] {1, 2, 3})).split(2));
    Expect.error(
        "uniform: a key is int32, got float32", () -> new Key(Tensor.of(1f, 2f)).uniform(2));
    Expect.error("split: a key is int32, got float32", () -> new Key(Tensor.of(1f, 2f)).fold(2));
    Expect.error(
        "bits: input 0 needs at least 1 axes, got []",
        () -> new Key(Tensor.scalar(1).cast(DType.INT32)).bits(2));
  }

  // ---- distributions ----

  private static double mean(double[] x) {
    return Arrays.stream(x).average().orElseThrow();
  }

  /// The mean of `f(x)` is within 4 standard deviations of the expected one.
  private static void assertMean(
      String what, double expected, double deviation, double[] x, DoubleUnaryOperator f) {
    double mean = mean(Arrays.stream(x).map(f).toArray());
    double bound = 4 * deviation / Math.sqrt(x.length);
    assertTrue(
        Math.abs(mean - expected) <= bound,
        what + ": " + mean + " instead of " + expected + " ± " + bound);
  }

  @Test
  void uniform() {
    double[] x = Key.of(1).uniform(N).toDoubles();
    for (double v : x) {
      assertTrue(v >= 0 && v < 1 && v == Math.rint(v * 0x1p24) * 0x1p-24, "value " + v);
    }
    assertMean("mean", 0.5, Math.sqrt(1 / 12.0), x, v -> v);
    assertMean("variance", 1 / 12.0, Math.sqrt(1 / 180.0), x, v -> (v - 0.5) * (v - 0.5));
    int[] counts = new int[256];
    for (double v : x) {
      counts[(int) (v * 256)]++;
    }
    double chi =
        IntStream.of(counts).mapToDouble(c -> c - N / 256.0).map(d -> d * d).sum() / (N / 256.0);
    // χ² with 255 degrees of freedom: mean 255, deviation √510
    assertEquals(255, chi, 4 * Math.sqrt(510));
    double[] pairs = new double[N - 1];
    Arrays.setAll(pairs, i -> (x[i] - 0.5) * (x[i + 1] - 0.5));
    assertMean("neighbours", 0, 1 / 12.0, pairs, v -> v);
    double[] y = Key.of(1).uniform(-2, 3, Shape.of(N)).toDoubles();
    assertTrue(Arrays.stream(y).allMatch(v -> v >= -2 && v < 3));
    assertMean("mean of [-2, 3)", 0.5, 5 * Math.sqrt(1 / 12.0), y, v -> v);
  }

  @Test
  void normal() {
    double[] x = Key.of(2).normal(N).toDoubles();
    assertMean("mean", 0, 1, x, v -> v);
    assertMean("variance", 1, Math.sqrt(2), x, v -> v * v);
    assertMean("skewness", 0, Math.sqrt(15), x, v -> v * v * v);
    assertMean("kurtosis", 3, Math.sqrt(96), x, v -> v * v * v * v);
    double[] pairs = new double[N - 1];
    Arrays.setAll(pairs, i -> x[i] * x[i + 1]);
    assertMean("neighbours", 0, 1, pairs, v -> v);
    double[] sorted = x.clone();
    Arrays.sort(sorted);
    double gap = 0;
    for (int i = 0; i < N; i++) {
      double p = 0.5 * (1 + DoubleMath.erf(sorted[i] / Math.sqrt(2)));
      gap = Math.max(gap, Math.max(p - (double) i / N, (i + 1.0) / N - p));
    }
    // Kolmogorov and Smirnov: P(√N · gap > 2) = 0.0007
    assertTrue(Math.sqrt(N) * gap < 2, "distance " + gap);
  }

  @Test
  void bits() {
    int[] x = Key.of(3).bits(N).toInts();
    for (int bit = 0; bit < 32; bit++) {
      int b = bit;
      double[] ones = IntStream.of(x).mapToDouble(v -> v >>> b & 1).toArray();
      assertMean("bit " + bit, 0.5, 0.5, ones, v -> v);
    }
  }

  @Test
  void bernoulli() {
    double[] x = Key.of(4).bernoulli(0.3, N).toDoubles();
    assertTrue(Arrays.stream(x).allMatch(v -> v == 0 || v == 1));
    assertMean("mean", 0.3, Math.sqrt(0.3 * 0.7), x, v -> v);
    assertEquals(0, Key.of(4).bernoulli(0, N).sum().item());
    assertEquals(N, Key.of(4).bernoulli(1, N).sum().item());
  }

  /// Draws of sibling keys, and of a key and its child, are not correlated.
  @Test
  void streamsAreIndependent() {
    Key key = Key.of(5);
    double[] own = key.normal(N).toDoubles();
    double[] child = key.fold(0).normal(N).toDoubles();
    double[] sibling = key.fold(1).normal(N).toDoubles();
    double[] other = Key.of(6).normal(N).toDoubles();
    for (double[][] pair :
        new double[][][] {{own, child}, {child, sibling}, {own, other}, {sibling, other}}) {
      double[] products = new double[N];
      Arrays.setAll(products, i -> pair[0][i] * pair[1][i]);
      assertMean("correlation", 0, 1, products, v -> v);
    }
  }

  // ---- permutations ----

  @Test
  void permutationsHoldEveryNumberOnce() {
    for (int n : new int[] {0, 1, 2, 3, 8, 17, 1000, 65536}) {
      int[] order = Key.of(n).permutation(n).toInts();
      assertEquals(n, order.length);
      Arrays.sort(order);
      assertArrayEquals(IntStream.range(0, n).toArray(), order);
    }
  }

  /// All 24 orders of 4 things are as frequent: χ² with 23 degrees of freedom.
  @Test
  void permutationsAreUniform() {
    int draws = 24_000;
    int[] orders =
        Transforms.vmap((Key k) -> k.permutation(4)).apply(Key.of(7).split(draws)).toInts();
    int[] counts = new int[256];
    for (int i = 0; i < draws; i++) {
      int code = 0;
      for (int j = 0; j < 4; j++) {
        code = code * 4 + orders[4 * i + j];
      }
      counts[code]++;
    }
    int[] seen = IntStream.of(counts).filter(c -> c > 0).toArray();
    assertEquals(24, seen.length);
    double chi = IntStream.of(seen).mapToDouble(c -> (c - 1000.0) * (c - 1000.0) / 1000).sum();
    assertEquals(23, chi, 4 * Math.sqrt(46));
  }
}
