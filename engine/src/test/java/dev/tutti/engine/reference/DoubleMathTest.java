package dev.tutti.engine.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoubleMathTest {
  /// References computed with 40 digits (mpmath); the bound is the documented one.
  @ParameterizedTest
  @CsvSource({
    "1e-300, 1.1283791670955126e-300",
    "1e-8, 1.12837916709551256e-8",
    "0.001, 0.0011283787909692364",
    "0.1, 0.112462916018284898",
    "0.3, 0.328626759459127416",
    "0.5, 0.520499877813046538",
    "0.75, 0.711155633653515132",
    "1, 0.842700792949714869",
    "1.2, 0.910313978229635368",
    "1.24609375, 0.921971696352200526",
    "1.25, 0.92290012825645823",
    "1.3, 0.934007944940652446",
    "1.5, 0.966105146475310727",
    "1.75, 0.986671671219182444",
    "2, 0.995322265018952734",
    "2.5, 0.999593047982555041",
    "3, 0.999977909503001415",
    "3.5, 0.999999256901627659",
    "4, 0.9999999845827421",
    "5, 0.99999999999846254",
    "5.9, 0.999999999999999928",
  })
  void erfIsWithinItsBound(double x, double exact) {
    assertEquals(exact, DoubleMath.erf(x), 4e-16 * exact);
    assertEquals(-exact, DoubleMath.erf(-x), 4e-16 * exact);
  }

  /// Simpson's rule on the definition: an oracle that shares nothing with the two formulas.
  @Test
  void erfIsTheIntegralOfItsDerivative() {
    int steps = 512;
    double sum = 0;
    for (int k = 0; k < 64; k++) {
      double from = k / 10.0;
      double h = 0.1 / steps;
      double area = 0;
      for (int i = 0; i <= steps; i++) {
        double t = from + i * h;
        int weight = i == 0 || i == steps ? 1 : i % 2 == 0 ? 2 : 4;
        area += weight * StrictMath.exp(-t * t);
      }
      sum += area * h / 3 * 2 / Math.sqrt(Math.PI);
      // The rule's own error is below 1e-16 a piece; adding 512 terms 64 times costs a few 1e-15.
      assertEquals(sum, DoubleMath.erf(from + 0.1), 2e-14);
    }
  }

  @Test
  void erfHasNoStepWhereTheFormulaChanges() {
    double x = 1.25;
    double slope = 2 / Math.sqrt(Math.PI) * Math.exp(-x * x);
    double below = DoubleMath.erf(x - 0x1p-30);
    // A second-order term of 1e-18 and one rounding of each value.
    assertEquals(slope * 0x1p-30, DoubleMath.erf(x) - below, 4e-16);
  }

  @ParameterizedTest
  @CsvSource({
    "NaN, NaN",
    "Infinity, 1",
    "-Infinity, -1",
    "0, 0",
    "-0.0, -0.0",
    "6, 1",
    "-6, -1",
  })
  void erfTreatsSpecialValues(double x, double y) {
    assertEquals(y, DoubleMath.erf(x));
  }

  @Test
  void erfOfASubnormalIsRoundedOnce() {
    assertEquals(Double.MIN_VALUE, DoubleMath.erf(Double.MIN_VALUE));
    // 2/√π of 1e-310, to within two of the subnormals' steps.
    assertEquals(1.1283791670955126e-310, DoubleMath.erf(1e-310), 2 * Double.MIN_VALUE);
  }

  @Test
  void sigmoidKeepsBothTails() {
    assertEquals(0.5, DoubleMath.sigmoid(0));
    assertEquals(0.5, DoubleMath.sigmoid(-0.0));
    assertEquals(1, DoubleMath.sigmoid(Double.POSITIVE_INFINITY));
    assertEquals(0, DoubleMath.sigmoid(Double.NEGATIVE_INFINITY));
    assertTrue(Double.isNaN(DoubleMath.sigmoid(Double.NaN)));
    // Far out it is e^x itself.
    assertEquals(StrictMath.exp(-740), DoubleMath.sigmoid(-740));
    for (double x = -30; x <= 30; x += 0.37) {
      // Two roundings of the quotient and one of the sum, at values up to 1.
      assertEquals(1, DoubleMath.sigmoid(x) + DoubleMath.sigmoid(-x), 4e-16);
    }
  }

  @Test
  void geluIsXTimesTheNormalDistribution() {
    // Φ(1) and Φ(-1) from tables of 16 digits.
    assertEquals(0.8413447460685429, DoubleMath.gelu(1), 4e-16);
    assertEquals(-0.15865525393145705, DoubleMath.gelu(-1), 4e-16);
    assertEquals(-0.0, DoubleMath.gelu(Double.NEGATIVE_INFINITY));
    assertEquals(Double.POSITIVE_INFINITY, DoubleMath.gelu(Double.POSITIVE_INFINITY));
    assertTrue(Double.isNaN(DoubleMath.gelu(Double.NaN)));
  }
}
