package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What many calling threads share: workspaces of kernels and turns of calls.
class SharedMemoryTest {
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  private static List<Thread> started(int count, Runnable body) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      threads.add(new Thread(body));
      threads.getLast().start();
    }
    return threads;
  }

  private static void inThreads(int count, Runnable body) throws InterruptedException {
    for (Thread thread : started(count, body)) {
      thread.join();
    }
  }

  @Test
  @Timeout(60)
  void thereAreNoMoreWorkspacesThanProcessors() throws InterruptedException {
    AtomicInteger made = new AtomicInteger();
    AtomicInteger inUse = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Workspaces<AtomicInteger> all =
        new Workspaces<>(
            () -> {
              made.incrementAndGet();
              return new AtomicInteger();
            },
            Long.MAX_VALUE);
    AtomicInteger shared = new AtomicInteger();
    inThreads(
        40,
        () -> {
          for (int i = 0; i < 50; i++) {
            AtomicInteger mine = all.get();
            most.accumulateAndGet(inUse.incrementAndGet(), Math::max);
            shared.addAndGet(mine.getAndIncrement());
            assertSame(mine, all.get());
            Thread.yield();
            shared.addAndGet(-mine.decrementAndGet());
            inUse.decrementAndGet();
            all.done();
          }
        });
    assertTrue(most.get() <= PROCESSORS, most + " in use");
    assertTrue(made.get() <= PROCESSORS, made + " made");
    assertEquals(0, shared.get()); // no other thread had it at the same time
  }

  /// A kernel that does not end must not block the others forever.
  @Test
  @Timeout(60)
  void aWaitForAWorkspaceEnds() throws InterruptedException {
    Workspaces<Object> all = new Workspaces<>(Object::new, seconds(0.1));
    CountDownLatch taken = new CountDownLatch(PROCESSORS);
    CountDownLatch end = new CountDownLatch(1);
    List<Thread> holders =
        started(
            PROCESSORS,
            () ->
                quietly(() -> {
                  all.get();
                  taken.countDown();
                  end.await();
                  all.done();
                  return null;
                }));
    taken.await();
    Object own = all.get();
    all.done();
    assertNotSame(own, all.get()); // thrown away
    all.done();
    end.countDown();
    for (Thread holder : holders) {
      holder.join();
    }
  }

  private static <T> T quietly(Callable<T> body) {
    try {
      return body.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static long seconds(double seconds) {
    return (long) (seconds * 1e9);
  }

  @Test
  @Timeout(60)
  void noMoreCallsThanProcessorsRunAtOnce() throws InterruptedException {
    Turns turns = new Turns(() -> Long.MAX_VALUE);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    inThreads(
        40,
        () -> {
          for (int i = 0; i < 50; i++) {
            turns.run(() -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              Thread.yield();
              return running.decrementAndGet();
            });
          }
        });
    assertTrue(most.get() <= PROCESSORS, most + " at once");
    assertEquals(PROCESSORS, turns.free());
  }

  /// Calls that wait for calls of other threads, more than there are places.
  @Test
  @Timeout(300)
  void callsThatWaitForEachOtherEnd() throws InterruptedException {
    Turns turns = new Turns(() -> seconds(0.1));
    AtomicInteger ended = new AtomicInteger();
    CyclicBarrier all = new CyclicBarrier(PROCESSORS + 2);
    inThreads(
        PROCESSORS + 2,
        () ->
            turns.run(() ->
                quietly(() -> {
                  all.await();
                  inThreads(2, () -> turns.run(() -> turns.run(ended::incrementAndGet)));
                  return null;
                })));
    assertEquals(2 * (PROCESSORS + 2), ended.get());
    assertEquals(PROCESSORS, turns.free());
  }

  /// Many short calls behind calls that do not end wait as long as one does.
  @Test
  @Timeout(300)
  void shortCallsWaitForLongOnesOnlyOnce() throws InterruptedException {
    Turns turns = new Turns(() -> seconds(1));
    CountDownLatch held = new CountDownLatch(PROCESSORS);
    CountDownLatch end = new CountDownLatch(1);
    List<Thread> holders =
        started(
            PROCESSORS,
            () ->
                turns.run(() ->
                    quietly(() -> {
                      held.countDown();
                      end.await();
                      return null;
                    })));
    held.await();
    AtomicInteger ended = new AtomicInteger();
    long start = System.nanoTime();
    inThreads(40, () -> turns.run(ended::incrementAndGet));
    long waited = System.nanoTime() - start;
    end.countDown();
    for (Thread holder : holders) {
      holder.join();
    }
    assertEquals(40, ended.get());
    assertTrue(waited < seconds(20), waited + " ns"); // 40 s if each waited for itself
    assertEquals(PROCESSORS, turns.free());
  }

  @Test
  void aCallThatFailsGivesItsTurnBack() {
    assertThrows(
        IllegalStateException.class,
        () ->
            Parallel.inTurn(() -> {
              assertEquals(PROCESSORS - 1, Turns.OF_CALLS.free());
              throw new IllegalStateException();
            }));
    assertEquals(PROCESSORS, Turns.OF_CALLS.free());
  }

  /// What failed calls kept for the next one is not kept forever.
  @Test
  void callsThatFailKeepNothing() {
    Tensor x = Tensor.ones(8, 100_000);
    for (int i = 0; i < 400; i++) {
      assertThrows(
          IllegalStateException.class,
          () ->
              Transforms.vmap(
                      (Tensor t) -> {
                        t.mul(2).add(1);
                        throw new IllegalStateException();
                      })
                  .apply(x));
    }
    Tensor y = Transforms.vmap((Tensor t) -> t.mul(2).add(1)).apply(x);
    assertEquals(3, y.get(7).get(0).item());
    assertEquals(0, StepMemory.kept());
  }
}
