package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What many calling threads share: workspaces of kernels and turns of calls.
class SharedMemoryTest {
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  private static void inThreads(int count, Runnable body) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      threads.add(new Thread(body));
      threads.getLast().start();
    }
    for (Thread thread : threads) {
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
        new Workspaces<>(() -> {
          made.incrementAndGet();
          return new AtomicInteger();
        });
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
    Workspaces<Object> all = new Workspaces<>(Object::new);
    CountDownLatch taken = new CountDownLatch(PROCESSORS);
    CountDownLatch end = new CountDownLatch(1);
    Thread holders =
        new Thread(() -> {
          try {
            inThreads(
                PROCESSORS,
                () -> {
                  all.get();
                  taken.countDown();
                  try {
                    end.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                  all.done();
                });
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    holders.start();
    taken.await();
    Object own = all.get();
    all.done();
    assertNotSame(own, all.get()); // thrown away
    all.done();
    end.countDown();
    holders.join();
  }

  /// Calls that wait for calls of other threads, more than there are places.
  @Test
  @Timeout(300)
  void callsThatWaitForEachOtherEnd() throws InterruptedException {
    AtomicInteger ended = new AtomicInteger();
    inThreads(
        PROCESSORS + 2,
        () ->
            Parallel.inTurn(() -> {
              try {
                inThreads(2, () -> Parallel.inTurn(() -> Parallel.inTurn(ended::incrementAndGet)));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return null;
            }));
    assertEquals(2 * (PROCESSORS + 2), ended.get());
  }

  @Test
  void aCallThatFailsGivesItsTurnBack() {
    for (int i = 0; i < 3 * PROCESSORS; i++) {
      assertThrows(
          IllegalStateException.class,
          () ->
              Parallel.inTurn(() -> {
                throw new IllegalStateException();
              }));
    }
    long start = System.nanoTime();
    assertEquals(1, Parallel.inTurn(() -> 1));
    assertTrue(System.nanoTime() - start < 10_000_000_000L);
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
