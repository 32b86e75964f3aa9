package dev.tutti.engine.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Primitive;
import dev.tutti.engine.Shape;
import dev.tutti.engine.reference.ReferenceBackend;
import java.util.Arrays;
import java.util.Random;

/// Compares a kernel's raw bits with those of the reference backend; any NaN equals any other.
final class Against {
  /// Lengths on both sides of vectors of 4, 8 and 16 lanes and of their multiples.
  static final int[] LENGTHS = {0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100};

  /// Values at which functions change their formula, and those that are not numbers.
  static final float[] SPECIAL = {
    0f,
    -0f,
    1,
    -1,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    -Float.MIN_NORMAL / 2,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    0.625f,
    -0.6249f,
    1.125f,
    9.5f,
    -9.6f,
    88.9f,
    89.1f,
    -87.5f,
    -103.9f,
    -104.1f,
    4,
    -8.1f,
    2 / 3f,
    4 / 3f
  };

  /// A kernel: inputs to an output that holds garbage.
  @FunctionalInterface
  interface Kernel {
    Array run(Array[] in, Array out);
  }

  private Against() {}

  /// {@return normally distributed values that start three floats into their storage}
  static Array normal(int seed, int... dims) {
    Shape shape = Shape.of(dims);
    Random random = new Random(seed);
    float[] values = new float[shape.size() + 5];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Array.wrap(values, Shape.of(values.length)).view(shape, 3);
  }

  /// {@return likewise, many of them special or equal to another}
  static Array odd(int seed, int... dims) {
    Array a = normal(seed, dims);
    Random random = new Random(~seed);
    for (int i = 0; i < a.floats().length; i++) {
      int kind = random.nextInt(4);
      if (kind == 0) {
        a.floats()[i] = SPECIAL[random.nextInt(SPECIAL.length)];
      } else if (kind == 1) {
        a.floats()[i] = random.nextInt(3) - 1;
      }
    }
    return a;
  }

  /// {@return whole numbers from 0 to `bound − 1` that start two ints into their storage}
  static Array ints(int seed, int bound, int... dims) {
    Shape shape = Shape.of(dims);
    int[] values = new Random(seed).ints(shape.size() + 2, 0, bound).toArray();
    return Array.wrap(values, Shape.of(values.length)).view(shape, 2);
  }

  /// Asserts that the kernel gives the reference's bits.
  static void reference(Primitive p, Kernel kernel, Array... in) {
    Shape[] shapes = Arrays.stream(in).map(Array::shape).toArray(Shape[]::new);
    DType type = p.dtype(Arrays.stream(in).map(Array::dtype).toArray(DType[]::new));
    Shape shape = p.shape(shapes);
    String what = p + " of " + Arrays.toString(shapes);
    Array wanted = new ReferenceBackend("test").run(p, in, type, shape);
    Array out = Array.allocate(type, shape);
    if (type == DType.FLOAT32) {
      Arrays.fill(out.floats(), 12345.678f);
    } else {
      Arrays.fill(out.ints(), -77);
    }
    Array got = kernel.run(in, out);
    assertEquals(wanted.shape(), got.shape(), what);
    assertEquals(wanted.dtype(), got.dtype(), what);
    for (int i = 0; i < shape.size(); i++) {
      if (bits(wanted, i) != bits(got, i)) {
        fail(what + " at " + i + ": wanted " + wanted.element(i) + ", got " + got.element(i));
      }
    }
  }

  private static int bits(Array a, int i) {
    return a.dtype() == DType.INT32
        ? a.ints()[a.offset() + i]
        : Float.floatToIntBits(a.floats()[a.offset() + i]);
  }
}
