package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.testkit.Expect;
import org.junit.jupiter.api.Test;

/// Rows by number, and what becomes of their gradients.
class EmbeddingTest {
  private static final Tensor TABLE = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);

  private static Tensor gradient(Embedding layer, Tensor tokens) {
    return Transforms.grad((Embedding e) -> e.apply(tokens).sum()).apply(layer).weight();
  }

  @Test
  void looksUpRowsOfTokensOfAnyShape() {
    Embedding layer = new Embedding(TABLE, null);
    Tensor one = Tensor.full(DType.INT32, 2, Shape.SCALAR);
    Expect.sameBits("one", Tensor.of(5f, 6f), layer.apply(one));
    Tensor tokens = Tensor.of(new int[] {2, 0, 0, 1}, 2, 2);
    Tensor rows = Tensor.of(new float[] {5, 6, 1, 2, 1, 2, 3, 4}, 2, 2, 2);
    Expect.sameBits("four", rows, layer.apply(tokens));
    assertEquals(Shape.of(0, 3, 2), layer.apply(tokens.slice(0, 0, 0).reshape(0, 3)).shape());
  }

  /// A row's gradient is the sum over its tokens.
  @Test
  void gradientsAddUp() {
    Tensor tokens = Tensor.of(new int[] {2, 0, 0, 2, 2});
    Tensor expected = Tensor.of(new float[] {2, 2, 0, 0, 3, 3}, 3, 2);
    Expect.sameBits("all", expected, gradient(new Embedding(TABLE, null), tokens));
    Tensor kept = Tensor.of(new float[] {2, 2, 0, 0, 0, 0}, 3, 2);
    Embedding padded = new Embedding(TABLE, 2);
    Expect.sameBits("padded", kept, gradient(padded, tokens));
    Expect.sameBits("values", new Embedding(TABLE, null).apply(tokens), padded.apply(tokens));
  }

  @Test
  void paddingStartsAtZero() {
    Tensor plain = Embedding.init(Key.of(3), 5, 4).weight();
    Tensor padded = Embedding.init(Key.of(3), 5, 4, 1).weight();
    for (int row = 0; row < 5; row++) {
      Tensor expected = row == 1 ? Tensor.zeros(4) : plain.get(row);
      Expect.equal(expected.toDoubles(), padded.get(row));
    }
  }

  @Test
  void refusesWhatIsNoNumberOfARow() {
    Embedding layer = new Embedding(TABLE, null);
    Expect.error("embedding: tokens must be int32, got float32", () -> layer.apply(Tensor.ones(2)));
    assertThrows(ShapeError.class, () -> layer.apply(Tensor.of(new int[] {0, 3})));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new Embedding(TABLE, -1));
    assertEquals("embedding: the padding's number must be at least 0, got -1", e.getMessage());
  }
}
