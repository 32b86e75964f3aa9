/// Ensembles of classifiers as one network each. They are trained in `dev.tutti.ensembles.train`
/// and judged in `dev.tutti.ensembles.metrics`.
///
/// | family | members |
/// |---|---|
/// | nothing shared | [DeepEnsemble] |
/// | weights shared | [BatchEnsemble] of [BatchEnsembleLinear] and [BatchEnsembleConv2d] |
/// | one network of groups | [PackedEnsemble] of [PackedLinear] and [PackedConv2d] |
/// | their sizes and models | [Packing], [Packed] |
/// | losses | [EnsembleLoss] |
///
/// Start with [Ensemble] and [DeepEnsemble]; `Members` is the forward pass of stacked networks.
package dev.tutti.ensembles;
