package dev.tutti.nn.io;

import dev.tutti.engine.Tensor;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/// An open file of weights of either kind, SafeTensors or `torch.save`, by what it begins with.
///
/// @param sources the names of its tensors, unreadable ones included, by their names in the state
///   dict
/// @param tensors reads a tensor by its name in the file
/// @param memory refuses names of tensors that do not fit into the memory together
/// @param skipped what else is in it, by path
record WeightsFile(
    MappedFile mapped,
    Map<String, String> sources,
    Function<String, Tensor> tensors,
    Consumer<Collection<String>> memory,
    Map<String, String> skipped)
    implements AutoCloseable {

  /// @throws DataError as [SafeTensors#open] and [TorchFile#open]
  static WeightsFile open(Path file) {
    MappedFile mapped = MappedFile.open(file);
    WeightsFile opened = null;
    try {
      opened =
          mapped.reading(() -> FileKind.isTorch(mapped.bytes())) ? torch(mapped) : safe(mapped);
      return opened;
    } finally {
      if (opened == null) {
        mapped.close();
      }
    }
  }

  private static WeightsFile torch(MappedFile mapped) {
    TorchFile file = TorchFile.of(mapped);
    return new WeightsFile(
        mapped, file.weightNames(), file::tensor, file::requireMemory, file.skipped());
  }

  private static WeightsFile safe(MappedFile mapped) {
    SafeTensorsFile file = SafeTensorsFile.of(mapped);
    Map<String, String> sources = new LinkedHashMap<>();
    file.names().forEach(name -> sources.put(name, name));
    file.unreadable().keySet().forEach(name -> sources.put(name, name));
    return new WeightsFile(mapped, sources, file::tensor, file::requireMemory, Map.of());
  }

  @Override
  public void close() {
    mapped.close();
  }
}
