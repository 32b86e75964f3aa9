/// How parameters are changed in training: optimisers, schedules of the learning rate, and averages
/// of the models passed through.
///
/// | family | members |
/// |---|---|
/// | optimisers | [Sgd], [Adam], [Adagrad], [RmsProp], [Lamb] |
/// | around an optimiser | [DecoupledDecay] (AdamW), [ClipByNorm], [ClipByValue] |
/// | schedules | [Schedule], [OneCycle], [CosineRestarts] |
/// | averages | [Ema], [Swa], [Snapshots] |
///
/// Start with [Optimizer] and [Sgd]. Hyper-parameters are tensors, so that every member of an
/// ensemble may have its own (`PerMember`); `Range` has the values that they may take.
package dev.tutti.nn.optim;
