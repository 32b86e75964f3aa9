package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.UsageError;
import dev.tutti.ensembles.BatchEnsemble;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.Packing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/// The methods that the command knows: one entry each, and those of other jars.
final class Methods {
  /// One network: the deep ensemble's first member, bit for bit.
  static final Method SINGLE =
      new BuiltIn("single", "the single network") {
        @Override
        public int members(int members) {
          return 1;
        }

        @Override
        public Ensemble start(Start start) {
          return DeepEnsemble.init(start.networks(), 1, start.network());
        }
      };

  /// Networks that share nothing.
  static final Method DEEP =
      new BuiltIn("deep", "the deep ensemble") {
        @Override
        public Ensemble start(Start start) {
          return DeepEnsemble.init(start.networks(), start.members(), start.network());
        }
      };

  /// Thin members in one network of grouped layers.
  static final Method PACKED =
      new BuiltIn("packed", "the packed ensemble") {
        @Override
        public boolean takesAnyNetwork() {
          return false;
        }

        @Override
        public Ensemble start(Start start) {
          Packing packing =
              new Packing(start.alpha(), start.members(), start.gamma(), Packing.Rounding.CEIL);
          return start.model().packed(start.own(), start.example(), start.classes(), packing);
        }

        @Override
        public Map<String, Object> about(Start start) {
          return Map.of("alpha", start.alpha(), "gamma", start.gamma());
        }
      };

  /// Networks that share their weights and differ by two vectors per layer.
  static final Method BATCH =
      new BuiltIn("batch", "the BatchEnsemble") {
        @Override
        public Ensemble start(Start start) {
          return BatchEnsemble.convert(
              start.own(),
              start.network().apply(start.networks().fold(0)),
              start.members(),
              BatchEnsemble.Variant.TORCH_UNCERTAINTY);
        }
      };

  private static final List<Method> BUILT_IN = List.of(SINGLE, DEEP, PACKED, BATCH);

  private Methods() {}

  /// {@return the methods of the command itself}
  static List<Method> builtIn() {
    return BUILT_IN;
  }

  /// {@return all methods: its own, then those of other jars}
  ///
  /// @throws UsageError if two have one name
  static List<Method> all() {
    List<Method> all = new ArrayList<>(BUILT_IN);
    for (Method other : ServiceLoader.load(Method.class)) {
      if (named(other.label(), all) != null) {
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
      Method method = named(name.strip(), known);
      if (method == null) {
        throw UsageError.unknown(
            "method", name.strip(), known.stream().map(Method::label).toList());
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

  private abstract static class BuiltIn implements Method {
    private final String label;
    private final String inWords;

    BuiltIn(String label, String inWords) {
      this.label = label;
      this.inWords = inWords;
    }

    @Override
    public String label() {
      return label;
    }

    @Override
    public String inWords() {
      return inWords;
    }

    @Override
    public String toString() {
      return label;
    }
  }
}
