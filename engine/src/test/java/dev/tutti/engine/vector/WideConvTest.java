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
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WideConvTest {
  private static final int[] NONE = {};

  /// @param x leads of images
  /// @param w leads of weights
  /// @param group input and output channels per group
  record Case(int[] x, int[] w, int n, int h, int width, int[] group, int groups, Window win) {
    static Case of(int n, int h, int width, int c, int o, Window win) {
      return new Case(NONE, NONE, n, h, width, new int[] {c, o}, 1, win);
    }

    Case grouped(int groups) {
      return new Case(x, w, n, h, width, group, groups, win);
    }

    Case leads(int[] x, int[] w) {
      return new Case(x, w, n, h, width, group, groups, win);
    }

    Array images() {
      return Against.normal(1, with(x, n, h, width, group[0] * groups));
    }

    Array weights() {
      return Against.normal(2, with(w, win.kernelH(), win.kernelW(), group[0], group[1] * groups));
    }

    Array cotangents() {
      return Against.normal(3, with(x, n, win.outH(h), win.outW(width), group[1] * groups));
    }

    private static int[] with(int[] leads, int... suffix) {
      return IntStream.concat(Arrays.stream(leads), Arrays.stream(suffix)).toArray();
    }

    void check() {
      Conv.Forward forward = new Conv.Forward(win, groups);
      Against.reference(
          forward, (in, out) -> WideConvForward.run(forward, in, out), images(), weights());
      Conv.Input input = new Conv.Input(win, groups, h, width);
      Against.reference(
          input, (in, out) -> WideConvInput.run(input, in, out), cotangents(), weights());
      Conv.Weight weight = new Conv.Weight(win, groups);
      Against.reference(
          weight, (in, out) -> WideConvWeight.run(weight, in, out), images(), cotangents());
    }

    @Override
    public String toString() {
      return n + "×" + h + "×" + width + " " + Arrays.toString(group) + " in " + groups + " " + win;
    }
  }

  static List<Case> cases() {
    Window three = Window.of(3, 3);
    Window halving = three.stride(2);
    Window padded = three.padding(1);
    Window odd = new Window(2, 3, 3, 2, 2, 1, 0, 2, 2, 1);
    Window sparse = Window.of(1, 2).stride(3);
    return List.of(
        Case.of(1, 1, 1, 1, 1, Window.of(1, 1)),
        Case.of(2, 3, 4, 3, 4, Window.of(1, 1)),
        Case.of(2, 7, 7, 3, 32, halving),
        Case.of(1, 6, 5, 7, 8, padded),
        Case.of(2, 5, 6, 8, 9, odd),
        Case.of(1, 5, 7, 15, 15, three),
        Case.of(2, 4, 4, 16, 16, padded),
        Case.of(1, 7, 7, 17, 31, halving),
        Case.of(1, 4, 5, 31, 17, padded.dilation(2, 1)),
        Case.of(1, 4, 4, 33, 48, padded),
        Case.of(1, 3, 3, 64, 33, padded),
        Case.of(1, 2, 2, 100, 20, Window.of(1, 1)),
        Case.of(2, 5, 8, 5, 6, sparse),
        Case.of(3, 6, 6, 4, 12, padded.stride(2)).grouped(3),
        Case.of(1, 5, 5, 16, 20, three).grouped(2),
        Case.of(1, 5, 5, 1, 1, padded).grouped(5),
        Case.of(1, 34, 33, 2, 40, padded.stride(1)),
        Case.of(2, 5, 5, 6, 18, three).leads(new int[] {3}, new int[] {3}),
        Case.of(2, 5, 5, 6, 18, padded).leads(new int[] {3}, NONE),
        Case.of(1, 5, 5, 6, 18, padded).leads(NONE, new int[] {2, 1}),
        Case.of(1, 4, 4, 3, 5, three).leads(new int[] {2, 1}, new int[] {1, 2}).grouped(2),
        Case.of(0, 4, 4, 3, 5, three),
        Case.of(2, 4, 4, 0, 5, padded),
        Case.of(2, 4, 4, 5, 0, padded));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void allThreeHaveTheReferencesBits(Case c) {
    c.check();
  }

  @Test
  void compiledKernelsHaveTheReferencesBits() {
    Case[] small = {
      Case.of(1, 3, 3, 16, 64, Window.of(3, 3).padding(1)),
      Case.of(1, 3, 3, 3, 16, Window.of(3, 3).padding(1)),
      Case.of(1, 3, 3, 2, 33, Window.of(2, 2)),
    };
    for (Case c : small) {
      Array x = c.images();
      Array w = c.weights();
      Array g = c.cotangents();
      Conv.Forward forward = new Conv.Forward(c.win(), 1);
      Conv.Input input = new Conv.Input(c.win(), 1, c.h(), c.width());
      Conv.Weight weight = new Conv.Weight(c.win(), 1);
      Array y = Array.allocate(DType.FLOAT32, g.shape());
      Array dx = Array.allocate(DType.FLOAT32, x.shape());
      Array dw = Array.allocate(DType.FLOAT32, w.shape());
      for (int i = 0; i < 4000; i++) {
        WideConvForward.run(forward, new Array[] {x, w}, y);
        WideConvInput.run(input, new Array[] {g, w}, dx);
        WideConvWeight.run(weight, new Array[] {x, g}, dw);
      }
    }
    for (Case c : cases()) {
      c.check();
    }
  }

  @Test
  void threadsDoNotMatter() {
    int before = Parallel.threads();
    try {
      for (int threads : new int[] {1, 2, 3, 7}) {
        Parallel.threads(threads);
        Case.of(2, 12, 12, 32, 80, Window.of(3, 3).padding(1)).check();
        Case.of(3, 12, 12, 16, 40, Window.of(3, 3).padding(1)).grouped(2).check();
      }
    } finally {
      Parallel.threads(before);
    }
  }

  @Test
  void theBiasFollowsTheFinishedSum() {
    Case c = Case.of(2, 5, 5, 6, 18, Window.of(3, 3)).leads(new int[] {2}, new int[] {2});
    Conv.Forward forward = new Conv.Forward(c.win(), 1);
    Array[] in = {c.images(), c.weights()};
    Array bias = Against.normal(4, 2, 18);
    Shape shape = c.cotangents().shape();
    Array sum = new ReferenceBackend("test").run(forward, in, DType.FLOAT32, shape);
    Array out = Array.allocate(DType.FLOAT32, shape);
    WideConvForward.run(forward, new Array[] {in[0], in[1], bias}, out);
    for (int i = 0; i < shape.size(); i++) {
      int lead = i / (shape.size() / 2);
      float wanted = sum.floats()[i] + (float) bias.element(lead * 18 + i % 18);
      assertEquals(wanted, out.floats()[i], 0f);
    }
  }

  @Test
  void zeroCotangentsOfTheInputArePositive() {
    Array g = Array.wrap(new float[] {-1e-30f}, Shape.of(1, 1, 1, 1));
    Array w = Array.wrap(new float[] {1e-30f, 1e-30f}, Shape.of(1, 1, 2, 1));
    Array out = Array.allocate(DType.FLOAT32, Shape.of(1, 2, 2, 2));
    Arrays.fill(out.floats(), 1);
    Conv.Input input = new Conv.Input(Window.of(1, 1).stride(2), 1, 2, 2);
    WideConvInput.run(input, new Array[] {g, w}, out);
    for (float f : out.floats()) {
      assertEquals(0, Float.floatToRawIntBits(f)); // 0f itself: −0 has another bit pattern
    }
  }
}
