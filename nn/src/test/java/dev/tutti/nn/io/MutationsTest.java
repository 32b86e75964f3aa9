package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A fuzzer that damages nothing, or accepts everything, would make its tests worthless.
class MutationsTest {
  private static final List<byte[]> SAMPLES =
      List.of(
          "{\"shape\":[12,3],\"kind\":\"F32\"}".getBytes(StandardCharsets.US_ASCII),
          new byte[] {0, 0, 8, 1, 0, 0, 0, 2, 5, 6});

  @Test
  void casesDifferAndRepeat() {
    Set<String> distinct = new HashSet<>();
    for (int i = 0; i < 2_000; i++) {
      byte[] content = Mutations.of(SAMPLES, i);
      assertArrayEquals(content, Mutations.of(SAMPLES, i));
      distinct.add(new String(content, StandardCharsets.ISO_8859_1));
    }
    assertTrue(distinct.size() > 1_500, distinct.size() + " distinct cases");
  }

  @Test
  void samplesStayAsTheyAre() {
    List<byte[]> copies = SAMPLES.stream().map(byte[]::clone).toList();
    for (int i = 0; i < 2_000; i++) {
      Mutations.of(copies, i);
    }
    for (int i = 0; i < copies.size(); i++) {
      assertArrayEquals(SAMPLES.get(i), copies.get(i));
    }
  }

  @Test
  void outcomesAreCounted() {
    int[] calls = {0};
    assertEquals(
        new Mutations.Outcome(75, 25),
        Mutations.survive(
            SAMPLES,
            100,
            1,
            1 << 20,
            content -> {
              if (calls[0]++ % 4 == 0) {
                throw new DataError("file: no");
              }
            }));
  }

  @Test
  void otherExceptionsFailWithTheirSeed() {
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                Mutations.survive(
                    SAMPLES,
                    10,
                    7,
                    1 << 20,
                    content -> {
                      throw new ArithmeticException();
                    }));
    assertTrue(error.getMessage().startsWith("seed 7, "), error.getMessage());
    assertInstanceOf(ArithmeticException.class, error.getCause());
  }

  @Test
  void greedyReadersFail() {
    long[][] kept = new long[1][];
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                Mutations.survive(SAMPLES, 10, 7, 1 << 20, content -> kept[0] = new long[1 << 18]));
    assertTrue(error.getMessage().contains("bytes of heap"), error.getMessage());
  }
}
