/// Short programs that show how Tutti is used, each run by a test.
module dev.tutti.examples {
  requires dev.tutti.ensembles;

  // The engine reads and rebuilds the records that the examples pass to grad and vmap.
  opens dev.tutti.examples to
      dev.tutti.engine;
}
