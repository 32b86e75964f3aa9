package dev.tutti.ensembles;

import dev.tutti.engine.Key;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Structure;
import dev.tutti.nn.TorchOrder;
import dev.tutti.nn.init.Init;

/// The linear layers of all members of a packed ensemble as one grouped product: `[…, G·in] → […,
/// G·out]`, torch-uncertainty's `PackedLinear`. The last layer of a network returns `[M, B,
/// classes]`.
///
/// @param weight `[G, in / G, out / G]` (torch-uncertainty stores `[G, out / G, in / G]`)
/// @param bias `[out]`, all groups one after another, or null for none
/// @param members the number of members M when this is the last layer, else 0
public record PackedLinear(@TorchOrder({0, 2, 1}) Tensor weight, Tensor bias, int members)
    implements Layer {

  /// {@return a layer for nominal widths `in` and `out` with torch-uncertainty's initial values,
  /// uniform in ±1 / √(inputs per group)}
  ///
  /// @param first whether the input is the raw one, which all members share
  /// @param last whether the output is each member's own
  public static PackedLinear init(
      Key key, int in, int out, Packing packing, boolean first, boolean last) {
    return init(key, packing.linear(in, out, first, last), last ? packing.members() : 0);
  }

  /// {@return a layer for nominal width `out` whose input is `width` wide already, as the layer
  /// before it made it}
  static PackedLinear initOn(Key key, int width, int out, Packing packing, boolean last) {
    return init(key, packing.linearOn(width, out, false, last), last ? packing.members() : 0);
  }

  private static PackedLinear init(Key key, Packing.Sizes s, int members) {
    int perGroup = s.in() / s.groups();
    return new PackedLinear(
        Init.torchDefault(key.fold(0), perGroup, s.groups(), perGroup, s.out() / s.groups()),
        Init.torchDefault(key.fold(1), perGroup, s.out()),
        members);
  }

  @Override
  public Tensor apply(Tensor x, Ctx ctx) {
    int batch = x.size() / x.dim(-1); // rows, whatever the axes
    int groups = weight.dim(-3);
    int in = weight.dim(-2);
    int out = weight.dim(-1);
    if (x.dim(-1) != groups * in) {
      throw new ShapeError(
          "packed linear: input "
              + x.shape()
              + " has "
              + x.dim(-1)
              + " features; "
              + groups
              + " groups of "
              + in
              + " take "
              + groups * in);
    }
    Tensor byGroup = x.reshape(batch, groups, in).permute(1, 0, 2);
    Tensor own = bias == null ? null : bias.reshape(groups, out);
    Tensor y = own == null ? byGroup.matmul(weight) : byGroup.linear(weight, own);
    Tensor joined = y.permute(1, 0, 2).reshape(batch, groups * out); // y [G, B, out / G]
    int last = x.rank() - 1;
    if (members == 0) {
      return joined.reshape(x.shape().with(last, groups * out));
    }
    int each = joined.dim(1) / members;
    return joined
        .reshape(batch, members, each)
        .permute(1, 0, 2)
        .reshape(x.shape().with(last, each).prepend(members));
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
