package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import java.util.Collections;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Networks that are nested or long beyond measure.
class DeepSequentialTest {
  private record Wrapped(Layer layer) implements Layer {
    @Override
    public Tensor apply(Tensor x, Ctx ctx) {
      return layer.apply(x, ctx);
    }
  }

  private static Layer nested(int depth, UnaryOperator<Layer> around) {
    Layer layer = Linear.init(Key.of(1), 2, 2);
    for (int i = 0; i < depth; i++) {
      layer = around.apply(layer);
    }
    return layer;
  }

  @Test
  void deepNestingIsOneClearLine() {
    Tensor x = Tensor.ones(1, 2);
    for (UnaryOperator<Layer> around :
        java.util.List.<UnaryOperator<Layer>>of(Sequential::of, Wrapped::new, Remat::new)) {
      Layer deep = nested(100_000, around);
      ShapeError e = assertThrows(ShapeError.class, () -> deep.apply(x));
      assertTrue(
          e.getMessage().startsWith("sequential: layers are nested deeper than")
              || e.getMessage().startsWith("tree: more than 1000 records"),
          e.getMessage());
      assertThrows(ShapeError.class, deep::parameterCount);
      Layer shallow = nested(200, around);
      assertEquals(6, shallow.parameterCount());
      assertEquals(2, shallow.apply(x).size());
    }
    Layer deep = nested(100_000, Sequential::of);
    assertThrows(ShapeError.class, () -> deep.apply(x, Ctx.inference()));
  }

  @Test
  void aLongListOfLayersRuns() {
    Sequential longest = new Sequential(Collections.nCopies(10_000, Activation.RELU));
    assertEquals(2, longest.apply(Tensor.ones(1, 2)).size());
  }
}
