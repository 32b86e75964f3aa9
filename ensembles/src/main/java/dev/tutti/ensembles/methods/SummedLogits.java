package dev.tutti.ensembles.methods;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.Members;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Structure;

/// Networks that predict as one, by the sum of their logits (Kelcey, *ensemble networks*, 2020):
/// its `single_input` mode. One loss couples the networks, which learn to complete each other.
///
/// As an ensemble it has one member, the sum. [#networks] are the parts, whose logits alone mean
/// little: one may be right only together with the others.
///
/// @param network the stacked networks, every tensor `[M, …]`
/// @param networks M
/// @param drop which networks' logits are dropped in a training step
public record SummedLogits(@Inlined Layer network, int networks, LogitDrop drop)
    implements Ensemble {
  /// {@return the sum of a deep ensemble's members}
  public static SummedLogits of(DeepEnsemble networks, LogitDrop drop) {
    return new SummedLogits(networks.network(), networks.members(), drop);
  }

  /// {@return the networks as an ensemble of members that predict each by itself}
  public DeepEnsemble apart() {
    return new DeepEnsemble(network, networks);
  }

  @Override
  public int members() {
    return 1;
  }

  @Override
  public Tensor logits(Tensor x, Ctx ctx) {
    Tensor each = Members.logits(network, networks, x, ctx);
    return drop.sum(each, ctx).unsqueeze(0);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
