package dev.tutti.nn.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.data.glyph.Glyphs;
import dev.tutti.nn.io.DataError;
import dev.tutti.testkit.Expect;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Batches made in advance: the same ones, each made once, and no thread left running.
class PrefetchTest {
  private static final int[] WORKERS = {0, 1, 2, 7};

  /// Draws noise for every element, so that the key of every batch shows.
  private static final Transform NOISE = (x, key) -> x.add(key.uniform(x.shape().dims()));

  private static Batches digits(int count, int batchSize) {
    return Batches.of(Glyphs.digits(count, 1), batchSize)
        .shuffled(Key.of(3))
        .transformed(NOISE)
        .mixed(Mix.mixup(0.4));
  }

  @Property(tries = 40)
  void anyNumberOfWorkersGivesTheSameBatches(
      @ForAll @IntRange(min = 1, max = 40) int size,
      @ForAll @IntRange(min = 1, max = 12) int batchSize,
      @ForAll @IntRange(min = 0, max = 5) int ahead,
      @ForAll boolean inOrder,
      @ForAll long seed) {
    Batches plain = digits(size, batchSize);
    int count = plain.count();
    int[] asked =
        inOrder
            ? IntStream.range(0, 3 * count).toArray()
            : new SplittableRandom(seed).ints(12, 0, 5 * count).toArray();
    for (int workers : WORKERS) {
      try (Batches ready = plain.prefetched(workers, ahead)) {
        for (int step : asked) {
          Expect.sameLeaves(
              workers + " workers, step " + step,
              plain.batch(step / count, step % count),
              ready.batch(step / count, step % count));
        }
      }
    }
  }

  /// Counts how often each batch is transformed, by the first draw of its key.
  private static final class Counting implements Transform {
    final Map<Integer, AtomicInteger> calls = new ConcurrentHashMap<>();

    @Override
    public Tensor apply(Tensor x, Key key) {
      calls.computeIfAbsent(key.bits(1).toInts()[0], k -> new AtomicInteger()).incrementAndGet();
      return x;
    }
  }

  @Test
  void callersInStepShareEveryBatch() {
    for (int workers : WORKERS) {
      Counting counting = new Counting();
      try (Batches ready =
          digits(40, 4).transformed(counting).mixed(Mix.none()).prefetched(workers, 3)) {
        for (int step = 0; step < 30; step++) {
          Batch[] seen = new Batch[4];
          int at = step;
          IntStream.range(0, seen.length)
              .parallel()
              .forEach(caller -> seen[caller] = ready.batch(at / 10, at % 10));
          for (Batch other : seen) {
            assertSame(seen[0], other);
          }
        }
      }
      assertTrue(counting.calls.size() >= 30);
      counting.calls.values().forEach(calls -> assertEquals(1, calls.get()));
    }
  }

  @Test
  @Timeout(300)
  void workersMakeTheBatchesThatFollowAcrossTheEpochsEnd() throws InterruptedException {
    CountDownLatch made = new CountDownLatch(4);
    Set<String> threads = ConcurrentHashMap.newKeySet();
    Transform note =
        (x, key) -> {
          threads.add(Thread.currentThread().getName());
          assertTrue(Parallel.inTask() || !Thread.currentThread().getName().startsWith("tutti-b"));
          made.countDown();
          return x;
        };
    try (Batches ready = digits(10, 5).transformed(note).prefetched(2, 3)) {
      ready.batch(0, 1);
      assertTrue(made.await(120, TimeUnit.SECONDS));
    }
    assertTrue(threads.stream().anyMatch(name -> name.startsWith("tutti-batches-")));
  }

  @Test
  @Timeout(300)
  void allWorkersMakeTheFirstBatches() throws InterruptedException {
    CountDownLatch together = new CountDownLatch(3);
    Transform meet =
        (x, key) -> {
          if (Thread.currentThread().getName().startsWith("tutti-batches-")) {
            together.countDown();
            awaited(together);
          }
          return x;
        };
    try (Batches ready = digits(60, 4).transformed(meet).prefetched(3, 6)) {
      ready.batch(0, 0);
      assertTrue(together.await(120, TimeUnit.SECONDS));
    }
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await(120, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// While the workers are busy, callers continue, and the queue of the workers stays short.
  @Test
  @Timeout(300)
  void requestsDoNotPileUp() {
    CountDownLatch end = new CountDownLatch(1);
    Thread caller = Thread.currentThread();
    Dataset data = Glyphs.digits(200, 1);
    BatchPlan plan =
        BatchPlan.of(data, 4)
            .transformed((x, key) -> {
              if (Thread.currentThread() != caller) {
                awaited(end);
              }
              return x;
            });
    Prefetch prefetch = Prefetch.of(2, 1);
    BatchWindow window = new BatchWindow(plan, prefetch);
    try {
      for (int step = 0; step < 50; step += 5) {
        window.batch(0, step);
      }
      assertTrue(prefetch.workers().getQueuedSubmissionCount() <= 2);
    } finally {
      end.countDown();
      prefetch.close();
    }
  }

  /// Behind [Batches#close] what follows is planned no more, so the window holds twice as much.
  @Test
  void afterCloseOnlyWhatIsAskedForIsHeld() {
    Counting counting = new Counting();
    Batches ready = digits(40, 4).transformed(counting).mixed(Mix.none()).prefetched(2, 1);
    ready.close();
    for (int pass = 0; pass < 2; pass++) {
      for (int index = 0; index < 4; index++) {
        ready.batch(0, index);
      }
    }
    assertEquals(4, counting.calls.size());
    counting.calls.values().forEach(calls -> assertEquals(1, calls.get()));
  }

  @Test
  @Timeout(300)
  void callersThatDriftApartStillGetTheirBatches() {
    Batches plain = digits(60, 4);
    try (Batches ready = plain.prefetched(2, 2)) {
      // One caller runs through three epochs before the next begins, as shards on one thread do.
      for (int caller = 0; caller < 2; caller++) {
        for (int step = 0; step < 45; step++) {
          Expect.sameLeaves(
              "step " + step, plain.batch(step / 15, step % 15), ready.batch(step / 15, step % 15));
        }
      }
      IntStream.range(0, 8)
          .parallel()
          .forEach(caller -> {
            for (int step = caller; step < 45; step += 1 + caller % 3) {
              Expect.sameLeaves(
                  "caller " + caller,
                  plain.batch(step / 15, step % 15),
                  ready.batch(step / 15, step % 15));
            }
          });
    }
  }

  @Test
  void failuresComeOutInTheCallerAndAreTriedAgain() {
    for (int workers : WORKERS) {
      AtomicInteger failures = new AtomicInteger(1);
      Transform once =
          (x, key) -> {
            if (x.toFloats()[0] == 4 && failures.getAndDecrement() > 0) {
              throw new DataError("bad example");
            }
            return x;
          };
      float[][] rows = {{0}, {1}, {2}, {3}, {4}, {5}, {6}, {7}};
      Dataset data = Dataset.ofTable("t", rows, new int[8], List.of("a"));
      try (Batches ready = Batches.of(data, 4).transformed(once).prefetched(workers, 1)) {
        assertEquals(0, ready.batch(0, 0).x().toFloats()[0]);
        DataError e = assertThrows(DataError.class, () -> ready.batch(0, 1));
        assertEquals("bad example", e.getMessage());
        assertEquals(4, ready.batch(0, 1).x().toFloats()[0]);
      }
      Error broken = new AssertionError("broken");
      Transform fails =
          (x, key) -> {
            throw broken;
          };
      try (Batches ready = Batches.of(data, 4).transformed(fails).prefetched(workers, 1)) {
        assertSame(broken, assertThrows(AssertionError.class, () -> ready.batch(0, 0)));
        assertThrows(IndexOutOfBoundsException.class, () -> ready.batch(0, 2));
      }
    }
  }

  @Test
  void aCallerThatIsInterruptedGetsItsBatchAndStaysInterrupted() {
    try (Batches ready = digits(12, 4).prefetched(1, 2)) {
      Batch expected = digits(12, 4).batch(0, 1);
      Thread.currentThread().interrupt();
      Batch batch = ready.batch(0, 1);
      assertTrue(Thread.interrupted());
      Expect.sameLeaves("interrupted", expected, batch);
    }
  }

  private static long workers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("tutti-batches-"))
        .filter(Thread::isAlive)
        .count();
  }

  @Test
  void closingEndsTheThreadsAndBatchesStillCome() throws InterruptedException {
    Batches plain = digits(40, 4);
    Batches ready = plain.prefetched(3, 6);
    Batches derived = ready.forMember(1);
    ready.batch(0, 0);
    derived.batch(0, 0);
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("tutti-batches-"))
            .allMatch(Thread::isDaemon));
    ready.close();
    for (int tries = 0; workers() > 0 && tries < 12_000; tries++) {
      Thread.sleep(10);
    }
    assertEquals(0, workers());
    for (int step = 5; step < 25; step++) {
      Expect.sameLeaves(
          "after close", plain.batch(step / 10, step % 10), ready.batch(step / 10, step % 10));
      Expect.sameLeaves(
          "derived",
          plain.forMember(1).batch(step / 10, step % 10),
          derived.batch(step / 10, step % 10));
    }
    ready.close();
    plain.close();
    assertEquals(0, workers());
  }

  @Test
  void aMembersStreamIsItsOwn() {
    Batches all = digits(30, 10);
    Set<String> firsts = ConcurrentHashMap.newKeySet();
    firsts.add(all.batch(0, 0).targets() + "" + all.batch(0, 0).x());
    for (int m = 0; m < 4; m++) {
      Batch batch = all.forMember(m).batch(0, 0);
      firsts.add(batch.targets() + "" + batch.x());
      Expect.sameLeaves("member " + m, batch, all.forMember(m).batch(0, 0));
    }
    assertEquals(5, firsts.size());
    // Without shuffling the order stays the data's, and the transform draws for each member.
    Batches ordered = Batches.of(Glyphs.digits(30, 1), 10).transformed(NOISE);
    Expect.sameBits(
        "labels", ordered.batch(2, 1).targets(), ordered.forMember(3).batch(2, 1).targets());
    assertFalse(Expect.same(ordered.batch(2, 1).x(), ordered.forMember(3).batch(2, 1).x()));
    assertFalse(Expect.same(ordered.batch(2, 1).x(), ordered.batch(1, 1).x()));
  }

  @Test
  void badNumbersSayWhatFits() {
    Batches plain = digits(4, 2);
    assertEquals(
        "prefetched: workers must be between 0 and 256, got -1",
        assertThrows(IllegalArgumentException.class, () -> plain.prefetched(-1, 1)).getMessage());
    assertEquals(
        "prefetched: batches ahead must be between 0 and 65536, got -2",
        assertThrows(IllegalArgumentException.class, () -> plain.prefetched(1, -2)).getMessage());
  }
}
