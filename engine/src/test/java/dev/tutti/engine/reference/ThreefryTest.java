package dev.tutti.engine.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The known answers of `threefry2x32` with 20 rounds in Random123 (Salmon et al., 2011).
class ThreefryTest {
  @ParameterizedTest
  @CsvSource({
    "00000000, 00000000, 00000000, 00000000, 6b200159, 99ba4efe",
    "ffffffff, ffffffff, ffffffff, ffffffff, 1cb996fc, bb002be7",
    "13198a2e, 03707344, 243f6a88, 85a308d3, c4923a9c, 483df7a0",
  })
  void knownAnswers(String k0, String k1, String c0, String c1, String x, String y) {
    long words = Threefry.words(bits(k0), bits(k1), bits(c0), bits(c1));
    assertEquals(x + y, String.format("%016x", words));
  }

  private static int bits(String hex) {
    return Integer.parseUnsignedInt(hex, 16);
  }
}
