package dev.tutti.engine.vector;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Array;
import dev.tutti.engine.Random;
import dev.tutti.engine.Random.Draw.Kind;
import dev.tutti.engine.Shape;
import org.junit.jupiter.api.Test;

class DrawsTest {
  private static void same(Array keys, int... dims) {
    Random.Draw p = new Random.Draw(Kind.UNIFORM, Shape.of(dims));
    assertTrue(Draws.takes(p));
    Against.reference(p, (in, out) -> Draws.run(p, in[0], out), keys);
  }

  @Test
  void anyNumberOfDraws() {
    for (int n : Against.LENGTHS) {
      same(Against.ints(n, Integer.MAX_VALUE, 2), n);
    }
    same(Against.ints(3, Integer.MAX_VALUE, 2), 7, 5, 3);
  }

  @Test
  void manyKeys() {
    same(Against.ints(4, Integer.MAX_VALUE, 3, 4, 2), 37);
    same(Array.wrap(new int[] {-1, Integer.MIN_VALUE, 0, 0}, Shape.of(2, 2)), 64);
  }

  /// Cut into tasks.
  @Test
  void manyDraws() {
    same(Against.ints(4, Integer.MAX_VALUE, 2), 300_001);
  }

  @Test
  void otherDrawsAreLeftToTheReference() {
    for (Kind kind : Kind.values()) {
      if (kind != Kind.UNIFORM) {
        assertFalse(Draws.takes(new Random.Draw(kind, Shape.of(9))));
      }
    }
  }
}
