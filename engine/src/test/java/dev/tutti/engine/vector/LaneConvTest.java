package dev.tutti.engine.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Array;
import dev.tutti.engine.Conv;
import dev.tutti.engine.DType;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Window;
import dev.tutti.engine.reference.ReferenceBackend;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Convolution and its input's cotangent with images along the lanes have the reference's bits.
class LaneConvTest {
  private static final int[] NONE = {};

  @Test
  void blocksOfImagesAreCutAnywhere() {
    for (int n : new int[] {0, 1, 4, 7, 8, 15, 16, 17, 33}) {
      check(n, 4, 5, 2, 3, 1, Window.of(2, 2));
    }
  }

  @Test
  void tilesOfChannelsAndPixels() {
    for (int o : new int[] {1, 2, 5, 7, 8, 9, 10, 12, 13}) {
      check(2, 3, 2 + o, 1, o, 1, Window.of(2, 3));
      check(3, 3, 4, o, 2, 1, Window.of(1, 2));
    }
    check(16, 2, 15, 1, 3, 1, Window.of(2, 4));
    check(16, 2, 18, 3, 1, 1, Window.of(2, 1));
  }

  @Test
  void windowsOfAllKinds() {
    Window three = Window.of(3, 3);
    check(3, 5, 6, 2, 3, 1, three.padding(1));
    check(3, 6, 5, 2, 4, 1, three.stride(2).padding(1, 0, 2, 1));
    check(2, 7, 8, 1, 6, 1, three.dilation(2, 3).padding(2));
    check(2, 7, 8, 2, 2, 1, three.stride(2, 3).dilation(2, 2).padding(3));
    check(2, 6, 7, 2, 1, 1, Window.of(2, 1).stride(3, 2));
    check(2, 4, 4, 1, 3, 1, Window.of(4, 4));
    check(2, 2, 1, 2, 3, 1, Window.of(5, 3).padding(2, 2, 1, 1));
  }

  @Test
  void groupsReadTheirOwnChannels() {
    check(5, 4, 4, 12, 8, 4, Window.of(3, 3));
    check(2, 4, 5, 6, 6, 6, Window.of(3, 3).padding(1));
  }

  @Test
  void leadsBroadcast() {
    int[] two = {2};
    int[] column = {2, 1};
    int[] three = {3};
    check(two, two, 3, 4, 4, 1, 6, 1, Window.of(3, 3));
    check(NONE, three, 17, 3, 3, 1, 2, 1, Window.of(2, 2));
    check(two, NONE, 3, 4, 4, 2, 4, 2, Window.of(2, 2).padding(1));
    check(column, three, 2, 3, 3, 1, 2, 1, Window.of(2, 2));
  }

  @Test
  void imagesTooLargeToHoldAreTakenInBands() {
    Window win = Window.of(3, 2).padding(1).stride(2, 1);
    Conv.Forward p = new Conv.Forward(win, 1);
    Against.reference(
        p,
        (in, out) -> LaneConv.forward(p, in, out),
        Against.normal(1, 1, 100, 90, 1),
        Against.normal(2, 3, 2, 1, 2));
  }

  @Test
  void numbersOfAllKinds() {
    Conv.Forward p = new Conv.Forward(Window.of(2, 2).padding(1), 1);
    Against.reference(
        p,
        (in, out) -> LaneConv.forward(p, in, out),
        Against.odd(1, 3, 4, 4, 2),
        Against.odd(2, 2, 2, 2, 5));
  }

  @Test
  void aVanishingCotangentIsPositiveZero() {
    Conv.Input p = new Conv.Input(Window.of(1, 1), 1, 1, 1);
    Array tiny = Array.wrap(new float[] {-1e-30f}, Shape.of(1, 1, 1, 1));
    Array small = Array.wrap(new float[] {1e-30f}, Shape.of(1, 1, 1, 1));
    Array out = Array.allocate(DType.FLOAT32, Shape.of(1, 1, 1, 1));
    LaneConv.input(p, new Array[] {tiny, small}, out);
    assertEquals(0, Float.floatToRawIntBits(out.floats()[0]));
  }

  @Test
  void theBiasFollowsTheSum() {
    Conv.Forward p = new Conv.Forward(Window.of(2, 2), 1);
    Array x = Against.normal(1, 2, 3, 4, 4, 1);
    Array w = Against.normal(2, 2, 2, 2, 1, 3);
    Array bias = Against.normal(3, 2, 3);
    Shape shape = p.shape(x.shape(), w.shape(), bias.shape());
    float[] sums =
        new ReferenceBackend("test").run(p, new Array[] {x, w}, DType.FLOAT32, shape).floats();
    Array out = Array.allocate(DType.FLOAT32, shape);
    LaneConv.forward(p, new Array[] {x, w, bias}, out);
    for (int i = 0; i < sums.length; i++) {
      int lead = i / (sums.length / 2);
      assertEquals(sums[i] + (float) bias.element(lead * 3 + i % 3), out.floats()[i]);
    }
  }

  @Test
  void threadsChangeNothing() {
    int before = Parallel.threads();
    try {
      Parallel.threads(3);
      int[] two = {2};
      check(two, two, 34, 10, 10, 2, 6, 1, Window.of(5, 5));
    } finally {
      Parallel.threads(before);
    }
  }

  private static void check(int n, int h, int w, int c, int o, int groups, Window win) {
    check(NONE, NONE, n, h, w, c, o, groups, win);
  }

  private static void check(
      int[] ofImages, int[] ofWeights, int n, int h, int w, int c, int o, int groups, Window win) {
    Conv.Forward forward = new Conv.Forward(win, groups);
    int[] kernel = {win.kernelH(), win.kernelW(), c / groups, o};
    Array weights = Against.normal(2, with(ofWeights, kernel));
    Against.reference(
        forward,
        (in, out) -> LaneConv.forward(forward, in, out),
        Against.normal(1, with(ofImages, n, h, w, c)),
        weights);
    Conv.Input input = new Conv.Input(win, groups, h, w);
    Against.reference(
        input,
        (in, out) -> LaneConv.input(input, in, out),
        Against.normal(3, with(ofImages, n, win.outH(h), win.outW(w), o)),
        weights);
  }

  private static int[] with(int[] leads, int... suffix) {
    return IntStream.concat(Arrays.stream(leads), Arrays.stream(suffix)).toArray();
  }
}
