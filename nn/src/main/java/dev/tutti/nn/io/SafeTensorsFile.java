package dev.tutti.nn.io;

import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.data.DataError;
import dev.tutti.nn.data.Memory;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// An open SafeTensors file of any size, whose tensors are read one by one when they are asked for.
///
/// ```java
/// try (SafeTensorsFile file = SafeTensors.open(path)) {
///   Tensor weight = file.tensor("conv1.weight");
/// }
/// ```
///
/// The file is mapped into memory and must not be changed in place while it is open; to be replaced
/// as [AtomicFile] does is harmless. Several threads may read at once.
public final class SafeTensorsFile implements AutoCloseable {
  private final MappedFile mapped;
  private final SafeTensorsHeader header;

  private SafeTensorsFile(MappedFile mapped, SafeTensorsHeader header) {
    this.mapped = mapped;
    this.header = header;
  }

  static SafeTensorsFile open(Path file) {
    MappedFile mapped = MappedFile.open(file);
    SafeTensorsFile opened = null;
    try {
      opened = of(mapped);
      return opened;
    } finally {
      if (opened == null) {
        mapped.close();
      }
    }
  }

  static SafeTensorsFile of(MappedFile mapped) {
    SafeTensorsHeader header =
        mapped.reading(() -> SafeTensorsHeader.read(mapped.file(), mapped.bytes()));
    return new SafeTensorsFile(mapped, header);
  }

  /// {@return the names of the tensors, in the order of the header}
  public Set<String> names() {
    return header.entries().keySet();
  }

  /// {@return the texts by name, the header's `__metadata__`}
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /// {@return the shape of a tensor}
  ///
  /// @throws DataError when there is none of that name
  public Shape shape(String name) {
    return entry(name).shape();
  }

  /// {@return the type of [#tensor]`(name)`}
  ///
  /// @throws DataError when there is none of that name
  public DType dtype(String name) {
    return entry(name).type().dtype();
  }

  /// {@return the element type in the file: `F32`, `BF16`, `I64`, …}
  ///
  /// @throws DataError when there is none of that name
  public String storedType(String name) {
    return entry(name).type().name();
  }

  /// {@return a tensor, read now} It stays valid when the file is closed.
  ///
  /// @throws DataError when there is none of that name, or an element that int32 does not hold
  public Tensor tensor(String name) {
    return mapped.tensor(elements(name), header.length() + entry(name).begin());
  }

  private Elements elements(String name) {
    SafeTensorsHeader.Entry entry = entry(name);
    String where = mapped.file() + ": tensor " + DataError.quoted(name);
    return new Elements(where, entry.type(), ByteOrder.LITTLE_ENDIAN, entry.shape());
  }

  /// {@return all of the file}
  SafeTensors all() {
    long bytes = names().stream().mapToLong(name -> elements(name).tensorBytes()).sum();
    Memory.check(mapped.file().toString(), bytes);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : names()) {
      tensors.put(name, tensor(name));
    }
    return new SafeTensors(tensors, metadata());
  }

  private SafeTensorsHeader.Entry entry(String name) {
    SafeTensorsHeader.Entry entry = header.entries().get(name);
    if (entry == null) {
      throw new DataError(mapped.file() + ": has no tensor " + DataError.quoted(name));
    }
    return entry;
  }

  /// Ends the mapping; nothing can be read any more.
  @Override
  public void close() {
    mapped.close();
  }
}
