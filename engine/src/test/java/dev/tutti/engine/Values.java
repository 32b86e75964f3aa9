package dev.tutti.engine;

import java.util.SplittableRandom;

/// Seeded elements for tests.
///
/// Whole numbers of small size make float32 sums and products exact, so that any order of additions
/// gives the definition's value to the bit; normal numbers exercise rounding.
final class Values {
  private final SplittableRandom random;

  Values(long seed) {
    random = new SplittableRandom(seed);
  }

  /// Normal float32 numbers.
  Tensor normal(Shape shape) {
    float[] a = new float[shape.size()];
    for (int i = 0; i < a.length; i++) {
      a[i] = (float) random.nextGaussian();
    }
    return Array.wrap(a, shape);
  }

  Tensor normal(int... dims) {
    return normal(Shape.of(dims));
  }

  /// Whole float32 numbers from −limit to limit.
  Tensor whole(int limit, Shape shape) {
    return ints(-limit, limit, shape).cast(DType.FLOAT32);
  }

  Tensor whole(int limit, int... dims) {
    return whole(limit, Shape.of(dims));
  }

  /// int32 numbers from low to high, both included.
  Tensor ints(int low, int high, Shape shape) {
    int[] a = new int[shape.size()];
    for (int i = 0; i < a.length; i++) {
      a[i] = random.nextInt(low, high + 1);
    }
    return Array.wrap(a, shape);
  }

  /// Normal or small whole numbers.
  Tensor of(boolean whole, Shape shape) {
    return whole ? whole(4, shape) : normal(shape);
  }

  /// Normal numbers with every tenth or so replaced by a zero, an infinity, a NaN, a subnormal or a
  /// number that another element has too.
  Tensor special(Shape shape) {
    float[] odd = {
      0f,
      -0f,
      1,
      -1,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      Float.MIN_VALUE,
      Float.MAX_VALUE,
      0.5f
    };
    float[] a = normal(shape).toFloats();
    for (int i = 0; i < a.length; i++) {
      a[i] = random.nextInt(10) < 3 ? odd[random.nextInt(odd.length)] : a[i];
    }
    return Array.wrap(a, shape);
  }
}
