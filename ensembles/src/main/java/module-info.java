/// Ensemble methods, their training, and metrics of uncertainty.
module dev.tutti.ensembles {
  requires transitive dev.tutti.nn;

  exports dev.tutti.ensembles;
  exports dev.tutti.ensembles.isolation;
  exports dev.tutti.ensembles.methods;
  exports dev.tutti.ensembles.metrics;
  exports dev.tutti.ensembles.search;
  exports dev.tutti.ensembles.train;

  // Records of their own are trees.
  opens dev.tutti.ensembles to
      dev.tutti.engine;
  opens dev.tutti.ensembles.methods to
      dev.tutti.engine;
  opens dev.tutti.ensembles.train to
      dev.tutti.engine;
}
