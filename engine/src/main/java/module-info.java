/// Tensors, primitives, function transforms and the backends that run them.
module dev.tutti.engine {
  requires jdk.incubator.vector;

  exports dev.tutti.engine;
}
