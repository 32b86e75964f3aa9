package dev.tutti.testkit;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/// Seeded elements for tests.
///
/// Whole numbers of small size make float32 sums and products exact, so that any order of additions
/// gives the definition's value to the bit; normal numbers exercise rounding.
public final class Values {
  private final SplittableRandom random;

  /// Values that follow from `seed`.
  public Values(long seed) {
    random = new SplittableRandom(seed);
  }

  /// {@return normal float32 numbers}
  public Tensor normal(int... dims) {
    return normal(DType.FLOAT32, Shape.of(dims));
  }

  /// {@return normal numbers}
  public Tensor normal(DType type, Shape shape) {
    double[] a = new double[shape.size()];
    for (int i = 0; i < a.length; i++) {
      a[i] = random.nextGaussian();
    }
    return Tensor.of(a).reshape(shape).cast(type);
  }

  /// {@return whole float32 numbers from −limit to limit}
  public Tensor whole(int limit, int... dims) {
    return ints(-limit, limit, dims).cast(DType.FLOAT32);
  }

  /// {@return int32 numbers from low to high, both included}
  public Tensor ints(int low, int high, int... dims) {
    Shape shape = Shape.of(dims);
    int[] a = new int[shape.size()];
    for (int i = 0; i < a.length; i++) {
      a[i] = random.nextInt(low, high + 1);
    }
    return Tensor.of(a).reshape(shape);
  }

  /// {@return the tree with its floats as float64}
  public static <T> T doubles(T tree) {
    return Tree.map(tree, t -> t.dtype().isFloat() ? t.cast(DType.FLOAT64) : t);
  }

  /// {@return the tree with those floats that are `chosen` drawn from [0.5, 1.5): in place of the
  /// ones and zeros of gains, biases and running statistics; variances stay positive}
  public static <T> T drawn(Key key, T tree, Predicate<Tensor> chosen) {
    int[] next = {0};
    return Tree.map(
        tree,
        t -> {
          Tensor draws = key.fold(next[0]++).uniform(t.shape().dims()).add(0.5);
          return t.dtype().isFloat() && chosen.test(t) ? draws : t;
        });
  }
}
