package dev.tutti.nn.io;

import dev.tutti.engine.Array;
import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.LayerNorm;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Weights that PyTorch has saved, for a model with the same names: as `torch.save` writes them
/// ([TorchFile]), or as SafeTensors, `safetensors.torch.save_file(model.state_dict(), file)`.
///
/// ```java
/// LeNet model = TorchWeights.load(key -> LeNet.init(key, Shape.of(28, 28, 1), 10), file);
/// ```
///
/// The file's first bytes say which of the two it is. Of a dictionary with a dictionary under
/// `state_dict`, such as a Lightning checkpoint, the weights are those under it.
///
/// In addition to [StateDict#load] it handles PyTorch's conventions: names that all begin with the
/// name of something around the network, such as the `module.` of `DataParallel`, the `_orig_mod.`
/// of `torch.compile` or the `model.` of a Lightning module; files that lack `num_batches_tracked`,
/// which batch normalisation did not have at first, and for which the model's count stays; and
/// features in another order, which are an error: [Flatten.Order#CHANNELS_LAST] would give a linear
/// layer the right weights for the wrong features, and so would a [LayerNorm] over `[H, W, C]`,
/// whose weights are `[C, H, W]` in PyTorch.
///
/// A prefix of all names is removed if they are then the model's, and never if they are the model's
/// already. Other files need a renaming: [StateDict#under] picks one of several networks,
/// [StateDict#prefixes] replaces what names begin with. What is renamed null is not read.
public final class TorchWeights {
  private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.", "model.");

  /// At most this many nested prefixes are removed: a file's names may be of any length.
  private static final int MOST_WRAPPERS = 8;

  private static final String COUNT = "num_batches_tracked";

  private TorchWeights() {}

  /// {@return `model` with the tensors of `file`}
  ///
  /// @throws DataError if the file cannot be read, when a name is missing or unexpected, or when a
  ///   type or shape differs
  /// @throws IllegalArgumentException if the model flattens or normalises the features of images in
  ///   another order than PyTorch
  public static <T> T load(T model, Path file) {
    return load(model, file, UnaryOperator.identity());
  }

  /// As [#load] of a file with other names: each tensor is loaded as what `renaming` makes of its
  /// name in the file, or left out if that is null.
  ///
  /// @throws DataError if two tensors get one name, and as [#load] does
  public static <T> T load(T model, Path file, UnaryOperator<String> renaming) {
    requireTorchOrder(model);
    Map<String, Tensor> counts = counts(model);
    Set<String> own = StateDict.names(model);
    try (WeightsFile open = WeightsFile.open(file)) {
      if (open.sources().isEmpty() && !open.skipped().isEmpty()) {
        throw new DataError(
            "%s: holds no tensor that is read; not built: %s".formatted(file, open.skipped()));
      }
      Map<String, String> sources =
          unwrapped(sources(open.sources(), renaming), own, counts.keySet());
      Set<String> names = new LinkedHashSet<>(sources.keySet());
      names.addAll(counts.keySet());
      requireBuilt(file, own, names, open.skipped());
      StateDict.requireNames(file.toString(), own, names);
      open.memory().accept(sources.values());
      return StateDict.load(
          file.toString(),
          model,
          names,
          name ->
              sources.containsKey(name)
                  ? open.tensors().apply(sources.get(name))
                  : counts.get(name));
    }
  }

  /// Writes a model's parameters and state as a file that
  /// `model.load_state_dict(safetensors.torch.load_file(file))` loads: PyTorch's names, shapes and
  /// order of axes, and `format` `pt`. The file is replaced as a whole.
  ///
  /// @throws IllegalArgumentException if the model flattens or normalises the features of images in
  ///   another order than PyTorch
  public static void save(Object model, Path file) {
    requireTorchOrder(model);
    new SafeTensors(StateDict.of(model), Map.of("format", "pt")).write(file);
  }

  /// As [#load] into the network that `init` makes: its initial values, which would be thrown away,
  /// are never drawn ([Transforms#shapes]).
  ///
  /// @throws DataError as [#load] does
  public static <T> T load(Function<Key, T> init, Path file) {
    return load(init, file, UnaryOperator.identity());
  }

  /// The same, for a file with other names.
  ///
  /// @throws DataError as [#load] does
  public static <T> T load(Function<Key, T> init, Path file, UnaryOperator<String> renaming) {
    return load(Transforms.shapes(init).apply(Key.of(0)), file, renaming);
  }

  /// The model's counts of batches, which a file may lack.
  private static Map<String, Tensor> counts(Object model) {
    Map<String, Tensor> counts = new LinkedHashMap<>();
    for (Tree.Leaf leaf : Tree.leaves(model)) {
      boolean known = !(leaf.tensor() instanceof Array a) || a.hasElements();
      if (known && (leaf.path().equals(COUNT) || leaf.path().endsWith("." + COUNT))) {
        counts.put(leaf.path(), leaf.tensor());
      }
    }
    return counts;
  }

  /// The names in the file by those that they are given.
  private static Map<String, String> sources(
      Map<String, String> saved, UnaryOperator<String> renaming) {
    Map<String, String> sources = new LinkedHashMap<>();
    saved.forEach((name, source) -> {
      String to = renaming.apply(name);
      if (to != null && sources.put(to, source) != null) {
        throw StateDict.sameName(name, to);
      }
    });
    return sources;
  }

  /// @throws DataError if the first tensor that is missing is in the file as an object that is not
  ///   built
  private static void requireBuilt(
      Path file, Set<String> own, Set<String> names, Map<String, String> skipped) {
    for (String missing : NameMismatch.without(own, names).stream().limit(1).toList()) {
      skipped.forEach((path, what) -> {
        if (path.equals(missing) || path.endsWith("." + missing)) {
          throw new DataError(
              "%s: %s is an object of %s, which is not built".formatted(file, path, what));
        }
      });
    }
  }

  /// @throws IllegalArgumentException if a part of `model` counts the features of an image in
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

  /// Names without the prefix of all of them, if they fit then; else without known wrappers, for
  /// the error message.
  private static Map<String, String> unwrapped(
      Map<String, String> sources, Set<String> own, Set<String> counts) {
    Map<String, String> bare = sources;
    String prefix = shared(sources.keySet());
    for (int i = 0; i < MOST_WRAPPERS && !fit(bare.keySet(), own, counts); i++) {
      if (prefix.isEmpty()) {
        break;
      }
      int length = prefix.indexOf('.') + 1;
      prefix = prefix.substring(length);
      bare = without(bare, length);
    }
    if (fit(bare.keySet(), own, counts)) {
      return bare;
    }
    for (String wrapper : WRAPPERS) {
      if (isUnder(wrapper, sources.keySet()) && !isUnder(wrapper, own)) {
        return unwrapped(without(sources, wrapper.length()), own, counts);
      }
    }
    return sources;
  }

  private static boolean fit(Set<String> names, Set<String> own, Set<String> counts) {
    return own.containsAll(names)
        && own.stream().allMatch(name -> names.contains(name) || counts.contains(name));
  }

  private static Map<String, String> without(Map<String, String> sources, int length) {
    Map<String, String> without = new LinkedHashMap<>();
    sources.forEach((name, source) -> without.put(name.substring(length), source));
    return without;
  }

  /// The parts, each with its dot, that all names begin with.
  private static String shared(Set<String> names) {
    String shared = names.isEmpty() ? "" : names.iterator().next();
    for (String name : names) {
      while (!name.startsWith(shared) || !shared.isEmpty() && !shared.endsWith(".")) {
        int end = shared.length() - (shared.endsWith(".") ? 2 : 1);
        shared = shared.substring(0, shared.lastIndexOf('.', end) + 1);
      }
    }
    return shared;
  }

  private static boolean isUnder(String prefix, Set<String> names) {
    return !names.isEmpty() && names.stream().allMatch(name -> name.startsWith(prefix));
  }
}
