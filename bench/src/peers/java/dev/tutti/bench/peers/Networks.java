package dev.tutti.bench.peers;

import dev.tutti.engine.Key;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.nn.Layer;
import java.util.function.Function;

/// The networks of the workloads.
final class Networks {
  private Networks() {}

  /// {@return networks that share nothing, every tensor `[members, …]`}
  static Layer stacked(int members, Function<Key, ? extends Layer> init) {
    return DeepEnsemble.init(Key.of(42), members, init).network();
  }
}
