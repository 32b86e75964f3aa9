package dev.tutti.engine.vector;

import dev.tutti.engine.Conv;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Window;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The weight's cotangent with kernel elements along the lanes has the reference's bits.
class LaneConvWeightTest {
  private static final int[] NONE = {};

  @Test
  void tilesOfChannels() {
    for (int o = 1; o <= 17; o++) {
      check(1, 5, 5, 1, o, 1, Window.of(3, 3));
      check(1, 6, 4, 5, o, 1, Window.of(5, 3));
    }
    for (int n : new int[] {0, 2, 5}) {
      check(n, 4, 4, 1, 12, 1, Window.of(3, 3));
    }
  }

  @Test
  void rowsOfKernelsShareVectorsOrTakeSeveral() {
    for (int c : new int[] {1, 2, 3, 5, 6, 9}) {
      check(2, 6, 5, c, 4, 1, Window.of(5, 3));
      check(1, 3, 6, c, 8, 1, Window.of(1, 5));
    }
  }

  @Test
  void windowsOfAllKinds() {
    Window three = Window.of(3, 3);
    check(3, 5, 6, 2, 3, 1, three.padding(1));
    check(3, 6, 5, 2, 4, 1, three.stride(2).padding(1, 0, 2, 1));
    check(2, 7, 8, 1, 6, 1, three.dilation(2, 3).padding(2));
    check(2, 7, 8, 2, 2, 1, three.stride(2, 3).dilation(2, 2).padding(3));
    check(2, 9, 7, 1, 2, 1, Window.of(5, 1).stride(3, 2).dilation(1, 1));
    check(2, 2, 1, 2, 3, 1, Window.of(5, 3).padding(2, 2, 1, 1));
    check(1, 3, 600, 1, 2, 1, Window.of(2, 2));
  }

  @Test
  void bandsOfRowsContinueTheSums() {
    check(1, 60, 30, 1, 6, 1, Window.of(3, 3).stride(2, 1));
  }

  @Test
  void groupsReadTheirOwnChannels() {
    check(3, 5, 5, 12, 32, 4, Window.of(3, 3));
    check(2, 20, 20, 8, 8, 8, Window.of(3, 3).padding(1));
  }

  @Test
  void leadsBroadcast() {
    int[] two = {2};
    int[] column = {2, 1};
    int[] three = {3};
    check(two, two, 3, 4, 4, 1, 6, 1, Window.of(3, 3));
    check(NONE, three, 3, 4, 4, 1, 6, 1, Window.of(3, 3));
    check(two, NONE, 3, 4, 4, 2, 4, 2, Window.of(2, 2).padding(1));
    check(column, three, 2, 3, 3, 1, 2, 1, Window.of(2, 2));
  }

  @Test
  void numbersOfAllKinds() {
    Conv.Weight p = new Conv.Weight(Window.of(2, 2).padding(1), 1);
    Against.reference(
        p,
        (in, out) -> LaneConvWeight.run(p, in, out),
        Against.odd(1, 3, 4, 4, 2),
        Against.odd(2, 3, 5, 5, 6));
  }

  @Test
  void threadsChangeNothing() {
    int before = Parallel.threads();
    try {
      Parallel.threads(3);
      int[] two = {2};
      check(NONE, two, 30, 12, 12, 1, 9, 1, Window.of(5, 5));
      check(NONE, NONE, 40, 12, 12, 2, 10, 1, Window.of(5, 5));
    } finally {
      Parallel.threads(before);
    }
  }

  private static void check(int n, int h, int w, int c, int o, int groups, Window win) {
    check(NONE, NONE, n, h, w, c, o, groups, win);
  }

  private static void check(
      int[] ofImages, int[] ofOutput, int n, int h, int w, int c, int o, int groups, Window win) {
    Conv.Weight p = new Conv.Weight(win, groups);
    Against.reference(
        p,
        (in, out) -> LaneConvWeight.run(p, in, out),
        Against.normal(1, with(ofImages, n, h, w, c)),
        Against.normal(2, with(ofOutput, n, win.outH(h), win.outW(w), o)));
  }

  private static int[] with(int[] leads, int... suffix) {
    return IntStream.concat(Arrays.stream(leads), Arrays.stream(suffix)).toArray();
  }
}
