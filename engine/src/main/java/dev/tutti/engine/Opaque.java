package dev.tutti.engine;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/// What a [Tree] keeps as it is: numbers, text, enums, functions and objects of other classes.
///
/// A tensor inside of such an object would be left out of parameters, gradients and files, so an
/// object that holds one is an error. So are `float[]` and `double[]`, which can only be weights
/// that are not trained. Fields are read by reflection; an object with a field that cannot be read
/// is an error too, unless the field's type shows that no tensor can be there.
final class Opaque {
  /// The search of an object stops at this many objects that it refers to; those that cannot lead
  /// to a tensor, such as numbers and text, do not count.
  private static final int MOST = 10_000;

  /// Something to look into.
  ///
  /// @param how the field or component that led here, empty for the object itself
  private record Held(Object value, String how) {}

  private final Object root;
  private final Deque<Held> open = new ArrayDeque<>();

  private Opaque(Object root) {
    this.root = root;
    note(root, "");
  }

  /// Raises [ShapeError] if `node`, which is at `path` of a tree, holds tensors or numbers that the
  /// tree would not see.
  static void check(Object node, String path) {
    OpaqueType type = OpaqueType.of(node.getClass());
    if (type.free()) {
      return;
    }
    String found = new Opaque(node).search();
    if (found != null) {
      throw new ShapeError("tree: " + (path.isEmpty() ? "the root" : path) + " is a " + found);
    }
  }

  /// {@return what the object is and holds, with what to do about it; null if it holds nothing}
  private String search() {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    while (!open.isEmpty()) {
      Held next = open.poll();
      if (!seen.add(next.value)) {
        continue;
      }
      String found = seen.size() > MOST ? tooMuch() : look(next);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private void note(Object value, String how) {
    if (value != null && !OpaqueType.of(value.getClass()).free()) {
      open.add(new Held(value, how));
    }
  }

  /// Looks at one thing and notes what it holds itself; an answer ends the search.
  private String look(Held held) {
    if (held.value instanceof Collection<?> || held.value instanceof Map<?, ?>) {
      String field = OwnFields.of(held.value.getClass());
      if (field != null) {
        return closed(below(held.how, field) + " of a list or map", held.value.getClass());
      }
    }
    switch (held.value) {
      case Tensor t -> {
        return tensor(held.how);
      }
      case float[] numbers -> {
        return numbers("float[]", held.how);
      }
      case double[] numbers -> {
        return numbers("double[]", held.how);
      }
      case Object[] array -> {
        for (Object item : array) {
          note(item, held.how);
        }
      }
      case Optional<?> optional -> optional.ifPresent(v -> note(v, held.how));
      case Collection<?> items -> items.forEach(v -> note(v, held.how));
      case Map<?, ?> map ->
          map.forEach((key, v) -> {
            note(key, held.how);
            note(v, held.how);
          });
      case AtomicReference<?> reference -> note(reference.get(), held.how);
      case Record r -> {
        return lookIntoRecord(r, held.how);
      }
      default -> {
        return lookIntoFields(held);
      }
    }
    return null;
  }

  private String lookIntoRecord(Record r, String how) {
    RecordType type;
    try {
      type = RecordType.of(r.getClass());
    } catch (ShapeError e) {
      return closed((how.isEmpty() ? "" : how + ", a ") + r.getClass().getName(), r.getClass());
    }
    for (int i = 0; i < type.components.length; i++) {
      note(type.read(i, r), below(how, type.components[i].getName()));
    }
    return null;
  }

  private String lookIntoFields(Held held) {
    OpaqueType type = OpaqueType.of(held.value.getClass());
    if (type.closed() != null) {
      String field = below(held.how, type.closed().getName());
      if (Tensor.class.isAssignableFrom(type.closed().getType())) {
        return tensor(field);
      }
      return closed(field + ", a " + type.closed().getType().getTypeName(), held.value.getClass());
    }
    try {
      for (var field : type.fields()) {
        note(field.get(held.value), below(held.how, field.getName()));
      }
      return null;
    } catch (IllegalAccessException e) {
      return closed(held.how, held.value.getClass());
    }
  }

  private static String below(String how, String name) {
    return how.isEmpty() ? name : how + "." + name;
  }

  // ---- words ----

  private boolean isContainer() {
    return root instanceof Object[]
        || root instanceof Collection<?>
        || root instanceof Optional<?>
        || root instanceof AtomicReference<?>;
  }

  private boolean isFunction() {
    return root.getClass().isHidden() || root.getClass().isSynthetic();
  }

  /// `com.me.Scale, which is not a record`, or the words for a lambda.
  private String subject() {
    String name = root.getClass().getName();
    int lambda = name.indexOf("$$Lambda");
    if (isFunction()) {
      return "lambda of " + (lambda < 0 ? name : name.substring(0, lambda));
    }
    return name + ", which is not a record";
  }

  private String tensor(String how) {
    if (isContainer()) {
      return root.getClass().getSimpleName() + ", which a tree does not look into; use a List";
    }
    return isFunction()
        ? subject()
            + " that captures a tensor ("
            + how
            + "), which a tree does not see; make it a record with the tensor as a component"
        : subject() + ": its tensor " + how + " is not seen; make it a record";
  }

  private String numbers(String array, String how) {
    if (how.isEmpty()) {
      return root.getClass().getSimpleName()
          + ", whose numbers are neither trained nor saved; use a Tensor";
    }
    return subject()
        + ", holds numbers in a "
        + array
        + " ("
        + how
        + ") that are neither trained nor saved; make it a record with a Tensor";
  }

  private String closed(String what, Class<?> owner) {
    return subject()
        + ", and it is not known whether it holds tensors: cannot look into "
        + what
        + "; make it a record"
        + (OpaqueType.isOfJdk(owner)
            ? ""
            : ", or add `opens " + owner.getPackageName() + " to dev.tutti.engine;` to its module");
  }

  private String tooMuch() {
    return subject()
        + ", and it leads to more than "
        + MOST
        + " objects, too many to look for tensors in; make it a record";
  }
}
