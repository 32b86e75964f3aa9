package dev.tutti.nn.io;

import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.TorchOrder;
import dev.tutti.nn.data.DataError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The tensors of a model by the names and in the axis order that PyTorch gives them:
/// `conv1.weight` of `[out, in, KH, KW]`, `fc1.weight` of `[out, in]`.
///
/// A name is a leaf's path ([Tree.Leaf#path]); the order of axes is what [TorchOrder] says of the
/// leaf's component. Axes further left, such as the members' of a stacked network, stay first: the
/// state dict of M stacked networks is what `torch.func.stack_module_state` makes of M modules.
public final class StateDict {
  private static final int NAMES_IN_MESSAGE = 3;

  private StateDict() {}

  /// {@return the tensors of `tree` by name, in leaf order}
  ///
  /// @throws ShapeError when two leaves have one name, or a leaf has fewer axes than its
  ///   [TorchOrder]
  public static Map<String, Tensor> of(Object tree) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Tree.Leaf leaf : Tree.leaves(tree)) {
      Tensor former = tensors.put(leaf.path(), inOrder(leaf.tensor(), torchOrder(leaf)));
      if (former != null) {
        throw new ShapeError("state dict: two tensors are called " + leaf.path());
      }
    }
    return tensors;
  }

  /// {@return `tree` with its tensors replaced by those of `values`, which must have its names,
  /// types and shapes as [#of] gives them}
  ///
  /// @throws DataError when a name is missing or unexpected, or a type or shape differs
  public static <T> T load(T tree, Map<String, Tensor> values) {
    return load("state dict", tree, values);
  }

  /// Likewise, with errors that begin with `source`.
  static <T> T load(String source, T tree, Map<String, Tensor> values) {
    List<Tree.Leaf> leaves = Tree.leaves(tree);
    Set<String> unexpected = new HashSet<>(values.keySet());
    List<String> missing = new ArrayList<>();
    for (Tree.Leaf leaf : leaves) {
      if (!unexpected.remove(leaf.path())) {
        missing.add(leaf.path());
      }
    }
    if (!missing.isEmpty() || !unexpected.isEmpty()) {
      throw new DataError(
          source
              + ": "
              + (missing.isEmpty() ? "" : "lacks " + listed(missing))
              + (missing.isEmpty() || unexpected.isEmpty() ? "" : "; ")
              + (unexpected.isEmpty()
                  ? ""
                  : "the model has no "
                      + listed(values.keySet().stream().filter(unexpected::contains).toList())));
    }
    return Tree.mapLeaves(tree, leaf -> fitted(source, leaf, values.get(leaf.path())));
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

  private static String listed(Collection<String> names) {
    String first = names.stream().limit(NAMES_IN_MESSAGE).collect(Collectors.joining(", "));
    int more = names.size() - NAMES_IN_MESSAGE;
    return more > 0 ? first + " and " + more + " more" : first;
  }
}
