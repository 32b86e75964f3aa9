/// Training of ensembles: the same bits on any number of threads, and from a checkpoint as without
/// one.
///
/// | family | members |
/// |---|---|
/// | the run | [Trainer], [Recipe] |
/// | when it ends | [EarlyStopping] |
/// | what it keeps | [Checkpointing], [WeightAveraging], [BatchStatistics] |
/// | what it reports | [Callback], [Progress], [EpochReport], [History], [TrainingError] |
/// | after it | [Evaluator] |
///
/// Start with [Trainer], whose loop drives a `Training`: `SeparateTraining` if members are
/// independent, `CoupledTraining` if one loss joins them, as shards of members (`ShardedTraining`)
/// or whole (`WholeTraining`).
package dev.tutti.ensembles.train;
