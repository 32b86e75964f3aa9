package dev.tutti.engine;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Nested data with tensors at the leaves: a tensor, a record, a list or a map with text keys, to
/// any depth. A model is such a tree, so is its gradient and an optimiser's state.
///
/// Components of other types (numbers, text, enums, functions, null) are part of the structure and
/// stay as they are. One that hides a tensor is an error: a function that captures a tensor or a
/// network, an object of a class with tensors in its fields, an array, set or optional. So are
/// `float[]` and `double[]`, numbers that nothing would train or save. A lambda without tensors is
/// fine. Static fields belong to the program and are ignored. A leaf's path is what PyTorch's state
/// dict would call it: `layer1.0.conv1.weight`, `bn1.running_mean` for the component `runningMean`.
/// Records are read and rebuilt through their accessors and canonical constructor, so they must be
/// public in an exported package, or their package open to `dev.tutti.engine`. Trees are at most
/// 1,000 records, lists and maps deep.
public final class Tree {
  private Tree() {}

  /// A tensor of a tree.
  ///
  /// @param path component names, list indices and map keys joined by dots; empty for a lone tensor
  /// @param tensor the tensor
  /// @param shared whether it is under a [Shared] component
  /// @param state whether it is under a [State] component
  /// @param component the innermost record component above it, null outside of records
  public record Leaf(
      String path, Tensor tensor, boolean shared, boolean state, RecordComponent component) {
    static final Leaf ROOT = new Leaf("", null, false, false, null);

    /// {@return the path, or a description if the tensor is the whole tree}
    String name() {
      return path.isEmpty() ? "the tensor" : path;
    }

    Leaf below(String name) {
      String joined = path.isEmpty() ? name : path + "." + name;
      return new Leaf(joined, null, shared, state, component);
    }

    Leaf below(RecordType type, int i) {
      RecordComponent c = type.components[i];
      String joined = c.isAnnotationPresent(Inlined.class) ? path : below(type.names[i]).path;
      return new Leaf(
          joined,
          null,
          shared || c.isAnnotationPresent(Shared.class),
          state || c.isAnnotationPresent(State.class),
          c);
    }
  }

  /// A part of a tree.
  ///
  /// @param path component names, list indices and map keys joined by dots
  /// @param value the part itself
  /// @param component the innermost record component above it, null outside of records
  public record Part<P>(String path, P value, RecordComponent component) {}

  /// {@return the leaves in order: record components as declared, list items, map entries}
  public static List<Leaf> leaves(Object tree) {
    List<Leaf> leaves = new ArrayList<>();
    mapLeaves(
        tree,
        leaf -> {
          leaves.add(leaf);
          return leaf.tensor;
        });
    return leaves;
  }

  /// {@return the tensors of the leaves, in order}
  public static List<Tensor> tensors(Object tree) {
    return leaves(tree).stream().map(Leaf::tensor).toList();
  }

  /// {@return the same structure with `f` applied to every tensor}
  public static <T> T map(T tree, UnaryOperator<Tensor> f) {
    return mapLeaves(tree, leaf -> f.apply(leaf.tensor));
  }

  /// {@return the same structure with every leaf replaced by `f` of it}
  @SuppressWarnings("unchecked")
  public static <T> T mapLeaves(T tree, Function<Leaf, Tensor> f) {
    return (T) new TreeWalk(part -> null, f).of(tree);
  }

  /// {@return the same structure with every part that is a `type` replaced by `f` of it, nested
  /// ones too}
  ///
  /// Parts are visited in leaf order; a replaced part is not searched further. Raises [ShapeError]
  /// when a record declares the part with a concrete type that the replacement does not have.
  @SuppressWarnings("unchecked")
  public static <T, P> T replace(T tree, Class<P> type, Function<P, ?> f) {
    return replaceParts(tree, type, part -> f.apply(part.value));
  }

  /// {@return the same, with `f` also given the place of each part} If `f` returns null, the part
  /// stays and is searched further.
  @SuppressWarnings("unchecked")
  public static <T, P> T replaceParts(T tree, Class<P> type, Function<Part<P>, ?> f) {
    Function<Part<Object>, Object> parts =
        p -> type.isInstance(p.value) ? f.apply((Part<P>) p) : null;
    return (T) new TreeWalk(parts, Leaf::tensor).of(tree);
  }

  /// {@return what a record, list or map holds itself, named by component, index or key: the parts
  /// under an [Inlined] component in the place of that component, nulls too} Other objects hold
  /// nothing.
  public static List<Part<Object>> children(Object node) {
    List<Part<Object>> children = new ArrayList<>();
    switch (node) {
      case Record r -> {
        RecordType type = RecordType.of(r.getClass());
        for (int i = 0; i < type.components.length; i++) {
          RecordComponent c = type.components[i];
          Object value = type.read(i, r);
          if (c.isAnnotationPresent(Inlined.class)
              && (value instanceof List<?> || value instanceof Map<?, ?>)) {
            children.addAll(children(value));
          } else {
            children.add(new Part<>(type.names[i], value, c));
          }
        }
      }
      case List<?> list -> {
        for (Object item : list) {
          children.add(new Part<>(Integer.toString(children.size()), item, null));
        }
      }
      case Map<?, ?> map -> {
        for (Object key : TreeWalk.sortedKeys(map)) {
          children.add(new Part<>(key.toString(), map.get(key), null));
        }
      }
      case null, default -> {}
    }
    return children;
  }

  /// {@return the same structure with these tensors at the leaves, in order}
  ///
  /// @throws ShapeError if there are more or fewer tensors than leaves
  public static <T> T rebuild(T tree, List<Tensor> tensors) {
    int[] used = {0};
    T rebuilt = map(tree, t -> used[0]++ < tensors.size() ? tensors.get(used[0] - 1) : t);
    if (used[0] != tensors.size()) {
      throw new ShapeError(
          "rebuild: the tree has " + used[0] + " leaves, got " + tensors.size() + " tensors");
    }
    return rebuilt;
  }

  /// {@return the structure of `a` with `f(a leaf, b leaf)` at every leaf}
  ///
  /// @throws ShapeError if the two trees have different leaves
  public static <T> T zip(T a, T b, BinaryOperator<Tensor> f) {
    List<Leaf> x = leaves(a);
    List<Leaf> y = leaves(b);
    checkPaths("zip", x, y);
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      out.add(f.apply(x.get(i).tensor, y.get(i).tensor));
    }
    return rebuild(a, out);
  }

  /// @throws ShapeError if two trees have different leaves
  static void checkPaths(String op, List<Leaf> a, List<Leaf> b) {
    for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
      String left = i < a.size() ? "leaf " + a.get(i).name() : "no more leaves";
      String right = i < b.size() ? "leaf " + b.get(i).name() : "no more leaves";
      if (!left.equals(right)) {
        throw new ShapeError(op + ": trees differ: one has " + left + ", the other " + right);
      }
    }
  }

  /// {@return trees of one structure as one, each leaf with a new first axis} [Shared] leaves are
  /// taken from the first.
  ///
  /// @throws ShapeError if there is no tree, or if two differ in anything but their elements
  public static <T> T stack(List<T> trees) {
    return joined("stack", trees, Tensor::stack);
  }

  /// {@return trees of one structure joined along their first axis} [Shared] leaves are taken from
  /// the first.
  ///
  /// @throws ShapeError if there is no tree, or if two differ in more than that axis
  public static <T> T concat(List<T> trees) {
    return trees.size() == 1
        ? trees.getFirst()
        : joined("concat", trees, parts -> Tensor.concat(0, parts));
  }

  private static <T> T joined(String op, List<T> trees, Function<Tensor[], Tensor> join) {
    if (trees.isEmpty()) {
      throw new ShapeError(op + ": no trees given");
    }
    List<List<Leaf>> all = new ArrayList<>();
    for (T tree : trees) {
      all.add(leaves(tree));
      checkStructure(op, Leaf.ROOT, trees.getFirst(), tree);
      checkPaths(op, all.getFirst(), all.getLast());
    }
    List<Leaf> first = all.getFirst();
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      int leaf = i;
      Tensor[] parts = all.stream().map(l -> l.get(leaf).tensor).toArray(Tensor[]::new);
      try {
        out.add(first.get(i).shared ? parts[0] : join.apply(parts));
      } catch (ShapeError e) {
        throw new ShapeError(e.getMessage() + " (at " + first.get(i).name() + ")");
      }
    }
    return rebuild(trees.getFirst(), out);
  }

  /// Raises an error if two trees differ in what is not a tensor: classes, sizes, numbers, text.
  private static void checkStructure(String op, Leaf at, Object a, Object b) {
    boolean same =
        switch (a) {
          case null -> b == null;
          case Tensor t -> b instanceof Tensor;
          case List<?> list -> b instanceof List<?> other && other.size() == list.size();
          case Map<?, ?> map -> b instanceof Map<?, ?> other && other.size() == map.size();
          case Number n -> n.equals(b);
          case CharSequence text -> text.equals(b);
          case Boolean flag -> flag.equals(b);
          case Enum<?> constant -> constant == b;
          case Record r -> b != null && b.getClass() == a.getClass();
          default -> b != null && b.getClass() == a.getClass() && OpaqueType.alike(a, b);
        };
    if (!same) {
      throw new ShapeError(
          op
              + ": trees differ at "
              + (at.path.isEmpty() ? "the root" : at.path)
              + ": "
              + described(a)
              + " and "
              + described(b));
    }
    switch (a) {
      case Record r -> {
        RecordType type = RecordType.of(r.getClass());
        for (int i = 0; i < type.components.length; i++) {
          Leaf below = at.below(type, i);
          checkStructure(op, below, type.read(i, r), type.read(i, b));
        }
      }
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          Leaf below = at.below(Integer.toString(i));
          checkStructure(op, below, list.get(i), ((List<?>) b).get(i));
        }
      }
      case Map<?, ?> map ->
          map.forEach((key, value) ->
              checkStructure(op, at.below(key.toString()), value, ((Map<?, ?>) b).get(key)));
      case null, default -> {}
    }
  }

  private static String described(Object node) {
    return switch (node) {
      case null -> "null";
      case Tensor t -> "a tensor";
      case List<?> list -> "a list of " + list.size();
      case Map<?, ?> map -> "a map with " + map.keySet();
      case Number n -> n.toString();
      case CharSequence text -> text.toString();
      case Boolean flag -> flag.toString();
      case Enum<?> constant -> constant.toString();
      case Record r -> r.getClass().getSimpleName();
      case Object[] array -> Arrays.deepToString(array);
      case int[] array -> Arrays.toString(array);
      default -> node.getClass().getName();
    };
  }

  /// {@return entry `i` of every leaf's first axis} [Shared] leaves stay whole.
  public static <T> T get(T tree, int i) {
    return mapLeaves(tree, leaf -> leaf.shared ? leaf.tensor : leaf.tensor.get(i));
  }

  /// {@return entries `from … to − 1` of every leaf's first axis} [Shared] leaves stay whole.
  public static <T> T slice(T tree, int from, int to) {
    return mapLeaves(tree, leaf -> leaf.shared ? leaf.tensor : leaf.tensor.slice(0, from, to));
  }

  /// {@return entries `index[0], index[1], …` of every leaf's first axis: of stacked networks,
  /// these members} [Shared] leaves stay whole.
  ///
  /// @param index an int32 vector; see [Tensor#take(int, Tensor)]
  public static <T> T take(T tree, Tensor index) {
    return mapLeaves(tree, leaf -> leaf.shared ? leaf.tensor : leaf.tensor.take(0, index));
  }
}
