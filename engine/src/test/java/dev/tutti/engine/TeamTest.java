package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TeamTest {
  private interface Wait {
    void end() throws InterruptedException;
  }

  private static void quietly(Wait wait) {
    try {
      wait.end();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The caller waits for a long task of a helper, which sees all the time that the caller has been
  /// interrupted.
  @Test
  @Timeout(60)
  void anInterruptedCallerWaitsWithoutAProcessorAndKeepsItsFlag() {
    Thread caller = Thread.currentThread();
    CountDownLatch taken = new CountDownLatch(1);
    AtomicInteger flagged = new AtomicInteger();
    AtomicInteger running = new AtomicInteger();
    Team team = new Team(1);
    boolean run =
        team.run(
            2,
            i -> {
              if (!Team.helping()) {
                quietly(taken::await);
                caller.interrupt();
                return;
              }
              taken.countDown();
              quietly(() -> Thread.sleep(1000));
              for (int k = 0; k < 50; k++) {
                quietly(() -> Thread.sleep(10));
                flagged.addAndGet(caller.isInterrupted() ? 1 : 0);
                running.addAndGet(caller.getState() == Thread.State.RUNNABLE ? 1 : 0);
              }
            });
    team.dismiss();
    assertTrue(Thread.interrupted());
    assertTrue(run);
    assertEquals(50, flagged.get());
    assertEquals(0, running.get());
  }

  @Test
  @Timeout(60)
  void everyTaskHasEndedWhenTheRunEnds() {
    Team team = new Team(3);
    for (int round = 0; round < 2000; round++) {
      AtomicInteger ended = new AtomicInteger();
      int slow = round % 8;
      assertTrue(
          team.run(
              8,
              i -> {
                long end = System.nanoTime() + (i == slow ? 200_000 : 1000);
                while (System.nanoTime() < end) {
                  Thread.onSpinWait();
                }
                ended.incrementAndGet();
              }));
      assertEquals(8, ended.get());
    }
    team.dismiss();
  }
}
