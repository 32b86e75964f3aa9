package dev.tutti.ensembles;

import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.ensembles.methods.DropConnect;
import dev.tutti.ensembles.methods.FeatureMask;
import dev.tutti.ensembles.methods.Masks;
import dev.tutti.ensembles.methods.Masksembles;
import dev.tutti.ensembles.methods.McDropout;
import dev.tutti.nn.Conv1d;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.ConvTranspose2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Dropout;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import java.util.List;
import java.util.function.Function;

/// Members of a layer of this module with an input that one takes: the table that the tests of all
/// layers read. Every public layer has a row.
///
/// @param name what is particular
/// @param stacked the layer of a key, with [#MEMBERS] members on axis 0
/// @param input the shape of a member's batch
public record EnsembleRow(String name, Function<Key, Layer> stacked, Shape input) {
  static final int MEMBERS = 3;
  private static final Packing PACKING = new Packing(2, 2, 2, Packing.Rounding.CEIL);
  private static final Conv2d.Geometry CROOKED =
      new Conv2d.Geometry(2, Padding.of(1, 0, 2, 1), 1, 1);

  /// One member: a layer and its own input.
  public record Member(Layer layer, Tensor x) {
    /// {@return the layer's value on the input}
    public Tensor value() {
      return layer.apply(x, Ctx.inference());
    }

    /// {@return Σ c · y² / 2 with fixed, distinct c: every output counts, and differently}
    public Tensor loss() {
      Tensor y = value();
      Tensor c = Tensor.arange(y.size()).reshape(y.shape()).cast(y.dtype()).mul(0.37).sin();
      return y.mul(y).mul(c).mul(0.5).sum();
    }
  }

  /// {@return the rows}
  public static List<EnsembleRow> all() {
    return List.of(
        packed("PackedLinear", k -> PackedLinear.init(k, 5, 6, PACKING, false, false), 3, 12),
        packed("PackedLinear, first", k -> PackedLinear.init(k, 5, 6, PACKING, true, false), 3, 5),
        packed("PackedLinear, last", k -> PackedLinear.init(k, 5, 4, PACKING, false, true), 3, 12),
        packed("PackedConv2d", k -> conv(k, false, false), 2, 5, 4, 4),
        packed("PackedConv2d, first", k -> conv(k, true, false), 2, 5, 4, 2),
        packed("PackedConv2d, last", k -> conv(k, false, true), 2, 5, 4, 4),
        packed("PackedConv1d", EnsembleRow::conv1d, 2, 5, 4),
        packed("PackedConv1d, last", k -> new PackedConv1d(conv1d(k).conv(), 2), 2, 5, 4),
        packed("PackedLayerNorm", EnsembleRow::layerNorm, 3, 6),
        packed(
            "PackedMultiheadAttention", k -> PackedMultiheadAttention.init(k, 8, 2, 0, 2), 2, 3, 8),
        batch("BatchEnsembleLinear", k -> Linear.init(k, 5, 4), false, 3, 5),
        batch("BatchEnsembleLinear, own bias", k -> Linear.init(k, 5, 4), true, 3, 5),
        batch("BatchEnsembleLinear without bias", EnsembleRow::withoutBias, true, 3, 5),
        batch("BatchEnsembleConv2d", k -> Conv2d.init(k, 2, 3, 3, CROOKED), false, 2, 5, 4, 2),
        batch("BatchEnsembleConv2d, own bias", k -> Conv2d.init(k, 2, 3, 3), true, 2, 5, 4, 2),
        batch("BatchEnsembleConv2d, grouped", EnsembleRow::grouped, false, 2, 4, 4, 4),
        batch("BatchEnsembleConv1d", k -> Conv1d.init(k, 4, 6, 3), true, 2, 5, 4),
        batch("BatchEnsembleConvTranspose2d", EnsembleRow::transposed, true, 2, 3, 3, 4),
        new EnsembleRow("Masked", EnsembleRow::masked, Shape.of(3, 5)),
        new EnsembleRow(
            "Common", k -> new Masksembles.Common(Linear.init(k, 5, 4)), Shape.of(3, 5)),
        packed(
            "FeatureMask",
            k -> FeatureMask.init(k.fold(0), 5, 0.6, Linear.init(k.fold(1), 5, 4)),
            3,
            5),
        packed("Dropped", k -> new McDropout.Dropped(new Dropout(0.5), Linear.init(k, 5, 4)), 3, 5),
        packed("DropConnect", k -> new DropConnect(Linear.init(k, 5, 4), 0.5), 3, 5));
  }

  private static Layer masked(Key key) {
    return new Masksembles.Masked(
        Linear.init(key.fold(0), 5, 4), Masks.draw(key.fold(1), MEMBERS, 5, 2));
  }

  private static ConvTranspose2d transposed(Key key) {
    return ConvTranspose2d.init(
        key, 4, 2, 2, Conv2d.Geometry.DEFAULT.stride(2).padding(Padding.of(0)));
  }

  private static PackedConv1d conv1d(Key key) {
    Conv2d.Geometry two = Conv2d.Geometry.DEFAULT.groups(2);
    return new PackedConv1d(Conv1d.init(key, 4, 6, 3, two, true), 0);
  }

  private static PackedLayerNorm layerNorm(Key key) {
    return new PackedLayerNorm(key.fold(0).normal(6), key.fold(1).normal(6), 2, 1e-5);
  }

  private static PackedConv2d conv(Key key, boolean first, boolean last) {
    return PackedConv2d.init(key, 2, 3, 3, CROOKED, PACKING, first, last);
  }

  private static Linear withoutBias(Key key) {
    return new Linear(Linear.init(key, 5, 4).weight(), null);
  }

  private static Conv2d grouped(Key key) {
    return Conv2d.init(key, 4, 6, 3, Conv2d.Geometry.DEFAULT.groups(2));
  }

  private static EnsembleRow packed(String name, Function<Key, Layer> init, int... input) {
    Function<Key, Layer> stacked = key -> Transforms.vmap(init).apply(key.split(MEMBERS));
    return new EnsembleRow(name, stacked, Shape.of(input));
  }

  private static EnsembleRow batch(
      String name, Function<Key, Layer> init, boolean ownBias, int... input) {
    FastWeights variant = ownBias ? FastWeights.TORCH_UNCERTAINTY : FastWeights.PROBLY_NOTEBOOK;
    Function<Key, Layer> stacked =
        key -> BatchEnsemble.convert(key, init.apply(key.fold(9)), MEMBERS, variant).network();
    return new EnsembleRow(name, stacked, Shape.of(input));
  }

  /// {@return the members with an input of normal numbers each}
  public Member members(Key key) {
    int[] dims = input.prepend(MEMBERS).dims();
    return new Member(stacked.apply(key.fold(0)), key.fold(1).normal(dims));
  }

  @Override
  public String toString() {
    return name;
  }
}
