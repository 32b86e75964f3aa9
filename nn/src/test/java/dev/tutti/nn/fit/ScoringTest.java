package dev.tutti.nn.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/// The room that kept outputs need.
class ScoringTest {
  @Test
  void outputsThatCannotBeKept() {
    Scoring.requireRoom(10, 250_000, 40L * 1_000_000);
    assertEquals(
        "validation: 10 outputs for each of 262145 rows need 30 MB of memory, the JVM may use 40 MB"
            + " in all; validate with fewer rows, raise it with -Xmx, or take an Objective that is a"
            + " mean (isMean, divisor), of which no outputs are kept",
        assertThrows(
                IllegalArgumentException.class, () -> Scoring.requireRoom(10, 262_145, 40L << 20))
            .getMessage());
  }
}
