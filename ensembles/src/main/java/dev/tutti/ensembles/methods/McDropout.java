package dev.tutti.ensembles.methods;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Key;
import dev.tutti.engine.State;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Dropout;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.Structure;

/// Monte Carlo dropout (Gal, Ghahramani, *Dropout as a Bayesian approximation*, 2016): one network,
/// trained with dropout, whose predictions drop too. Every member is one draw of what is dropped.
///
/// A member drops the same elements of every example ([Ctx#sampling]), so that it is one network,
/// and its prediction does not depend on which examples are in a batch. Libraries that draw for
/// each example have the same distribution for an example alone.
///
/// @param network a network with dropout; DropConnect counts
/// @param members how many draws predict
/// @param key what they are drawn from, `[2]`; saved with the model
public record McDropout(@Inlined Layer network, int members, @State Key key) implements Ensemble {
  /// Checks that there are members.
  public McDropout {
    if (members < 1) {
      throw new IllegalArgumentException("mc dropout: members must be at least 1, got " + members);
    }
  }

  /// {@return `network` with dropout before each [Linear], nested ones too, but not before the
  /// network's first layer, as probly and torch-uncertainty place it}
  ///
  /// @param p the probability of being dropped
  public static McDropout convert(Key key, Layer network, int members, double p) {
    Dropout dropout = new Dropout(p);
    Layer converted =
        Parts.replaceAfterFirst("mc dropout", network, Linear.class, l -> new Dropped(dropout, l));
    return new McDropout(converted, members, key);
  }

  /// {@return `network` with the weights of each [Linear] dropped with probability `p`, nested ones
  /// too, but not those of the network's first layer: DropConnect (Wan et al., 2013)}
  public static McDropout dropConnect(Key key, Layer network, int members, double p) {
    Layer converted =
        Parts.replaceAfterFirst("drop connect", network, Linear.class, l -> new DropConnect(l, p));
    return new McDropout(converted, members, key);
  }

  /// Dropout in front of a layer, whose names do not change.
  public record Dropped(Dropout dropout, @Inlined Layer layer) implements Layer {
    @Override
    public Tensor apply(Tensor x, Ctx ctx) {
      return layer.apply(dropout.apply(x, ctx), ctx);
    }

    @Override
    public String toString() {
      return Structure.of(this);
    }
  }

  /// In training one pass, `[1, B, C]`.
  @Override
  public Tensor logits(Tensor x, Ctx ctx) {
    return ctx.training()
        ? network.apply(x, ctx).unsqueeze(0)
        : Transforms.vmap((Key own) -> network.apply(x, Ctx.sampling(own)))
            .apply(key.split(members));
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
