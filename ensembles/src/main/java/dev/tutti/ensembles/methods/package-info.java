/// Ensemble methods besides deep, packed and BatchEnsembles: each a record that implements
/// [dev.tutti.ensembles.Ensemble], which is all that trainer, evaluator and command ask for.
package dev.tutti.ensembles.methods;
