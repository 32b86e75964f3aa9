package dev.tutti.ensembles;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Conv1d;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.ConvTranspose2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Structure;
import java.util.List;

/// M networks that share their weights and differ by two vectors per layer (Wen, Tran, Ba,
/// *BatchEnsemble: an alternative approach to efficient ensemble and lifelong learning*, 2020).
///
/// Every member has its own copy of layers that are neither linear nor convolutions, such as a norm
/// with its statistics.
///
/// @param network a network of [BatchEnsembleLinear] and the like for convolutions
/// @param members M
/// @param rows which rows of a training batch a member sees: [Rows#ALL], what torch-uncertainty
///   calls repeating the inputs (`repeat_strategy="legacy"`), or [Rows#PARTITION], a share
///   (`"paper"`)
public record BatchEnsemble(@Inlined Layer network, int members, Rows rows) implements Ensemble {
  private static final List<Class<? extends Layer>> FORMS =
      List.of(
          BatchEnsembleLinear.class,
          BatchEnsembleConv2d.class,
          BatchEnsembleConv1d.class,
          BatchEnsembleConvTranspose2d.class);

  /// Checks that there are members.
  public BatchEnsemble {
    if (members < 1) {
      throw new IllegalArgumentException(
          "batch ensemble: members must be at least 1, got " + members);
    }
  }

  /// Members that all see every row of a batch.
  public BatchEnsemble(Layer network, int members) {
    this(network, members, Rows.ALL);
  }

  /// {@return this, with members that see other rows of a training batch}
  public BatchEnsemble rows(Rows seen) {
    return new BatchEnsemble(network, members, seen);
  }

  /// {@return `model` with every linear layer and convolution, nested ones too, turned into M
  /// members around its weights, as probly's notebook does: with members that hardly differ}
  public static BatchEnsemble convert(Key key, Layer model, int members) {
    return convert(key, model, members, FastWeights.PROBLY_NOTEBOOK);
  }

  /// {@return `model` with every [Linear], [Conv2d], [Conv1d] and [ConvTranspose2d], nested ones
  /// too, turned into M members around its weights, trained ones or new}
  ///
  /// Raises `ShapeError` if a record declares such a part by its class instead of by [Layer].
  public static BatchEnsemble convert(Key key, Layer model, int members, FastWeights fast) {
    int[] next = {0};
    Layer converted =
        Tree.replace(
            model,
            Linear.class,
            l -> {
              Fast f = Fast.draw(key.fold(next[0]++), members, fast, l.weight(), 0, 1, 1, l.bias());
              Linear base = new Linear(l.weight(), f.bias == null ? l.bias() : null);
              return new BatchEnsembleLinear(base, f.bias, f.s, f.r);
            });
    converted =
        Tree.replace(
            converted,
            Conv2d.class,
            c -> {
              int groups = c.geometry().groups();
              Fast f =
                  Fast.draw(key.fold(next[0]++), members, fast, c.weight(), 2, 3, groups, c.bias());
              Conv2d base = new Conv2d(c.weight(), f.bias == null ? c.bias() : null, c.geometry());
              return new BatchEnsembleConv2d(base, f.bias, f.s, f.r);
            });
    converted =
        Tree.replace(
            converted,
            Conv1d.class,
            c -> {
              int groups = c.geometry().groups();
              Fast f =
                  Fast.draw(key.fold(next[0]++), members, fast, c.weight(), 1, 2, groups, c.bias());
              Conv1d base = new Conv1d(c.weight(), f.bias == null ? c.bias() : null, c.geometry());
              return new BatchEnsembleConv1d(base, f.bias, f.s, f.r);
            });
    converted =
        Tree.replace(
            converted, ConvTranspose2d.class, c -> transposed(key, next, members, fast, c));
    if (next[0] == 0) {
      throw new IllegalArgumentException(
          "batch ensemble: "
              + model.getClass().getSimpleName()
              + " has no Linear or Conv2d to convert");
    }
    return new BatchEnsemble(Members.withOwnRest(converted, members, FORMS), members);
  }

  private static Layer transposed(
      Key key, int[] next, int members, FastWeights fast, ConvTranspose2d c) {
    Key own = key.fold(next[0]++);
    Tensor w = c.weight(); // [KH, KW, out / groups, in]
    int out = w.dim(2) * c.geometry().groups();
    int fanIn = w.dim(0) * w.dim(1) * w.dim(2);
    Tensor bias = fast.bias(own.fold(2), members, c.bias(), fanIn);
    ConvTranspose2d base =
        new ConvTranspose2d(
            w,
            bias == null ? c.bias() : null,
            c.geometry(),
            c.outputPaddingH(),
            c.outputPaddingW());
    return new BatchEnsembleConvTranspose2d(
        base,
        bias,
        fast.factors(own.fold(0), members, w.dim(3)),
        fast.factors(own.fold(1), members, out));
  }

  /// What members have of their own in a layer.
  private record Fast(Tensor s, Tensor r, Tensor bias) {
    /// @param in the weight's axis of inputs, of one group
    /// @param out its axis of outputs
    static Fast draw(
        Key key,
        int members,
        FastWeights fast,
        Tensor weight,
        int in,
        int out,
        int groups,
        Tensor bias) {
      int fanIn = weight.size() / weight.dim(out);
      return new Fast(
          fast.factors(key.fold(0), members, weight.dim(in) * groups),
          fast.factors(key.fold(1), members, weight.dim(out)),
          fast.bias(key.fold(2), members, bias, fanIn));
    }
  }

  /// {@return whether a tensor of this path is not a member's factor: weight decay by
  /// `optimizer.decay(BatchEnsemble::decays, rate)` pulls factors towards 0, where they are to stay
  /// around 1}
  public static boolean decays(String path) {
    return !path.endsWith(".s") && !path.endsWith(".r");
  }

  /// {@return the members as networks of the plain layers, `weight ∘ (s ⊗ r)`: a deep ensemble}
  /// With factors of 1 and −1 its outputs have the same bits, else they differ by rounding.
  public DeepEnsemble materialize() {
    return new DeepEnsemble(Materialized.of(network, members), members);
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
