package dev.tutti.ensembles;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowsTest {
  @Test
  void allSeeAll() {
    assertArrayEquals(new int[] {0, 1, 2, 0, 1, 2}, Rows.ALL.of(3, 2, Key.of(1)).toInts());
  }

  @ParameterizedTest
  @CsvSource({"8,4,2", "9,4,3", "2,4,1", "7,1,7", "1,3,1", "10,3,4"})
  void sharesCoverTheBatch(int batch, int members, int share) {
    int[] rows = Rows.PARTITION.of(batch, members, Key.of(1)).toInts();
    assertEquals(members * share, rows.length);
    boolean[] seen = new boolean[batch];
    for (int m = 0; m < members; m++) {
      for (int r = 0; r < share; r++) {
        int row = rows[m * share + r];
        assertEquals(rows[m * share] + r, row);
        seen[row] = true;
      }
    }
    for (boolean row : seen) {
      assertTrue(row, Arrays.toString(rows));
    }
  }

  @Test
  void mimoPairsAtRandom() {
    int[] rows = Rows.mimo(0, 1).of(20, 2, Key.of(1)).toInts();
    int[] first = Arrays.copyOf(rows, 20);
    int[] second = Arrays.copyOfRange(rows, 20, 40);
    assertFalse(Arrays.equals(first, second));
    for (int[] each : new int[][] {first, second}) {
      assertArrayEquals(IntStream.range(0, 20).toArray(), Arrays.stream(each).sorted().toArray());
    }
  }

  @Test
  void mimoSharesRowsAndRepeatsThem() {
    int[] rows = Rows.mimo(0.75, 2).of(6, 3, Key.of(2)).toInts();
    assertEquals(3 * 12, rows.length);
    for (int m = 0; m < 3; m++) {
      int[] own = Arrays.copyOfRange(rows, m * 12, m * 12 + 12);
      assertArrayEquals(
          IntStream.range(0, 12).map(i -> i / 2).toArray(), Arrays.stream(own).sorted().toArray());
      assertArrayEquals(
          Arrays.copyOfRange(rows, 3, 12),
          Arrays.copyOfRange(own, 3, 12),
          "the common three quarters");
    }
    int[] same = Rows.mimo(1, 1).of(6, 2, Key.of(2)).toInts();
    assertArrayEquals(Arrays.copyOf(same, 6), Arrays.copyOfRange(same, 6, 12));
  }

  @Test
  void badRangesAreNamed() {
    assertEquals(
        "mimo: rho must be in [0, 1] and the repeats at least 1, got 1.5 and 1",
        assertThrows(IllegalArgumentException.class, () -> Rows.mimo(1.5, 1)).getMessage());
  }
}
