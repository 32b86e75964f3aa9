package dev.tutti.engine.vector;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Array;
import dev.tutti.engine.Pool;
import dev.tutti.engine.Window;
import org.junit.jupiter.api.Test;

class PoolsTest {
  private static final Window PAIRS = Window.of(2, 2).stride(2);

  private static final int[] CHANNELS = {1, 3, 4, 6, 8, 12, 15, 16, 17, 24, 32, 37};

  private static final Window[] WINDOWS = {
    PAIRS,
    Window.of(1, 1),
    Window.of(1, 1).stride(2),
    Window.of(2, 2),
    Window.of(3, 3).stride(2).padding(1),
    Window.of(3, 2).stride(2, 1).padding(1, 0, 0, 1),
    Window.of(2, 3).dilation(2, 2),
    Window.of(5, 4).stride(1, 3).padding(2),
  };

  private static void forward(Window w, Array x) {
    Pool.Max max = new Pool.Max(w);
    Against.reference(max, (in, out) -> MaxPools.forward(max, in, out), x);
    for (boolean whole : new boolean[] {true, false}) {
      Pool.Average mean = new Pool.Average(w, whole);
      Against.reference(mean, (in, out) -> AveragePools.forward(mean, in, out), x);
    }
  }

  @Test
  void windowsOfAllKinds() {
    for (Window w : WINDOWS) {
      for (int c : CHANNELS) {
        forward(w, Against.odd(c, 2, 6, 7, c));
        forward(w, Against.normal(c, 5, 5, c));
      }
    }
    forward(PAIRS, Against.normal(1, 0, 4, 4, 3));
    forward(PAIRS, Against.normal(1, 2, 4, 4, 0));
  }

  @Test
  void wholeImages() {
    for (int c : CHANNELS) {
      forward(Window.of(5, 4), Against.normal(c, 3, 5, 4, c));
      average(Window.of(5, 4).stride(5, 4), 5, 4, Against.odd(c, 3, 1, 1, c));
    }
  }

  @Test
  void cotangentsOfMaxima() {
    Pool.MaxInput pool = new Pool.MaxInput(PAIRS);
    Against.Kernel kernel = (in, out) -> MaxPools.input(pool, in, out);
    for (int c : CHANNELS) {
      Against.reference(pool, kernel, Against.odd(c, 2, 4, 6, c), Against.odd(1, 2, 2, 3, c));
      Against.reference(pool, kernel, Against.normal(c, 5, 5, c), Against.odd(1, 2, 2, c));
    }
    Against.reference(pool, kernel, Against.odd(1, 3, 1, 4, 4, 6), Against.normal(2, 2, 2, 2, 6));
    Against.reference(pool, kernel, Against.normal(1, 0, 4, 4, 3), Against.normal(2, 0, 2, 2, 3));
  }

  private static void average(Window w, int height, int width, Array g) {
    for (boolean whole : new boolean[] {true, false}) {
      Pool.AverageInput pool = new Pool.AverageInput(w, whole, height, width);
      assertTrue(AveragePools.takes(pool, new Array[] {g}));
      Against.reference(pool, (in, out) -> AveragePools.input(pool, in, out), g);
    }
  }

  @Test
  void cotangentsOfMeans() {
    for (int c : CHANNELS) {
      average(PAIRS, 4, 6, Against.odd(c, 2, 2, 3, c));
      average(PAIRS, 5, 7, Against.normal(c, 2, 3, c));
      average(Window.of(2, 3).stride(3, 3), 9, 10, Against.normal(c, 3, 3, c));
    }
  }

  @Test
  void overlappingWindowsBackwardAreLeftToTheReference() {
    Window w = Window.of(3, 3).stride(2).padding(1);
    Array x = Against.normal(1, 4, 4, 3);
    assertFalse(MaxPools.takes(new Pool.MaxInput(w), new Array[] {x, x}));
    assertFalse(AveragePools.takes(new Pool.AverageInput(w, true, 4, 4), new Array[] {x}));
  }
}
