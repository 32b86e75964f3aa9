/// Losses, and what training minimises.
///
/// | for | members |
/// |---|---|
/// | classes | [CrossEntropy] with all of PyTorch's options; focal and others in [Losses] |
/// | numbers | mean squares and others in [Losses]; [GaussianNll] with a variance of its own |
/// | evidential learning | [EvidentialLosses], [NormalInverseGamma] |
///
/// [Objective] is what a training takes: a loss, and how the numbers of batches come together.
/// Helpers that are not public: `ClassLabels` (checks) and `GammaFunctions`.
package dev.tutti.nn.loss;
