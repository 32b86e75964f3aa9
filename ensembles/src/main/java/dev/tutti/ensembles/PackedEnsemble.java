package dev.tutti.ensembles;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Structure;

/// M thin networks side by side in one network of grouped layers (Laurent et al., *Packed-Ensembles
/// for efficient uncertainty estimation*, 2023).
///
/// @param network a network of [PackedConv2d] and [PackedLinear] whose last layer is marked `last`,
///   so that it returns `[M, B, C]`
/// @param members M
public record PackedEnsemble(@Inlined Layer network, int members) implements Ensemble {
  /// {@return the name here of a tensor of a packed model of torch-uncertainty 0.13, for
  /// `StateDict.load(packed, tensors, PackedEnsemble::fromTorchUncertainty)`} There a convolution
  /// is one level further down (`conv1.conv.weight`), a ResNet's shortcut is `shortcut` and its
  /// last layer `linear`.
  public static String fromTorchUncertainty(String name) {
    return name.replace(".conv.", ".")
        .replace(".shortcut.", ".downsample.")
        .replaceFirst("^linear\\.", "fc.");
  }

  /// {@return these networks side by side in one of grouped layers, with the same bits: the inverse
  /// of [#unpack]} All see the raw input.
  ///
  /// @throws IllegalArgumentException if a layer has no packed form
  public static PackedEnsemble pack(DeepEnsemble members) {
    return StackedForms.packed(members);
  }

  /// {@return the members as networks of plain layers, as wide as a member is: a deep ensemble with
  /// the same bits, or with `gamma` above 1 up to rounding in linear layers, whose groups become
  /// blocks of zeros}
  ///
  /// @throws IllegalArgumentException if a layer has no such form
  public DeepEnsemble unpack() {
    return new DeepEnsemble(PackedForms.unpacked(network, members), members);
  }

  @Override
  public boolean isolated() {
    return true;
  }

  @Override
  public Tensor logits(Tensor x, Ctx ctx) {
    return network.apply(x, ctx);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
