package dev.tutti.nn.io;

import java.util.List;

/// What a pickle holds besides numbers, truth values and texts, which are Java's own (`Long`,
/// `BigInteger`, `Double`, `Boolean`, `String`).
sealed interface PickleValue {
  /// Python's `None`.
  enum None implements PickleValue {
    NONE
  }

  /// A dictionary, `keys[i]` with `values[i]`; not a map, since a key can be anything, even itself.
  record Dict(List<Object> keys, List<Object> values) implements PickleValue {
    /// {@return the value of a text that is a key, null for none}
    Object get(String key) {
      int at = keys.lastIndexOf(key);
      return at < 0 ? null : values.get(at);
    }
  }

  /// A list, tuple or set.
  record Items(List<Object> values) implements PickleValue {}

  /// The name of a class, function or constant.
  record Global(String name) implements PickleValue {}

  /// A parameter as PyTorch before 0.4 wrote it: its tensor, if any, comes after it, when it may
  /// have been kept in several places.
  record Parameter(List<TorchTensor> data) implements PickleValue {}

  /// In place of an object that is not built.
  ///
  /// @param what the name of what would make it
  record Unbuilt(String what) implements PickleValue {}
}
