/// Training and evaluating ensembles: the same bits on any number of threads, and from a checkpoint
/// as without one. What this shares with the training of a network alone (the recipe, validation,
/// checkpoints, reports) is in [dev.tutti.nn.fit].
///
/// Start with [Trainer], which runs the loop over one of three trainings: `SeparateTraining` if
/// members are independent, `ShardedTraining` if a loss couples them,
/// [dev.tutti.nn.fit.WholeTraining] if they share parameters or kernel calls. All take the
/// [dev.tutti.nn.fit.Step] of a network alone. After it comes [Evaluator].
package dev.tutti.ensembles.train;
