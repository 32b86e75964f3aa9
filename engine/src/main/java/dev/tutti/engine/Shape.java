package dev.tutti.engine;

import java.util.Arrays;
import java.util.Locale;

/// The sizes of a tensor's axes, outermost first: `[M, B, C]`. The scalar shape is `[]`.
///
/// A primitive gives meaning to the trailing axes only (its *suffix*); the axes further left are
/// *leads*, which broadcast. [#leads] and [#suffix] cut a shape in these two parts.
public final class Shape {
  /// The most elements that one tensor holds (a Java array's limit).
  public static final long MAX_SIZE = Integer.MAX_VALUE - 8L;

  /// The most axes that a tensor has, as in NumPy 2. An axis that `vmap` maps counts too: inside of
  /// it a tensor has at most one less.
  public static final int MAX_RANK = 64;

  /// The shape of a scalar, `[]`.
  public static final Shape SCALAR = new Shape(new int[0], 1);

  private final int[] dims;
  private final int size;

  private Shape(int[] dims, int size) {
    this.dims = dims;
    this.size = size;
  }

  /// {@return the shape with these axis sizes}
  ///
  /// Raises [ShapeError] for a negative size, for more than [#MAX_SIZE] elements and for more than
  /// [#MAX_RANK] axes.
  public static Shape of(int... dims) {
    if (dims.length > MAX_RANK) {
      throw new ShapeError(
          String.format(
              Locale.ROOT, "shape with %,d axes; a tensor has at most %d", dims.length, MAX_RANK));
    }
    long size = 1;
    for (int d : dims) {
      if (d < 0) {
        throw new ShapeError("shape " + Arrays.toString(dims) + " has a negative axis");
      }
      size = d != 0 && size > Long.MAX_VALUE / d ? Long.MAX_VALUE : size * d;
    }
    if (size > MAX_SIZE) {
      throw new ShapeError(
          String.format(
              Locale.ROOT,
              "shape %s has %,d elements; a tensor holds at most %,d",
              Arrays.toString(dims),
              size,
              MAX_SIZE));
    }
    return new Shape(dims.clone(), (int) size);
  }

  /// {@return the number of axes}
  public int rank() {
    return dims.length;
  }

  /// {@return the number of elements, the product of all axes}
  public int size() {
    return size;
  }

  /// {@return the size of axis `axis`; negative axes count from the end, −1 is the last}
  public int dim(int axis) {
    return dims[axis(axis)];
  }

  /// {@return the axis as an index from the front; negative ones count from the end}
  public int axis(int axis) {
    int a = axis < 0 ? axis + dims.length : axis;
    if (a < 0 || a >= dims.length) {
      throw new ShapeError(
          "axis " + axis + " is outside " + this + ", which has " + dims.length + " axes");
    }
    return a;
  }

  /// {@return the axis as the primitives store it, counted from the end: the last one is 1}
  int fromEnd(int axis) {
    return dims.length - axis(axis);
  }

  /// {@return the axis sizes as a new array}
  public int[] dims() {
    return dims.clone();
  }

  /// {@return the axes left of the last `suffix` ones}
  public Shape leads(int suffix) {
    return suffix == 0 ? this : of(Arrays.copyOf(dims, dims.length - suffix));
  }

  /// {@return the last `count` axes}
  public Shape suffix(int count) {
    return count == dims.length
        ? this
        : of(Arrays.copyOfRange(dims, dims.length - count, dims.length));
  }

  /// {@return the shape without its first axis}
  public Shape tail() {
    return of(Arrays.copyOfRange(dims, 1, dims.length));
  }

  /// {@return this shape with an axis of size `n` put before it}
  public Shape prepend(int n) {
    int[] d = new int[dims.length + 1];
    d[0] = n;
    System.arraycopy(dims, 0, d, 1, dims.length);
    return of(d);
  }

  /// {@return the axes of this shape followed by those of `other`}
  public Shape concat(Shape other) {
    if (dims.length == 0) {
      return other;
    }
    int[] d = Arrays.copyOf(dims, dims.length + other.dims.length);
    System.arraycopy(other.dims, 0, d, dims.length, other.dims.length);
    return of(d);
  }

  /// {@return this shape with axis `axis` of size `n`}
  public Shape with(int axis, int n) {
    int[] d = dims.clone();
    d[axis(axis)] = n;
    return of(d);
  }

  /// {@return the common shape of two that broadcast, right-aligned, or null if they do not}
  static Shape broadcast(Shape a, Shape b) {
    if (a.equals(b)) {
      return a;
    }
    int rank = Math.max(a.rank(), b.rank());
    int[] d = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int x = i <= a.rank() ? a.dims[a.rank() - i] : 1;
      int y = i <= b.rank() ? b.dims[b.rank() - i] : 1;
      if (x != y && x != 1 && y != 1) {
        return null;
      }
      d[rank - i] = x == 1 ? y : x;
    }
    return of(d);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that && Arrays.equals(dims, that.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
