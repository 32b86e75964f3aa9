package dev.tutti.engine.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Affine;
import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.MatMul;
import dev.tutti.engine.Primitive;
import dev.tutti.engine.Shape;
import dev.tutti.engine.reference.ReferenceBackend;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Matrix products have the reference's bits, whatever strips, tiles and copies they are made of.
class GemmTest {
  private static final ReferenceBackend REFERENCE = new ReferenceBackend("the oracle");
  private static final VectorBackend VECTOR = new VectorBackend("under test");

  @ParameterizedTest
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void productsOfAllSizes(boolean transA, boolean transB) {
    int[] sizes = {1, 2, 3, 7, 10, 16, 17, 33, 65};
    for (int m : sizes) {
      for (int n : sizes) {
        for (int k : new int[] {0, 1, 5, 16}) {
          check(new MatMul(transA, transB), a(transA, m, k), a(transB, k, n));
        }
      }
    }
  }

  @Test
  void longSumsGoOnFromBlockToBlock() {
    check(new MatMul(false, false), a(false, 3, 2500), a(false, 2500, 20));
    check(new MatMul(true, true), a(true, 7, 1030), a(true, 1030, 5));
  }

  @Test
  void farRowsAreCopied() {
    check(new MatMul(false, false), a(false, 17, 300), a(false, 300, 270));
  }

  @Test
  void leadsBroadcast() {
    check(new MatMul(false, true), Shape.of(3, 1, 5, 9), Shape.of(4, 18, 9));
    check(new MatMul(true, false), Shape.of(9, 5), Shape.of(2, 9, 17));
  }

  @ParameterizedTest
  @CsvSource({"1, 10, 4", "6, 64, 5", "33, 70, 12", "64, 10, 128", "5, 3, 0"})
  void sumsOfLayersStartAtTheBias(int rows, int out, int in) {
    for (boolean relu : new boolean[] {false, true}) {
      check(new Affine(relu), Shape.of(rows, in), Shape.of(in, out), Shape.of(out));
      check(new Affine(relu), Shape.of(3, rows, in), Shape.of(3, in, out), Shape.of(3, out));
      check(new Affine(relu), Shape.of(rows, in), Shape.of(2, in, out), Shape.of(out));
    }
  }

  private static Shape a(boolean transposed, int rows, int columns) {
    return transposed ? Shape.of(columns, rows) : Shape.of(rows, columns);
  }

  private static void check(Primitive p, Shape... shapes) {
    Array[] in = new Array[shapes.length];
    for (int i = 0; i < in.length; i++) {
      in[i] = random(shapes[i], i);
    }
    Shape out = p.shape(shapes);
    int[] expected = bits(REFERENCE.run(p, in, DType.FLOAT32, out));
    int[] actual = bits(VECTOR.run(p, in, DType.FLOAT32, out));
    int at = Arrays.mismatch(expected, actual);
    assertEquals(-1, at, () -> p + " of " + Arrays.toString(shapes) + " differs at element " + at);
  }

  /// Elements that start at offset 3 of their array.
  private static Array random(Shape shape, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[shape.size() + 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return Array.wrap(values, Shape.of(values.length)).view(shape, 3);
  }

  private static int[] bits(Array a) {
    return IntStream.range(a.offset(), a.offset() + a.shape().size())
        .map(i -> Float.floatToRawIntBits(a.floats()[i]))
        .toArray();
  }
}
