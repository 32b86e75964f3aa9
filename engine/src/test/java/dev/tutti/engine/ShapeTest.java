package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.junit.jupiter.api.Test;

/// Axis sizes: parts, broadcasting, limits.
@Domain(EngineDomain.class)
class ShapeTest {

  @Test
  void sizesAndAxes() {
    Shape s = Shape.of(2, 3, 4);
    assertEquals(3, s.rank());
    assertEquals(24, s.size());
    assertEquals("[2, 3, 4]", s.toString());
    assertEquals(2, s.dim(0));
    assertEquals(4, s.dim(-1));
    assertEquals(2, s.dim(-3));
    assertEquals(1, s.axis(-2));
    assertEquals(3, s.fromEnd(0));
    assertEquals(1, s.fromEnd(-1));
    assertEquals(0, Shape.SCALAR.rank());
    assertEquals(1, Shape.SCALAR.size());
    assertEquals(0, Shape.of(5, 0, 7).size());
    int[] dims = s.dims();
    dims[0] = 9;
    assertEquals(2, s.dim(0));
  }

  @Test
  void equality() {
    assertEquals(Shape.of(2, 3), Shape.of(2, 3));
    assertEquals(Shape.of(2, 3).hashCode(), Shape.of(2, 3).hashCode());
    assertNotEquals(Shape.of(2, 3), Shape.of(3, 2));
    assertNotEquals(Shape.SCALAR, Shape.of(1));
    assertEquals(Shape.SCALAR, Shape.of());
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void partsJoinToTheWhole(@ForAll Shape s) {
    for (int suffix = 0; suffix <= s.rank(); suffix++) {
      assertEquals(s, s.leads(suffix).concat(s.suffix(suffix)));
      assertEquals(suffix, s.suffix(suffix).rank());
    }
    assertEquals(s, s.prepend(6).tail());
    assertEquals(6, s.prepend(6).dim(0));
    for (int axis = 0; axis < s.rank(); axis++) {
      assertEquals(s, s.with(axis, 77).with(axis, s.dim(axis)));
      assertEquals(77, s.with(axis - s.rank(), 77).dim(axis));
    }
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void broadcastingAlignsOnTheRight(@ForAll Shape a, @ForAll Shape b) {
    Shape both = Shape.broadcast(a, b);
    assertEquals(both, Shape.broadcast(b, a));
    int rank = Math.max(a.rank(), b.rank());
    boolean fits = true;
    for (int axis = 1; axis <= rank; axis++) {
      int x = axis <= a.rank() ? a.dim(-axis) : 1;
      int y = axis <= b.rank() ? b.dim(-axis) : 1;
      fits &= x == y || x == 1 || y == 1;
      if (both != null) {
        assertEquals(x == 1 ? y : x, both.dim(-axis));
      }
    }
    assertEquals(fits, both != null);
    assertSame(a, Shape.broadcast(a, a));
  }

  @Test
  void anEmptyAxisBroadcastsWithOnesOnly() {
    assertEquals(Shape.of(0, 3), Shape.broadcast(Shape.of(0, 1), Shape.of(3)));
    assertNull(Shape.broadcast(Shape.of(0), Shape.of(2)));
  }

  @Test
  void errors() {
    Expect.error("shape [2, -1] has a negative axis", () -> Shape.of(2, -1));
    Expect.error("axis 2 is outside [2, 3], which has 2 axes", () -> Shape.of(2, 3).dim(2));
    Expect.error("axis -3 is outside [2, 3], which has 2 axes", () -> Shape.of(2, 3).dim(-3));
  }

  @Test
  void tooManyElements() {
    String most = " elements; a tensor holds at most 2,147,483,639";
    Expect.error("shape [70000, 70000] has 4,900,000,000" + most, () -> Shape.of(70_000, 70_000));
    Expect.error("shape [2147483640] has 2,147,483,640" + most, () -> Shape.of(2_147_483_640));
    assertEquals(2_147_483_639, Shape.of(2_147_483_639).size());
    int huge = Integer.MAX_VALUE;
    Expect.error(
        "shape [2147483647, 2147483647, 2147483647] has 9,223,372,036,854,775,807" + most,
        () -> Shape.of(huge, huge, huge));
    assertEquals(0, Shape.of(huge, huge, huge, 0).size());
  }
}
