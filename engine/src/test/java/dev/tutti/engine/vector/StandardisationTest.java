package dev.tutti.engine.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Array;
import dev.tutti.engine.Ints;
import dev.tutti.engine.Normalize;
import dev.tutti.engine.NormalizeInput;
import org.junit.jupiter.api.Test;

class StandardisationTest {
  private static void same(Array x, int... axes) {
    Normalize p = new Normalize(Ints.of(axes), 1e-5);
    assertTrue(Standardisation.takes(p, new Array[] {x}));
    Against.reference(p, (in, out) -> Standardisation.run(p, in, out), x);
    NormalizeInput cotangent = new NormalizeInput(p.axes(), p.eps());
    Array g = Against.normal(9, x.shape().dims());
    assertEquals(p.axes().contains(1), StandardisationInput.takes(cotangent, new Array[] {x, g}));
    if (p.axes().contains(1)) {
      Against.reference(cotangent, (in, out) -> StandardisationInput.run(cotangent, in, out), x, g);
    }
  }

  @Test
  void lastAxes() {
    for (int n : new int[] {2, 3, 15, 16, 17, 33, 64, 100, 1024, 1030, 5000}) {
      same(Against.normal(n, 5, n), 1);
      same(Against.odd(n, 3, n), 1);
    }
    same(Against.normal(1, 7), 1);
    same(Against.normal(1, 3, 4, 5), 2, 1);
    same(Against.normal(1, 3, 4, 5), 3, 2, 1);
    same(Against.normal(1, 700, 300), 1); // cut into tasks
  }

  @Test
  void axesFurtherLeft() {
    for (int inner : new int[] {2, 6, 15, 16, 17, 40, 64, 70}) {
      same(Against.normal(inner, 70, inner), 2);
      same(Against.normal(inner, 2, 3, 50, inner), 3, 2);
      same(Against.odd(inner, 2, 5, inner), 2);
    }
    same(Against.normal(1, 4, 3, 5, 1), 3, 2);
  }

  @Test
  void scatteredAxesAndSinglesAreLeftToTheReference() {
    Normalize apart = new Normalize(Ints.of(3, 1), 1e-5);
    assertFalse(Standardisation.takes(apart, new Array[] {Against.normal(1, 3, 4, 5)}));
    Normalize one = new Normalize(Ints.of(1), 1e-5);
    assertFalse(Standardisation.takes(one, new Array[] {Against.normal(1, 3, 1)}));
    assertFalse(Standardisation.takes(one, new Array[] {Against.normal(1, 0, 3)}));
    Array[] broadcast = {Against.normal(1, 3, 5), Against.normal(1, 2, 3, 5)};
    assertFalse(StandardisationInput.takes(new NormalizeInput(Ints.of(1), 1e-5), broadcast));
  }
}
