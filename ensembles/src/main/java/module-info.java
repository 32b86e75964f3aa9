/// Ensemble methods, their training, and metrics of uncertainty.
module dev.tutti.ensembles {
  requires transitive dev.tutti.nn;

  exports dev.tutti.ensembles;
  exports dev.tutti.ensembles.metrics;
  exports dev.tutti.ensembles.train;

  // The trainer's own records are trees.
  opens dev.tutti.ensembles.train to
      dev.tutti.engine;
}
