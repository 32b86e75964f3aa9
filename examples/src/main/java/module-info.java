/// Short programs that show how Tutti is used.
module dev.tutti.examples {
  requires dev.tutti.ensembles;
}
