/// Tensors, primitives, function transforms and the backends that run them.
module dev.tutti.engine {
  exports dev.tutti.engine;
}
