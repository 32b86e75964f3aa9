package dev.tutti.nn.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The keyword arguments that a fixture's script gave to PyTorch. What is not given has the default
/// that the reader names; what is given must be read, so that no attribute is overlooked.
final class Arguments {
  private final Map<String, Object> values;
  private final Set<String> unread;

  Arguments(Map<String, Object> values) {
    this.values = values;
    this.unread = new HashSet<>(values.keySet());
  }

  /// Fails if an argument was not read.
  void requireAllRead(String what) {
    assertEquals(Set.of(), unread, what + ": arguments that the table does not read");
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  private Object read(String name, Object otherwise) {
    unread.remove(name);
    if (!values.containsKey(name) && otherwise == null) {
      throw new AssertionError("no argument " + name + " in " + values);
    }
    return values.getOrDefault(name, otherwise);
  }

  int integer(String name) {
    return ((Double) read(name, null)).intValue();
  }

  int integer(String name, int otherwise) {
    return ((Double) read(name, (double) otherwise)).intValue();
  }

  double number(String name) {
    return (Double) read(name, null);
  }

  double number(String name, double otherwise) {
    return (Double) read(name, otherwise);
  }

  /// {@return a number, or null if the fixture says null}
  Double numberOrNull(String name, double otherwise) {
    return (Double) read(name, otherwise);
  }

  boolean flag(String name, boolean otherwise) {
    return (Boolean) read(name, otherwise);
  }

  String text(String name, String otherwise) {
    return (String) read(name, otherwise);
  }

  boolean isText(String name) {
    return values.get(name) instanceof String;
  }

  /// {@return one number per image axis: PyTorch takes one for both, or a pair}
  int[] pair(String name, int otherwise) {
    return pair(read(name, (double) otherwise));
  }

  /// {@return the same, for an argument that must be given}
  int[] pair(String name) {
    return pair(read(name, null));
  }

  private static int[] pair(Object value) {
    return value instanceof List<?> list
        ? integers(list)
        : new int[] {((Double) value).intValue(), ((Double) value).intValue()};
  }

  /// {@return a list of whole numbers, or a single one as a list}
  int[] integers(String name) {
    Object value = read(name, null);
    return integers(value instanceof List<?> list ? list : List.of(value));
  }

  /// {@return a list of numbers}
  double[] numbers(String name, double... otherwise) {
    Object value = read(name, otherwise);
    return value instanceof List<?> list
        ? list.stream().mapToDouble(v -> (Double) v).toArray()
        : otherwise;
  }

  /// {@return an object among the arguments}
  Object object(String name) {
    return read(name, null);
  }

  /// {@return a list of anything}
  List<?> list(String name) {
    return (List<?>) read(name, null);
  }

  private static int[] integers(List<?> list) {
    return list.stream().mapToInt(v -> ((Double) v).intValue()).toArray();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
