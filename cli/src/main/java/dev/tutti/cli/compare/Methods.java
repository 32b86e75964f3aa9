package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.UsageError;
import dev.tutti.ensembles.BatchEnsemble;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.FastWeights;
import dev.tutti.ensembles.Packing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/// The methods that the command knows: one entry each, here and in [MoreMethods], and those of
/// other jars.
final class Methods {
  /// Stands for all that go with the network.
  static final String ALL = "all";

  /// One network: the deep ensemble's first member, bit for bit.
  static final Method SINGLE =
      new BuiltIn("single", "the single network", MoreMethods::one).ofOne();

  /// Networks that share nothing.
  static final Method DEEP = new BuiltIn("deep", "the deep ensemble", Methods::deep);

  /// Thin members in one network of grouped layers.
  static final Method PACKED =
      new BuiltIn("packed", "the packed ensemble", Methods::packed)
          .about(s -> Map.of("alpha", s.alpha(), "gamma", s.gamma()));

  /// Networks that share their weights and differ by two vectors per layer.
  static final Method BATCH =
      new BuiltIn(
          "batch",
          "the BatchEnsemble",
          s ->
              BatchEnsemble.convert(
                  s.own(), MoreMethods.network(s), s.members(), FastWeights.TORCH_UNCERTAINTY));

  /// What is compared if nothing is asked for.
  private static final List<Method> DEFAULT = List.of(SINGLE, DEEP, PACKED, BATCH);

  private Methods() {}

  static DeepEnsemble deep(Method.Start start) {
    return DeepEnsemble.init(start.networks(), start.members(), start.network());
  }

  private static Ensemble packed(Method.Start s) {
    return new Packing(s.alpha(), s.members(), s.gamma(), Packing.Rounding.CEIL)
        .convert(s.own(), MoreMethods.network(s), s.example());
  }

  /// {@return the methods that are compared if nothing is asked for}
  static List<Method> byDefault() {
    return DEFAULT;
  }

  /// {@return all methods: its own, then those of other jars}
  ///
  /// @throws UsageError if two have one name
  static List<Method> all() {
    List<Method> all = new ArrayList<>(DEFAULT);
    all.addAll(MoreMethods.ALL);
    for (Method other : ServiceLoader.load(Method.class)) {
      if (named(other.label(), all) != null || other.label().equals(ALL)) {
        throw new UsageError(
            "the method %s of %s has a name that is taken"
                .formatted(other.label(), other.getClass().getName()));
      }
      all.add(other);
    }
    return all;
  }

  /// {@return the methods of a list with commas, in its order}
  static List<Method> parse(String list) {
    List<Method> known = all();
    List<Method> methods = new ArrayList<>();
    for (String name : list.split(",", -1)) {
      if (name.strip().equals(ALL)) {
        throw new UsageError("--methods all stands for every method; name it alone");
      }
      Method method = named(name.strip(), known);
      if (method == null) {
        List<String> valid = new ArrayList<>(known.stream().map(Method::label).toList());
        valid.add(ALL);
        throw UsageError.unknown("method", name.strip(), valid);
      }
      if (methods.contains(method)) {
        throw new UsageError("--methods names " + method.label() + " twice");
      }
      methods.add(method);
    }
    return methods;
  }

  private static Method named(String label, List<Method> among) {
    return among.stream().filter(m -> m.label().equals(label)).findFirst().orElse(null);
  }
}
