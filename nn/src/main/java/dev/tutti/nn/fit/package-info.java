/// Training: of a network alone, and the parts that the training of ensembles is made of.
///
/// | start with | for |
/// |---|---|
/// | [dev.tutti.nn.fit.Fit] | training one network |
/// | [dev.tutti.nn.fit.Step] | a loop written by hand |
/// | [dev.tutti.nn.fit.Recipe] | optimiser, rate, schedule, epochs, objective |
/// | [dev.tutti.nn.fit.EarlyStopping], [dev.tutti.nn.fit.Checkpointing], [dev.tutti.nn.fit.History] | what may go along |
/// | [dev.tutti.nn.fit.Training], [dev.tutti.nn.fit.TrainingLoop] | a training of another kind, as `ensembles.train` has |
package dev.tutti.nn.fit;
