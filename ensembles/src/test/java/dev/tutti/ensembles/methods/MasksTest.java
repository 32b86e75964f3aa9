package dev.tutti.ensembles.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MasksTest {
  /// Also for sizes for which the search of other libraries does not end.
  @Test
  void everySizeHasItsMasks() {
    for (int c = 10; c <= 256; c++) {
      for (int n = 1; n <= 16; n++) {
        for (int scale = 1; scale <= 6; scale++) {
          requireCovered(c, n, scale);
        }
      }
    }
  }

  private static void requireCovered(int c, int n, int scale) {
    String what = c + " columns, " + n + " masks, scale " + scale;
    int ones = Masks.ones(c, n, scale);
    float[] masks = Masks.draw(Key.of(c * 31L + n), n, c, scale).toFloats();
    assertEquals(n * c, masks.length, what);
    int[] in = new int[c];
    for (int m = 0; m < n; m++) {
      int count = 0;
      for (int i = 0; i < c; i++) {
        int bit = (int) masks[m * c + i];
        assertTrue(masks[m * c + i] == bit && (bit == 0 || bit == 1), what);
        count += bit;
        in[i] += bit;
      }
      assertEquals(ones, count, what);
    }
    for (int column : in) {
      assertTrue(column > 0, what);
    }
  }

  /// The formula of the paper's code, or as many as cover all columns.
  @ParameterizedTest
  @CsvSource({
    "12,4,3,4",
    "10,2,4,5",
    "16,4,3,6",
    "10,2,2,6",
    "100,4,2,53",
    "64,1,2,64",
    "20,3,1,20"
  })
  void ones(int c, int n, double scale, int ones) {
    assertEquals(ones, Masks.ones(c, n, scale));
  }

  @Test
  void masksDifferUnlessTheyAreFull() {
    Tensor half = Masks.draw(Key.of(1), 4, 100, 2);
    double expected = 53 * 53 / 100.0;
    assertEquals(expected, Masks.overlap(half), 4);
    assertEquals(20, Masks.overlap(Masks.draw(Key.of(1), 3, 20, 1)));
    assertEquals(0, Masks.overlap(Masks.draw(Key.of(1), 1, 20, 2)));
  }

  @Test
  void badSizesAreNamed() {
    String text =
        assertThrows(IllegalArgumentException.class, () -> Masks.ones(10, 4, 0.5)).getMessage();
    assertEquals("masks: columns, masks and scale must be at least 1, got 10, 4 and 0.5", text);
  }
}
