package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ImageMemoryTest {
  private static final long MB = 1 << 20;

  @Test
  void besideALargeSetImagesMayTakeLess() {
    long[][] table = { // held, files, pixels
      {0, 250, 500}, {250, 250, 500}, {300, 250, 450}, {600, 150, 150}, {700, 62, 62}, {750, 62, 62}
    };
    for (long[] row : table) {
      assertEquals(row[1], ImageMemory.FILES.most(row[0] * MB, 1000 * MB) / MB);
      assertEquals(row[2], ImageMemory.PIXELS.most(row[0] * MB, 1000 * MB) / MB);
    }
  }

  @Test
  void whatNeverFitsIsRefused() {
    long heap = Runtime.getRuntime().maxMemory();
    assertError(
        ("x.jpg: 7×7 pixels need %d MB of memory while the image is read; it may take %d MB of the"
                + " %d that the JVM may use; raise that with -Xmx")
            .formatted(Math.ceilDiv(heap / 2 + 1, MB), heap / 2 / MB, heap / MB),
        () -> ImageMemory.PIXELS.take("x.jpg", "7×7 pixels", heap / 2 + 1, 0));
  }

  @Test
  void imagesWaitUntilTheyFitTogether() {
    long most = ImageMemory.PIXELS.most(0, Runtime.getRuntime().maxMemory());
    AtomicLong taken = new AtomicLong();
    AtomicLong highest = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      long bytes = most * (1 + i % 4) / 4;
      threads.add(
          Thread.startVirtualThread(() -> {
            try (ImageMemory.Taken _ = ImageMemory.PIXELS.take("x", "x", bytes, 0)) {
              highest.accumulateAndGet(taken.addAndGet(bytes), Math::max);
              Thread.sleep(5);
              taken.addAndGet(-bytes);
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }));
    }
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          for (Thread thread : threads) {
            thread.join();
          }
        });
    assertEquals(0, taken.get());
    assertTrue(highest.get() > 0 && highest.get() <= most, highest + " of " + most);
  }
}
