package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.UsageError;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.ensembles.BatchEnsemble;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.Packing;
import dev.tutti.nn.Layer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The choices of `--methods`.
enum Method {
  /// One network: the deep ensemble's first member, bit for bit.
  SINGLE,
  /// Networks that share nothing.
  DEEP,
  /// Thin members in one network of grouped layers.
  PACKED,
  /// Networks that share their weights and differ by two vectors per layer.
  BATCH;

  /// {@return its name in a sentence}
  String inWords() {
    return switch (this) {
      case SINGLE -> "the single network";
      case DEEP -> "the deep ensemble";
      case PACKED -> "the packed ensemble";
      case BATCH -> "the BatchEnsemble";
    };
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(Method::label).toList();
  }

  /// {@return the methods of a list with commas, in its order}
  static List<Method> parse(String list) {
    List<Method> methods = new ArrayList<>();
    for (String name : list.split(",", -1)) {
      Method method = one(name.strip());
      if (methods.contains(method)) {
        throw new UsageError("--methods names " + method.label() + " twice");
      }
      methods.add(method);
    }
    return methods;
  }

  private static Method one(String name) {
    for (Method method : values()) {
      if (method.label().equals(name)) {
        return method;
      }
    }
    throw UsageError.unknown("method", name, labels());
  }

  /// {@return its number of members if `--members` is `members`}
  int members(int members) {
    return this == SINGLE ? 1 : members;
  }

  /// {@return the untrained ensemble for examples of this shape}
  Ensemble init(Settings settings, Model model, Shape example, int classes) {
    Seeds seeds = settings.seeds();
    int members = members(settings.members());
    return switch (this) {
      case SINGLE, DEEP ->
          DeepEnsemble.init(seeds.networks(), members, (Key k) -> model.init(k, example, classes));
      case PACKED ->
          model.packed(
              seeds.packed(),
              example,
              classes,
              new Packing(settings.alpha(), members, settings.gamma(), Packing.Rounding.CEIL));
      case BATCH -> {
        Layer base = model.init(seeds.networks().fold(0), example, classes);
        yield BatchEnsemble.convert(
            seeds.fastWeights(), base, members, BatchEnsemble.Variant.TORCH_UNCERTAINTY);
      }
    };
  }
}
