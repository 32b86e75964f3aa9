package dev.tutti.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// One walk through a [Tree] that rebuilds what changes.
///
/// The walk calls itself once per level, so the depth has a bound: a deeper tree, such as a list
/// that contains itself, is an error before the thread's stack ends.
final class TreeWalk {
  private static final int MAX_DEPTH = 1000;

  private final Function<Tree.Part<Object>, Object> parts;
  private final Function<Tree.Leaf, Tensor> leaves;
  private int depth;

  /// @param parts the replacement of a part; null to walk on into it
  /// @param leaves the replacement of a leaf
  TreeWalk(Function<Tree.Part<Object>, Object> parts, Function<Tree.Leaf, Tensor> leaves) {
    this.parts = parts;
    this.leaves = leaves;
  }

  Object of(Object tree) {
    return walk(tree, Tree.Leaf.ROOT);
  }

  /// Rebuilds `node`, which is at `at` (a leaf still without its tensor).
  private Object walk(Object node, Tree.Leaf at) {
    if (node == null) {
      return null;
    }
    Object part = parts.apply(new Tree.Part<>(at.path(), node, at.component()));
    if (part != null) {
      return part;
    }
    if (node instanceof Tensor t) {
      return leaves.apply(new Tree.Leaf(at.path(), t, at.shared(), at.state(), at.component()));
    }
    if (depth == MAX_DEPTH) {
      throw new ShapeError(
          "tree: more than "
              + MAX_DEPTH
              + " records, lists and maps inside each other, at "
              + (at.path().length() > 20 ? at.path().substring(0, 20) + "…" : at.path())
              + "; does it contain itself? Put what is nested into one list");
    }
    requireElementsOnly(node, at);
    depth++;
    Object walked =
        switch (node) {
          case Record r -> walkRecord(r, at);
          case List<?> list -> walkList(list, at);
          case Map<?, ?> map -> walkMap(map, at);
          default -> {
            Opaque.check(node, at.path());
            yield node;
          }
        };
    depth--;
    return walked;
  }

  private static void requireElementsOnly(Object node, Tree.Leaf at) {
    if (node instanceof List<?> || node instanceof Map<?, ?>) {
      String field = OwnFields.of(node.getClass());
      if (field != null) {
        throw new ShapeError(
            "tree: %s is a %s, a list or map with a field of its own (%s), which is not seen; make it a record"
                .formatted(
                    at.path().isEmpty() ? "the root" : at.path(),
                    node.getClass().getName(),
                    field));
      }
    }
  }

  private Object walkRecord(Record r, Tree.Leaf at) {
    RecordType type = RecordType.of(r.getClass());
    Object[] values = new Object[type.components.length];
    boolean changed = false;
    for (int i = 0; i < values.length; i++) {
      Object before = type.read(i, r);
      values[i] = walk(before, at.below(type, i));
      changed |= values[i] != before;
    }
    return changed ? type.build(values) : r;
  }

  private Object walkList(List<?> list, Tree.Leaf at) {
    List<Object> out = new ArrayList<>();
    boolean changed = false;
    for (Object item : list) {
      out.add(walk(item, at.below(Integer.toString(out.size()))));
      changed |= out.getLast() != item;
    }
    return changed ? Collections.unmodifiableList(out) : list;
  }

  private Object walkMap(Map<?, ?> map, Tree.Leaf at) {
    Map<Object, Object> out = new LinkedHashMap<>(map);
    boolean changed = false;
    for (Object key : sortedKeys(map)) {
      Object item = walk(map.get(key), at.below(key.toString()));
      changed |= item != out.put(key, item);
    }
    return changed ? Collections.unmodifiableMap(out) : map;
  }

  /// Keys in the order of their text: a map's own order may differ from one JVM to the next.
  static List<Object> sortedKeys(Map<?, ?> map) {
    List<Object> keys = new ArrayList<>(map.keySet());
    for (Object key : keys) {
      if (key == null || !OpaqueType.of(key.getClass()).free()) {
        throw new ShapeError(
            "tree: a map has the key "
                + (key == null ? "null" : "of class " + key.getClass().getName())
                + "; keys are text, numbers or enums");
      }
    }
    keys.sort(Comparator.comparing(Object::toString));
    return keys;
  }
}
