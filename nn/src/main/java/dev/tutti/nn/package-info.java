/// Layers and what they are initialised with. A [Layer] is a record whose tensors are its
/// parameters; images are `[N, H, W, C]`, sequences `[N, L, C]`. No layer is specific to ensembles:
/// mapped over stacked parameters it is an ensemble.
///
/// | family | members |
/// |---|---|
/// | linear | [Linear], [Embedding] |
/// | convolution | [Conv1d], [Conv2d], [ConvTranspose1d], [ConvTranspose2d] |
/// | pooling | [MaxPool1d], [AvgPool1d], their adaptive forms, all four in 2d, [GlobalAvgPool] |
/// | normalisation | [BatchNorm], [InstanceNorm], [LayerNorm], [GroupNorm], [FilterResponseNorm] |
/// | activation | [Activation]; with parameters [LeakyReLU], [ELU], [Softplus] |
/// | dropout | [Dropout], [ChannelDropout] |
/// | sequences | [SequenceLayer], [AttentionMask] |
/// | structure | [Sequential], [Flatten], [Unflatten], [Identity] |
///
/// Start with [Layer] and [Ctx], which says whether a network trains and keeps its random key and
/// running statistics; then read [Linear], the smallest layer with parameters, and [Sequential].
/// Helpers that are not public: `Standardise` (all normalisations), `Pooling` (windows),
/// `Sequences` (one dimension as images of one row). Losses are in `dev.tutti.nn.loss`, attention
/// in `.attention`, initial values in `.init`.
package dev.tutti.nn;
