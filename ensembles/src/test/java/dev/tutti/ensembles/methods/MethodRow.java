package dev.tutti.ensembles.methods;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.ensembles.BatchEnsemble;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.Packing;
import dev.tutti.ensembles.Rows;
import dev.tutti.nn.Activation;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Dropout;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Sequential;
import dev.tutti.nn.models.Mlp;
import java.util.List;
import java.util.function.Function;

/// A method with a small network: the table that the tests of all methods read.
///
/// @param name what is particular
/// @param start the untrained ensemble of a key
record MethodRow(String name, Function<Key, Ensemble> start) {
  static final Shape IMAGE = Shape.of(6, 6, 1);
  static final int CLASSES = 4;
  static final int MEMBERS = 3;

  /// Of an epoch of the tests' data.
  static final int STEPS = 5;

  /// With running statistics and dropout.
  static Layer network(Key key, Shape example, int outputs) {
    int side = example.dim(0) - 2;
    return Sequential.of(
        Conv2d.init(key.fold(0), example.dim(2), 4, 3),
        BatchNorm.init(4),
        Activation.RELU,
        new Flatten(Flatten.Order.CHANNELS_FIRST),
        Linear.init(key.fold(1), 4 * side * side, 12),
        Activation.RELU,
        new Dropout(0.2),
        Linear.init(key.fold(2), 12, outputs));
  }

  static Layer network(Key key) {
    return network(key, IMAGE, CLASSES);
  }

  static DeepEnsemble deep(Key key) {
    return DeepEnsemble.init(key, MEMBERS, MethodRow::network);
  }

  static List<MethodRow> all() {
    return List.of(
        new MethodRow("deep", MethodRow::deep),
        new MethodRow(
            "packed",
            k -> new Packing(2, MEMBERS).convert(k, Mlp.init(k, 36, 12, CLASSES), Shape.of(36))),
        new MethodRow("batch", k -> BatchEnsemble.convert(k, network(k), MEMBERS)),
        new MethodRow("mc dropout", k -> new McDropout(network(k), MEMBERS, k.fold(9))),
        new MethodRow(
            "mc dropout, converted", k -> McDropout.convert(k.fold(9), network(k), MEMBERS, 0.3)),
        new MethodRow(
            "drop connect", k -> McDropout.dropConnect(k.fold(9), network(k), MEMBERS, 0.3)),
        new MethodRow("masksembles", k -> masksembles(k).rows(Rows.ALL)),
        new MethodRow("masksembles, partition", MethodRow::masksembles),
        new MethodRow("mimo", k -> mimo(k)),
        new MethodRow("mimo, rho and repeats", k -> mimo(k).rho(0.5).repeats(2)),
        new MethodRow("sub-ensemble", k -> SubEnsemble.convert(k.fold(9), network(k), MEMBERS)),
        new MethodRow("summed logits", k -> SummedLogits.of(deep(k), LogitDrop.NONE)),
        new MethodRow("logit drop", k -> SummedLogits.of(deep(k), LogitDrop.BERNOULLI)),
        new MethodRow("logit drop, half", k -> SummedLogits.of(deep(k), LogitDrop.EXACT_HALF)),
        new MethodRow("snapshots", k -> SnapshotEnsemble.of(network(k), MEMBERS, STEPS)),
        new MethodRow("swag", k -> Swag.of(k.fold(9), network(k), MEMBERS, 2, 3, 3)));
  }

  private static Masksembles masksembles(Key k) {
    return Masksembles.convert(k.fold(9), network(k), MEMBERS, 2);
  }

  private static Mimo mimo(Key k) {
    return Mimo.init(k, MEMBERS, IMAGE, CLASSES, MethodRow::network);
  }

  @Override
  public String toString() {
    return name;
  }
}
