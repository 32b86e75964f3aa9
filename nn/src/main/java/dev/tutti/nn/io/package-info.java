/// Tensors in files. [StateDict][dev.tutti.nn.io.StateDict] names the tensors of a model as PyTorch
/// does, [SafeTensors][dev.tutti.nn.io.SafeTensors] is a file of named tensors,
/// [Checkpoint][dev.tutti.nn.io.Checkpoint] one of a whole training state,
/// [TorchWeights][dev.tutti.nn.io.TorchWeights] loads what PyTorch trained,
/// [TorchFile][dev.tutti.nn.io.TorchFile] reads what `torch.save` wrote, and
/// [Npy][dev.tutti.nn.io.Npy] and [Npz][dev.tutti.nn.io.Npz] are NumPy's files.
/// [SafeTensorsFile][dev.tutti.nn.io.SafeTensorsFile] and [NpzFile][dev.tutti.nn.io.NpzFile] read
/// tensors one by one, whatever else is in the file. [AtomicFile][dev.tutti.nn.io.AtomicFile]
/// writes any file atomically. Errors of files are [DataError][dev.tutti.nn.io.DataError]s of one
/// line.
package dev.tutti.nn.io;
