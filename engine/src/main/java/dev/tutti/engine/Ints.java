package dev.tutti.engine;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/// An immutable list of ints with value equality: the axes, pads and strides of a primitive, so
/// that two equal primitives compare equal.
public final class Ints {
  private final int[] values;

  private Ints(int[] values) {
    this.values = values;
  }

  /// {@return the list of the given values}
  public static Ints of(int... values) {
    return new Ints(values.clone());
  }

  /// {@return the list of `size` values, value `i` being `f(i)`}
  public static Ints generate(int size, IntUnaryOperator f) {
    int[] values = new int[size];
    Arrays.setAll(values, f);
    return new Ints(values);
  }

  /// {@return the number of values}
  public int size() {
    return values.length;
  }

  /// {@return value `i`}
  public int get(int i) {
    return values[i];
  }

  /// {@return the largest value, 0 if there is none}
  public int max() {
    return Arrays.stream(values).max().orElse(0);
  }

  /// {@return whether `value` is in the list}
  public boolean contains(int value) {
    return Arrays.stream(values).anyMatch(v -> v == value);
  }

  /// {@return the values as a new array}
  public int[] toArray() {
    return values.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Ints that && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
