package dev.tutti.nn.io;

import dev.tutti.engine.Array;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.TorchOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// The tensors of a model by the names and in the axis order that PyTorch gives them:
/// `conv1.weight` of `[out, in, KH, KW]`, `fc1.weight` of `[out, in]`.
///
/// A name is a leaf's path ([Tree.Leaf#path]); the order of axes is what [TorchOrder] says of the
/// leaf's component. Axes further left, such as the members' of a stacked network, stay first: the
/// state dict of M stacked networks is what `torch.func.stack_module_state` makes of M modules.
public final class StateDict {
  private StateDict() {}

  /// A tree with the tensors of a state dict that did not have all of its names, or had others.
  ///
  /// @param missing the names of the tree that the state dict lacks, whose tensors are the tree's
  /// @param unexpected the names of the state dict that the tree does not have
  public record Loaded<T>(T tree, List<String> missing, List<String> unexpected) {}

  /// {@return the tensors of `tree` by name, in leaf order}
  ///
  /// @throws ShapeError if two leaves have one name, or a leaf has fewer axes than its [TorchOrder]
  public static Map<String, Tensor> of(Object tree) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    leaves(tree)
        .forEach((name, leaf) -> tensors.put(name, inOrder(leaf.tensor(), torchOrder(leaf))));
    return tensors;
  }

  private static Map<String, Tree.Leaf> leaves(Object tree) {
    Map<String, Tree.Leaf> leaves = new LinkedHashMap<>();
    for (Tree.Leaf leaf : Tree.leaves(tree)) {
      if (leaves.put(leaf.path(), leaf) != null) {
        throw new ShapeError("state dict: two tensors are called " + leaf.path());
      }
    }
    return leaves;
  }

  /// {@return `tree` with its tensors replaced by those of `values`, which must have its names,
  /// types and shapes as [#of] gives them}
  ///
  /// @throws DataError if a name is missing or unexpected, or a type or shape differs
  public static <T> T load(T tree, Map<String, Tensor> values) {
    return load("state dict", tree, values);
  }

  /// The same, with errors that begin with `source`.
  static <T> T load(String source, T tree, Map<String, Tensor> values) {
    return load(source, tree, values.keySet(), values::get);
  }

  /// The same, with each value requested after the names have been found correct.
  static <T> T load(String source, T tree, Set<String> names, Function<String, Tensor> values) {
    requireNames(source, names(tree), names);
    return Tree.mapLeaves(tree, leaf -> fitted(source, leaf, values.apply(leaf.path())));
  }

  static void requireNames(String source, Set<String> own, Set<String> names) {
    if (!own.equals(names)) {
      throw new DataError(source + ": " + NameMismatch.described(own, names));
    }
  }

  /// {@return the names of the tensors of `tree`, in leaf order}
  static Set<String> names(Object tree) {
    return leaves(tree).keySet();
  }

  /// As [#load] of `values` under other names: each is loaded as what `renaming` makes of its name,
  /// or left out if that is null.
  ///
  /// @throws DataError if two get one name, and as [#load] does
  public static <T> T load(T tree, Map<String, Tensor> values, UnaryOperator<String> renaming) {
    return load(tree, renamed(values, renaming));
  }

  /// {@return `tree` with those of its tensors replaced that `values` has, and what did not match},
  /// PyTorch's `load_state_dict(values, strict=False)`.
  ///
  /// @throws DataError if the type or shape of a tensor that both have differs, or when `values`
  ///   lacks one that `tree` has without elements ([Array#hasElements])
  public static <T> Loaded<T> loadPartly(T tree, Map<String, Tensor> values) {
    T loaded =
        Tree.mapLeaves(
            tree,
            leaf -> {
              Tensor value = values.get(leaf.path());
              if (value == null && leaf.tensor() instanceof Array own && !own.hasElements()) {
                throw new DataError(
                    "state dict: lacks %s, of which the tree has only the shape"
                        .formatted(leaf.path()));
              }
              return value == null ? leaf.tensor() : fitted("state dict", leaf, value);
            });
    Set<String> own = names(tree);
    return new Loaded<>(
        loaded,
        NameMismatch.without(own, values.keySet()),
        NameMismatch.without(values.keySet(), own));
  }

  /// {@return `values` by the names that `renaming` makes of theirs, without those of which it
  /// makes null}
  ///
  /// @throws DataError if two get one name
  public static Map<String, Tensor> renamed(
      Map<String, Tensor> values, UnaryOperator<String> renaming) {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    values.forEach((name, tensor) -> {
      String to = renaming.apply(name);
      if (to != null && renamed.put(to, tensor) != null) {
        throw sameName(name, to);
      }
    });
    return renamed;
  }

  static DataError sameName(String name, String to) {
    return new DataError("state dict: " + name + " and another tensor are both renamed " + to);
  }

  /// {@return a renaming that replaces the longest of these prefixes that a name has by its value
  /// in the map; other names stay}
  public static UnaryOperator<String> prefixes(Map<String, String> replacements) {
    return name ->
        replacements.keySet().stream()
            .filter(name::startsWith)
            .max(Comparator.comparing(String::length))
            .map(prefix -> replacements.get(prefix) + name.substring(prefix.length()))
            .orElse(name);
  }

  /// {@return a renaming that takes `prefix` off the names that begin with it, and leaves out all
  /// others: one of several networks in a state dict}
  public static UnaryOperator<String> under(String prefix) {
    return name -> name.startsWith(prefix) ? name.substring(prefix.length()) : null;
  }

  /// A value as the tensor that `leaf` holds, back in this library's order of axes.
  private static Tensor fitted(String source, Tree.Leaf leaf, Tensor value) {
    int[] order = torchOrder(leaf);
    Tensor expected = leaf.tensor();
    int[] torchDims = dims(expected, order);
    if (value.dtype() != expected.dtype() || !Arrays.equals(value.shape().dims(), torchDims)) {
      throw new DataError(
          "%s: %s is %s%s, the model's is %s%s"
              .formatted(
                  source,
                  leaf.path(),
                  value.dtype(),
                  value.shape(),
                  expected.dtype(),
                  Arrays.toString(torchDims)));
    }
    int[] inverse = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      inverse[order[i]] = i;
    }
    return inOrder(value, inverse);
  }

  /// For each axis in PyTorch's order, this library's; the leading axes as they are.
  private static int[] torchOrder(Tree.Leaf leaf) {
    TorchOrder order =
        leaf.component() == null ? null : leaf.component().getAnnotation(TorchOrder.class);
    int[] trailing = order == null ? new int[0] : order.value();
    int leads = leaf.tensor().rank() - trailing.length;
    if (leads < 0) {
      throw new ShapeError(
          "state dict: %s is %s, its PyTorch order names %d axes"
              .formatted(leaf.path(), leaf.tensor().shape(), trailing.length));
    }
    int[] axes = new int[leaf.tensor().rank()];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = i < leads ? i : leads + trailing[i - leads];
    }
    return axes;
  }

  private static Tensor inOrder(Tensor tensor, int[] axes) {
    for (int i = 0; i < axes.length; i++) {
      if (axes[i] != i) {
        return tensor.permute(axes);
      }
    }
    return tensor;
  }

  private static int[] dims(Tensor tensor, int[] axes) {
    int[] dims = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      dims[i] = tensor.dim(axes[i]);
    }
    return dims;
  }
}
