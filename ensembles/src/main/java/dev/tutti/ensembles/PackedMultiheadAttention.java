package dev.tutti.ensembles;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Key;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.nn.AttentionMask;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.SequenceLayer;
import dev.tutti.nn.Structure;
import dev.tutti.nn.attention.MultiheadAttention;

/// The attention of all members of a packed ensemble, `[N, L, M · E] → [N, L, M · E]`: each member
/// attends by its own features alone. (torch-uncertainty's `PackedMultiheadAttention`, up to 0.13
/// at least, cuts the joined query, key and value of self-attention so that members see each
/// other's.)
///
/// @param attention the members' layers, every tensor `[M, …]`
/// @param members M
public record PackedMultiheadAttention(@Inlined MultiheadAttention attention, int members)
    implements SequenceLayer {
  /// {@return a layer for an input that is `width` wide, all members together}
  static PackedMultiheadAttention init(Key key, int width, int heads, double dropout, int members) {
    if (width % members != 0) {
      throw new ShapeError(
          "packed multihead_attention: a width of %d does not divide among %d members"
              .formatted(width, members));
    }
    return new PackedMultiheadAttention(
        Transforms.vmap((Key k) -> MultiheadAttention.init(k, width / members, heads, dropout))
            .apply(key.split(members)),
        members);
  }

  private record Member(MultiheadAttention attention, Tensor x, Key key) {}

  @Override
  public Tensor apply(Tensor x, AttentionMask mask, Ctx ctx) {
    int own = x.dim(-1) / members;
    Tensor each = x.reshape(x.dim(0), x.dim(1), members, own).permute(2, 0, 1, 3); // [M, N, L, E]
    Key keys = (ctx.hasKey() ? ctx.nextKey() : Key.of(0)).split(members);
    Tensor y =
        Transforms.vmap((Member m) -> m.attention.apply(m.x, mask, ctx.child(m.key)))
            .apply(new Member(attention, each, keys));
    return y.permute(1, 2, 0, 3).reshape(x.shape());
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
