package dev.tutti.nn.io;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.LayerNorm;
import dev.tutti.nn.data.DataError;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Weights that PyTorch has saved as SafeTensors, `safetensors.torch.save_file(model.state_dict(),
/// file)`, for a model with the same names.
///
/// Beyond [StateDict#load] it knows PyTorch's ways: names under the `module.` of `DataParallel` or
/// the `_orig_mod.` of `torch.compile`; files that lack `num_batches_tracked`, which batch
/// normalisation did not have at first, and for which the model's count stays; and features in
/// another order, which are an error: [Flatten.Order#CHANNELS_LAST] would give a linear layer the
/// right weights for the wrong features, and so would a [LayerNorm] over `[H, W, C]`, whose weights
/// are `[C, H, W]` in PyTorch.
public final class TorchWeights {
  private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.");
  private static final String COUNT = "num_batches_tracked";

  private TorchWeights() {}

  /// {@return `model` with the tensors of `file`}
  ///
  /// @throws DataError when the file cannot be read, when a name is missing or unexpected, or when
  ///   a type or shape differs
  /// @throws IllegalArgumentException when the model flattens or normalises the features of images
  ///   in another order than PyTorch
  public static <T> T load(T model, Path file) {
    return load(model, file, UnaryOperator.identity());
  }

  /// As [#load] of a file with other names: each tensor is loaded as what `renaming` makes of its
  /// name in the file, or left out where that is null; see [StateDict#prefixes].
  ///
  /// @throws DataError when two tensors get one name, and as [#load] does
  public static <T> T load(T model, Path file, UnaryOperator<String> renaming) {
    requireTorchOrder(model);
    Map<String, Tensor> own = StateDict.of(model);
    Map<String, Tensor> values =
        unwrapped(StateDict.renamed(SafeTensors.read(file).tensors(), renaming), own.keySet());
    Map<String, Tensor> complete = new LinkedHashMap<>(values);
    own.forEach((name, count) -> {
      if (name.equals(COUNT) || name.endsWith("." + COUNT)) {
        complete.putIfAbsent(name, count);
      }
    });
    return StateDict.load(file.toString(), model, complete);
  }

  /// @throws IllegalArgumentException when a part of `model` counts the features of an image in
  ///   another order than PyTorch does
  private static void requireTorchOrder(Object model) {
    Tree.replace(
        model,
        Flatten.Order.class,
        order -> {
          if (order == Flatten.Order.CHANNELS_LAST) {
            throw new IllegalArgumentException(
                "torch weights: the model flattens images channels last, PyTorch channels first;"
                    + " use Flatten(CHANNELS_FIRST)");
          }
          return order;
        });
    Tree.replace(
        model,
        LayerNorm.class,
        norm -> {
          if (norm.normalizedShape().rank() > 2 && !Tree.tensors(norm).isEmpty()) {
            throw new IllegalArgumentException(
                "torch weights: the model has a LayerNorm over "
                    + norm.normalizedShape()
                    + ", whose weights PyTorch stores channels first; set them by hand");
          }
          return norm;
        });
  }

  /// Names without what all of them begin with because the model was wrapped.
  private static Map<String, Tensor> unwrapped(Map<String, Tensor> values, Set<String> own) {
    for (String wrapper : WRAPPERS) {
      if (isUnder(wrapper, values.keySet()) && !isUnder(wrapper, own)) {
        UnaryOperator<String> without = name -> name.substring(wrapper.length());
        return unwrapped(StateDict.renamed(values, without), own);
      }
    }
    return values;
  }

  private static boolean isUnder(String prefix, Set<String> names) {
    return !names.isEmpty() && names.stream().allMatch(name -> name.startsWith(prefix));
  }
}
