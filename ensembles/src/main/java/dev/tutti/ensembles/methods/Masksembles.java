package dev.tutti.ensembles.methods;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shared;
import dev.tutti.engine.State;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.Members;
import dev.tutti.ensembles.Rows;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Structure;
import java.util.List;

/// M networks that share all weights and differ by which features they see (Durasov et al.,
/// *Masksembles for uncertainty estimation*, 2021): in front of each linear layer and convolution
/// but the first, a fixed mask for each member sets features or channels to 0. Nothing is rescaled.
///
/// Masks are state: they are saved with the model, and not trained. Every member has its own copy
/// of layers without such weights, such as a norm with its statistics.
///
/// @param network a network of [Masked] layers
/// @param members M
/// @param rows which rows of a training batch a member sees: [Rows#PARTITION] (the paper, and
///   torch-uncertainty's `repeat_strategy="paper"`), or [Rows#ALL] (its `"legacy"`)
public record Masksembles(@Inlined Layer network, int members, Rows rows) implements Ensemble {
  /// Checks that there are members.
  public Masksembles {
    if (members < 1) {
      throw new IllegalArgumentException("masksembles: members must be at least 1, got " + members);
    }
  }

  /// {@return `model` with a mask for each member in front of every [Linear] and [Conv2d], nested
  /// ones too, except for the first; each member sees a share of a training batch}
  ///
  /// Raises `ShapeError` if a record declares such a part by its class instead of by [Layer].
  ///
  /// @param scale how little masks overlap, at least 1: with 1 they are full
  public static Masksembles convert(Key key, Layer model, int members, double scale) {
    Layer first = Parts.first(model);
    int[] next = {0};
    Layer linear =
        Tree.replace(
            model,
            Linear.class,
            l ->
                l == first
                    ? new Common(l)
                    : new Masked(
                        l, Masks.draw(key.fold(next[0]++), members, l.weight().dim(0), scale)));
    Layer both =
        Tree.replace(
            linear,
            Conv2d.class,
            c -> {
              int in = c.weight().dim(2) * c.geometry().groups();
              return c == first
                  ? new Common(c)
                  : new Masked(c, Masks.draw(key.fold(next[0]++), members, in, scale));
            });
    if (next[0] == 0) {
      throw new IllegalArgumentException(
          "masksembles: %s has no Linear or Conv2d after its first layer"
              .formatted(model.getClass().getSimpleName()));
    }
    return new Masksembles(
        Members.withOwnRest(both, members, List.of(Masked.class, Common.class)),
        members,
        Rows.PARTITION);
  }

  /// {@return this, with members that see other rows of a training batch}
  public Masksembles rows(Rows seen) {
    return new Masksembles(network, members, seen);
  }

  /// A layer whose input is masked; mapped over the mask, `[M, in]`, it computes all members.
  ///
  /// @param base the layer that members share
  /// @param mask 1 for what a member sees, 0 for what it does not
  public record Masked(@Shared @Inlined Layer base, @State Tensor mask) implements Layer {
    @Override
    public Tensor apply(Tensor x, Ctx ctx) {
      return base.apply(x.mul(mask), ctx);
    }

    @Override
    public String toString() {
      return Structure.of(this);
    }
  }

  /// A layer that members share as it is.
  public record Common(@Shared @Inlined Layer base) implements Layer {
    @Override
    public Tensor apply(Tensor x, Ctx ctx) {
      return base.apply(x, ctx);
    }

    @Override
    public String toString() {
      return Structure.of(this);
    }
  }

  @Override
  public EnsembleLoss loss() {
    return EnsembleLoss.MEAN_OVER_MEMBERS;
  }

  @Override
  public Tensor logits(Tensor x, Ctx ctx) {
    return Members.logits(network, members, x, ctx);
  }

  @Override
  public Tensor logitsOfOwn(Tensor x, Ctx ctx) {
    return Members.logitsOfOwn(network, members, x, ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
