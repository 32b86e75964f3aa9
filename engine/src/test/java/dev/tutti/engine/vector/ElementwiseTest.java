package dev.tutti.engine.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Fn;
import dev.tutti.engine.Gelu;
import dev.tutti.engine.Shape;
import dev.tutti.engine.reference.FloatMath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ElementwiseTest {
  private static final int[][][] BROADCASTS = {
    {{3, 17}, {17}},
    {{17}, {3, 17}},
    {{5, 1}, {5, 19}},
    {{5, 19}, {5, 1}},
    {{}, {33}},
    {{33}, {}},
    {{1}, {}},
    {{40, 6}, {6}},
    {{300, 10}, {10}},
    {{300, 10}, {300, 1}},
    {{300, 1}, {10}},
    {{3, 1, 4, 6}, {3, 5, 1, 6}},
    {{2, 3, 1, 7}, {2, 1, 4, 7}},
    {{2, 1, 1300}, {3, 1}},
    {{3, 1300}, {1300}},
    {{1, 2100}, {3, 1}},
    {{0, 3}, {3}},
  };

  @ParameterizedTest
  @EnumSource(Fn.class)
  void functionsHaveTheReferencesBits(Fn fn) {
    Array probe = Against.normal(1, 1);
    Array[] probes = {probe, probe, probe};
    if (fn.arity() == 3) {
      return; // masks have a test of their own
    }
    if (!Elementwise.takes(fn, java.util.Arrays.copyOf(probes, fn.arity()))) {
      return;
    }
    Against.Kernel kernel = (in, out) -> Elementwise.run(fn, in, out);
    for (int n : Against.LENGTHS) {
      Array[] in = {Against.odd(n, n), Against.odd(n + 1, n)};
      Against.reference(fn, kernel, java.util.Arrays.copyOf(in, fn.arity()));
    }
    Array special = Array.wrap(Against.SPECIAL, Shape.of(Against.SPECIAL.length));
    if (fn.arity() == 1) {
      Against.reference(fn, kernel, special);
      return;
    }
    Array column = special.view(Shape.of(Against.SPECIAL.length, 1), 0);
    Against.reference(fn, kernel, special, column);
    for (int[][] dims : BROADCASTS) {
      Against.reference(fn, kernel, Against.odd(3, dims[0]), Against.odd(4, dims[1]));
    }
  }

  @Test
  void functionsThatTheReferenceComputesAreLeftToIt() {
    Array x = Against.normal(1, 3);
    Array d = Array.allocate(DType.FLOAT64, Shape.of(3));
    assertFalse(Elementwise.takes(Fn.SIN, new Array[] {x}));
    assertFalse(Elementwise.takes(Fn.EXP, new Array[] {d}));
    assertFalse(Elementwise.takes(Fn.ADD, new Array[] {Against.ints(1, 3, 3), x}));
    assertFalse(Elementwise.takes(Fn.WHERE, new Array[] {d, x, x}));
  }

  @Test
  void masksChoose() {
    Against.Kernel kernel = (in, out) -> Elementwise.run(Fn.WHERE, in, out);
    int[][][] shapes = {
      {{7}, {7}, {7}},
      {{33}, {33}, {}},
      {{33}, {}, {}},
      {{}, {33}, {33}},
      {{5, 1}, {5, 19}, {19}},
      {{300, 10}, {}, {300, 10}},
      {{3, 1300}, {3, 1}, {1300}},
      {{2, 1, 7}, {3, 1}, {2, 3, 7}},
      {{0}, {}, {0}},
    };
    for (int[][] s : shapes) {
      Array x = Against.odd(5, s[1]);
      Array y = Against.odd(6, s[2]);
      Against.reference(Fn.WHERE, kernel, Against.odd(7, s[0]), x, y);
      Against.reference(Fn.WHERE, kernel, Against.ints(7, 2, s[0]), x, y);
    }
  }

  @Test
  void intsCompare() {
    for (Fn fn : new Fn[] {Fn.LT, Fn.LE, Fn.EQ}) {
      Against.Kernel kernel = (in, out) -> Elementwise.run(fn, in, out);
      Against.reference(fn, kernel, Against.ints(1, 10, 10), Against.ints(2, 10, 64, 1));
      Against.reference(fn, kernel, Against.ints(1, 10, 21, 1), Against.ints(2, 10, 10));
      Against.reference(fn, kernel, Against.ints(1, 3, 33), Against.ints(2, 3, 33));
      Against.reference(fn, kernel, Against.ints(1, 3, 33), Against.ints(2, 3, 2, 1));
      Against.reference(fn, kernel, Against.ints(1, 2, 2), Against.ints(2, 2, 3, 1));
      Against.reference(fn, kernel, Against.ints(1, 2, 16), Against.ints(2, 2));
      Against.reference(fn, kernel, Against.ints(1, 2, 4, 1, 5), Against.ints(2, 2, 3, 1));
    }
  }

  @Test
  void gelu() {
    for (boolean tanh : new boolean[] {false, true}) {
      Gelu p = new Gelu(tanh);
      Against.Kernel kernel = tanh ? Elementwise::geluByTanh : Elementwise::gelu;
      for (int n : Against.LENGTHS) {
        Against.reference(p, kernel, Against.odd(n, n));
      }
      Against.reference(p, kernel, Array.wrap(Against.SPECIAL, Shape.of(Against.SPECIAL.length)));
    }
  }

  /// Loops until the compiler has the kernels, so that its vector instructions are what is tested,
  /// over arguments that step through the whole range of floats.
  @Test
  void compiledPolynomialsHaveTheReferencesBits() {
    int n = 4096;
    float[] x = new float[n];
    float[] y = new float[n];
    for (Fn fn : new Fn[] {Fn.EXP, Fn.LOG, Fn.TANH, Fn.SIGMOID, Fn.ERF, Fn.RELU}) {
      int bits = 0;
      for (int round = 0; round < 60; round++) {
        for (int i = 0; i < n; i++) {
          x[i] = Float.intBitsToFloat(bits += 17_477 * (round + 1));
        }
        if (fn == Fn.RELU) { // its place is GELU's, which is not an Fn
          Runs.gelu(false, x, 0, y, 0, n);
        } else {
          Runs.unary(fn, x, 0, y, 0, n);
        }
        for (int i = 0; i < n; i++) {
          float wanted = scalar(fn, x[i]);
          if (Float.floatToIntBits(wanted) != Float.floatToIntBits(y[i])) {
            assertEquals(wanted, y[i], fn + " of " + x[i]);
          }
        }
      }
    }
  }

  private static float scalar(Fn fn, float x) {
    return switch (fn) {
      case RELU -> FloatMath.gelu(x);
      case EXP -> FloatMath.exp(x);
      case LOG -> FloatMath.log(x);
      case TANH -> FloatMath.tanh(x);
      case SIGMOID -> FloatMath.sigmoid(x);
      default -> FloatMath.erf(x);
    };
  }
}
