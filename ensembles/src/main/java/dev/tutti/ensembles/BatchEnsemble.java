package dev.tutti.ensembles;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Structure;
import dev.tutti.nn.init.Init;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// M networks that share their weights and differ by two vectors per layer (Wen, Tran, Ba,
/// *BatchEnsemble: an alternative approach to efficient ensemble and lifelong learning*, 2020).
///
/// Every member sees every row of a batch, in training too: what torch-uncertainty calls repeating
/// the inputs. Its alternative, which gives each member a share of the rows, is not offered.
///
/// Every member has its own copy of layers that are neither linear nor convolutions, such as a norm
/// with its statistics.
///
/// @param network a network of [BatchEnsembleLinear] and [BatchEnsembleConv2d]
/// @param members M
public record BatchEnsemble(@Inlined Layer network, int members) implements Ensemble {
  /// Checks that there are members.
  public BatchEnsemble {
    if (members < 1) {
      throw new IllegalArgumentException(
          "batch ensemble: members must be at least 1, got " + members);
    }
  }

  /// How the fast weights start and whether members share the bias; other libraries differ in this.
  public enum Variant {
    /// probly's at the time of its BatchEnsemble notebook: factors from N(1, 0.01²), the bias
    /// shared.
    PROBLY(0.01, false),
    /// torch-uncertainty's: factors from N(1, 0.5²), a bias per member, drawn uniformly in ±1 /
    /// √fanIn. (There the input factor is called `r_group` and the output factor `s_group`, and the
    /// source's weights are replaced by fresh ones; here they are kept.)
    TORCH_UNCERTAINTY(0.5, true);

    private final double std;
    private final boolean ownBias;

    Variant(double std, boolean ownBias) {
      this.std = std;
      this.ownBias = ownBias;
    }
  }

  /// {@return `model` with every [Linear] and [Conv2d], nested ones too, turned into M members
  /// around its weights, with probly's initial values}
  public static BatchEnsemble convert(Key key, Layer model, int members) {
    return convert(key, model, members, Variant.PROBLY);
  }

  /// {@return `model` with every [Linear] and [Conv2d], nested ones too, turned into M members
  /// around its weights}
  ///
  /// Raises `ShapeError` if a record declares such a part by its class instead of by [Layer].
  public static BatchEnsemble convert(Key key, Layer model, int members, Variant variant) {
    int[] next = {0};
    Layer linear =
        Tree.replace(
            model,
            Linear.class,
            l -> {
              Key k = key.fold(next[0]++);
              Fast f = Fast.draw(k, members, l.weight().dim(0), l.weight().dim(1), variant);
              int fanIn = l.weight().dim(0);
              Tensor own = ownBias(k, members, l.bias(), fanIn, variant);
              Linear base = new Linear(l.weight(), own == null ? l.bias() : null);
              return new BatchEnsembleLinear(base, own, f.s, f.r);
            });
    Layer both =
        Tree.replace(
            linear,
            Conv2d.class,
            c -> {
              Key k = key.fold(next[0]++);
              int in = c.weight().dim(2) * c.geometry().groups();
              Fast f = Fast.draw(k, members, in, c.weight().dim(3), variant);
              int fanIn = c.weight().dim(0) * c.weight().dim(1) * c.weight().dim(2);
              Tensor own = ownBias(k, members, c.bias(), fanIn, variant);
              Conv2d base = new Conv2d(c.weight(), own == null ? c.bias() : null, c.geometry());
              return new BatchEnsembleConv2d(base, own, f.s, f.r);
            });
    if (next[0] == 0) {
      throw new IllegalArgumentException(
          "batch ensemble: "
              + model.getClass().getSimpleName()
              + " has no Linear or Conv2d to convert");
    }
    return new BatchEnsemble(withOwnRest(both, members), members);
  }

  /// The converted network with a copy for each member of what was not converted: norms and their
  /// statistics.
  private static Layer withOwnRest(Layer converted, int members) {
    Set<Tensor> done = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Class<? extends Layer> type :
        List.of(BatchEnsembleLinear.class, BatchEnsembleConv2d.class)) {
      Tree.replace(
          converted,
          type,
          part -> {
            done.addAll(Tree.tensors(part));
            return part;
          });
    }
    return Tree.map(converted, t -> done.contains(t) ? t : t.expand(t.shape().prepend(members)));
  }

  private record Fast(Tensor s, Tensor r) {
    static Fast draw(Key key, int members, int in, int out, Variant variant) {
      return new Fast(
          key.fold(0).normal(members, in).mul(variant.std).add(1),
          key.fold(1).normal(members, out).mul(variant.std).add(1));
    }
  }

  private static Tensor ownBias(Key key, int members, Tensor shared, int fanIn, Variant variant) {
    return shared == null || !variant.ownBias
        ? null
        : Init.torchDefault(key.fold(2), fanIn, members, shared.dim(0));
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
  public String toString() {
    return Structure.of(this);
  }
}
