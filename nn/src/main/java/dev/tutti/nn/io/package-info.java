/// Parameters in files: [StateDict][dev.tutti.nn.io.StateDict] names the tensors of a model as
/// PyTorch does, [SafeTensors][dev.tutti.nn.io.SafeTensors] is a file of named tensors,
/// [Checkpoint][dev.tutti.nn.io.Checkpoint] one of a whole training state, and
/// [AtomicFile][dev.tutti.nn.io.AtomicFile] writes any file whole or not at all.
package dev.tutti.nn.io;
