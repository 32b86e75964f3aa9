package dev.tutti.nn.io;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.api.Test;

class MemoryTest {
  @Test
  void threeQuartersOfTheMemoryMayBeTaken() {
    long available = 1000L << 20;
    assertDoesNotThrow(() -> Memory.check("x", 750L << 20, available));
    assertError(
        "x: needs 751 MB of memory, the JVM may use 1000 MB in all; raise that with -Xmx",
        () -> Memory.check("x", 751L << 20, available));
  }
}
