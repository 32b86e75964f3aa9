package dev.tutti.examples;

import dev.tutti.engine.Key;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;

/// Tensors: how they are made, combined and read.
///
/// A tensor is an immutable array of float32 (or int32) with a shape. An operation never changes
/// its operands; it returns a new tensor.
public final class Example01Tensors {
  private Example01Tensors() {}

  /// Runs the example.
  public static void main(String... args) {
    // Values in row-major order, then the shape: two rows of three.
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    System.out.println("x             " + x);
    System.out.println("x * 2 + 1     " + x.mul(2).add(1));

    // Shapes are aligned at their last axes, as in NumPy: [2, 3] + [3] adds the row to each row.
    Tensor row = Tensor.of(10, 20, 30);
    System.out.println("x + row       " + x.add(row));

    // Axis -1 is the last one. A reduced axis is removed, or stays with size 1 on request.
    System.out.println("row sums      " + x.sum(-1, false));
    System.out.println("column means  " + x.mean(0));
    System.out.println("best column   " + x.argmax(-1));

    // Only the last two axes take part in a matrix product; a transpose costs no copy here.
    System.out.println("x xT          " + x.matmul(x, false, true));

    // All axes further left are batch axes: three matrices times one.
    Tensor batch = Tensor.ones(3, 2, 3).matmul(x.transpose());
    System.out.println("batch shape   " + batch.shape());

    // Random numbers are a function of a key. The same key gives the same numbers, always; two
    // children of one key give independent ones.
    Key key = Key.of(42);
    System.out.println("child 0       " + key.fold(0).normal(3));
    System.out.println("child 0 again " + key.fold(0).normal(3));
    System.out.println("child 1       " + key.fold(1).normal(3));

    // Values leave as Java arrays, or one by one.
    float[] floats = x.toFloats();
    System.out.println("floats        " + floats.length + ", the last is " + floats[5]);
    System.out.println("sum           " + x.sum().item());

    // What does not fit is refused before any work, in one line that says what would fit.
    try {
      x.add(Tensor.of(1, 2));
    } catch (ShapeError e) {
      System.out.println("error         " + e.getMessage());
    }
  }
}
