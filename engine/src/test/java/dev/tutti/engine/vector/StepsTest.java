package dev.tutti.engine.vector;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.OptimizerStep;
import dev.tutti.engine.Shape;
import org.junit.jupiter.api.Test;

class StepsTest {
  private static Array[] inputs(OptimizerStep p, int[] shape, int... hyper) {
    Array[] in = new Array[p == OptimizerStep.ADAM ? 6 : 3];
    for (int i = 0; i < in.length; i++) {
      in[i] = Against.normal(i, i < (p == OptimizerStep.ADAM ? 3 : 2) ? shape : hyper);
    }
    return in;
  }

  private static void same(OptimizerStep p, Array... in) {
    assertTrue(Steps.takes(p, in));
    Against.reference(p, (from, out) -> Steps.run(p, from, out), in);
  }

  @Test
  void oneHyperParameterForAll() {
    for (OptimizerStep p : OptimizerStep.values()) {
      for (int n : Against.LENGTHS) {
        same(p, inputs(p, new int[] {n}));
      }
      same(p, inputs(p, new int[] {3, 21}));
      same(p, inputs(p, new int[] {3, 21}, 1, 1));
      same(p, inputs(p, new int[0]));
      same(p, inputs(p, new int[] {1 << 19}));
    }
  }

  @Test
  void oneHyperParameterPerMember() {
    for (OptimizerStep p : OptimizerStep.values()) {
      same(p, inputs(p, new int[] {4, 3, 11}, 4, 1, 1));
      same(p, inputs(p, new int[] {4, 33}, 4, 1));
      Array[] mixed = inputs(p, new int[] {4, 33}, 4, 1);
      mixed[mixed.length - 1] = Array.wrap(new float[] {0.25f}, Shape.SCALAR);
      same(p, mixed);
    }
  }

  @Test
  void anyBroadcasting() {
    for (OptimizerStep p : OptimizerStep.values()) {
      same(p, inputs(p, new int[] {3, 5}, 5));
      same(p, inputs(p, new int[] {4, 1}, 4, 1));
      same(p, inputs(p, new int[] {4}, 4));
      Array[] row = inputs(p, new int[] {3, 5});
      row[1] = Against.normal(9, 5);
      same(p, row);
    }
  }

  @Test
  void float64IsLeftToTheReference() {
    Array x = Array.allocate(DType.FLOAT64, Shape.of(3));
    assertFalse(Steps.takes(OptimizerStep.AXPY, new Array[] {x, x, x}));
  }
}
