package dev.tutti.nn.io;

import dev.tutti.nn.io.PickleValue.Items;
import java.util.ArrayList;
import java.util.List;

/// A tensor as the pickle of a file describes it: a view of a storage, which several tensors can
/// share and of which a slice sees a part.
///
/// @param type the elements' type, null for one that is not known
/// @param typeName its name in the file
/// @param offset the storage's element at which the tensor's first one is
/// @param axes the shape
/// @param strides for each axis, the elements of the storage from one place to the next
/// @param negated whether the elements are the negatives of those in the storage
record TorchTensor(
    Storage storage,
    TorchType type,
    String typeName,
    long offset,
    List<Long> axes,
    List<Long> strides,
    boolean negated) {

  /// A storage.
  ///
  /// @param key its name in the file
  /// @param type the type of its elements, null for one that is not known
  /// @param typeName that type's name in the file
  /// @param elements their number
  record Storage(String key, TorchType type, String typeName, long elements) {}

  /// {@return the whole numbers of a tuple, at most as many as a tensor has axes; null if it is
  /// anything else, or one is negative}
  static List<Long> axes(Object tuple) {
    if (!(tuple instanceof Items items) || items.values().size() > Elements.MOST_AXES) {
      return null;
    }
    List<Long> axes = new ArrayList<>();
    for (Object axis : items.values()) {
      if (!(axis instanceof Long length) || length < 0) {
        return null;
      }
      axes.add(length);
    }
    return axes;
  }

  /// {@return why this is not a tensor here, null if it is one}
  String unreadable() {
    if (type == null || type.elements() == null) {
      return "element type %s; %s can be read"
          .formatted(DataError.quoted(typeName), ElementType.all());
    }
    return Elements.fits(axes) ? null : Elements.tooLarge(axes);
  }

  /// {@return the element after the last one that the tensor sees, counted from its first; −1 if
  /// that is beyond 64 bits}
  long extent() {
    if (axes.contains(0L)) {
      return 0;
    }
    long last = 0;
    for (int i = 0; i < axes.size(); i++) {
      long steps = axes.get(i) - 1;
      long stride = strides.get(i);
      if (Math.multiplyHigh(steps, stride) != 0 || steps * stride < 0) {
        return -1;
      }
      last += steps * stride;
      if (last < 0) {
        return -1;
      }
    }
    return last + 1;
  }

  /// {@return whether the elements lie one after the other in the tensor's order}
  boolean isContiguous() {
    long next = 1;
    for (int i = axes.size() - 1; i >= 0; i--) {
      if (axes.get(i) != 1 && strides.get(i) != next) {
        return axes.contains(0L);
      }
      next *= axes.get(i);
    }
    return true;
  }
}
