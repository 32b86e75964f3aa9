package dev.tutti.nn.io;

import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/// An open SafeTensors file of any size, whose tensors are read one by one on demand.
///
/// ```java
/// try (SafeTensorsFile file = SafeTensors.open(path)) {
///   Tensor weight = file.tensor("conv1.weight");
/// }
/// ```
///
/// A file can hold tensors of types that do not exist here, [#unreadable]; they do not hinder
/// reading the others. The file is mapped into memory and must not be changed in place while it is
/// open; replacing it as [AtomicFile] does is harmless. Several threads may read at once.
public final class SafeTensorsFile implements AutoCloseable {
  private final MappedFile mapped;
  private final SafeTensorsHeader header;
  private final Set<String> names;
  private final Map<String, String> unreadable;

  private SafeTensorsFile(MappedFile mapped, SafeTensorsHeader header) {
    this.mapped = mapped;
    this.header = header;
    Set<String> readable = new LinkedHashSet<>();
    Map<String, String> others = new LinkedHashMap<>();
    header
        .entries()
        .forEach((name, entry) -> {
          String reason = entry.unreadable();
          if (reason == null) {
            readable.add(name);
          } else {
            others.put(name, reason);
          }
        });
    names = Collections.unmodifiableSet(readable);
    unreadable = Collections.unmodifiableMap(others);
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

  /// {@return the names of the tensors that can be read, in the order of the header}
  public Set<String> names() {
    return names;
  }

  /// {@return the tensors that cannot be read, by name, each with the reason: an element type
  /// without a tensor type here, such as `F8_E4M3` or `C64`, or more elements than a tensor holds}
  public Map<String, String> unreadable() {
    return unreadable;
  }

  /// {@return the texts by name, the header's `__metadata__`}
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /// {@return whether the file has checksums, as files written here have: the header's was correct
  /// when the file was opened, a tensor's is checked each time that it is read}
  public boolean hasChecksums() {
    return header.hasChecksums();
  }

  /// {@return the shape of a tensor}
  ///
  /// @throws DataError if there is none of that name, or no tensor holds this many elements
  public Shape shape(String name) {
    return Elements.shape(where(name), entry(name).axes());
  }

  /// {@return the type of [#tensor]`(name)`}
  ///
  /// @throws DataError if there is none of that name, or it cannot be read
  public DType dtype(String name) {
    return elements(name).type().dtype();
  }

  /// {@return the element type in the file: `F32`, `BF16`, `I64`, …}
  ///
  /// @throws DataError if there is none of that name
  public String storedType(String name) {
    return entry(name).dtype();
  }

  /// {@return a tensor, read now} It stays valid when the file is closed.
  ///
  /// @throws DataError if there is none of that name, it cannot be read, its checksum is wrong, or
  ///   int32 does not hold an element
  public Tensor tensor(String name) {
    SafeTensorsHeader.Entry entry = entry(name);
    Elements elements = elements(name);
    long at = header.length() + entry.begin();
    if (entry.checksum() == null) {
      return mapped.tensor(elements, at);
    }
    CRC32C sum = new CRC32C();
    Tensor tensor = mapped.tensor(elements, at, sum);
    if (!Checksums.digits(sum).equals(entry.checksum())) {
      throw new DataError(where(name) + ": is damaged: its checksum is wrong");
    }
    return tensor;
  }

  private String where(String name) {
    return mapped.file() + ": tensor " + DataError.quoted(name);
  }

  private Elements elements(String name) {
    SafeTensorsHeader.Entry entry = entry(name);
    String reason = unreadable.get(name);
    if (reason != null) {
      throw new DataError(where(name) + ": " + reason);
    }
    return new Elements(where(name), entry.type(), ByteOrder.LITTLE_ENDIAN, shape(name));
  }

  /// @throws DataError if the JVM has not enough memory for these tensors, or one cannot be read
  void requireMemory(Collection<String> wanted) {
    long bytes = wanted.stream().mapToLong(name -> elements(name).tensorBytes()).sum();
    try {
      Memory.check(mapped.file().toString(), bytes);
    } catch (DataError e) {
      throw new DataError(e.getMessage(), e); // a cause: not of one tensor
    }
  }

  /// {@return those tensors of the file, in that order}
  ///
  /// @throws DataError as [#tensor]
  private Map<String, Tensor> tensors(Collection<String> wanted) {
    requireMemory(wanted);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : wanted) {
      tensors.put(name, tensor(name));
    }
    return tensors;
  }

  /// {@return all of the file}
  ///
  /// @throws DataError as [#tensor]; the message mentions the other tensors
  SafeTensors all() {
    try {
      return new SafeTensors(tensors(header.entries().keySet()), metadata());
    } catch (DataError e) {
      boolean ofOne = e.getCause() == null; // not of the file or the memory
      boolean others = !names.isEmpty() && header.entries().size() > 1;
      throw ofOne && others ? oneByOne(e, "SafeTensors.open") : e;
    }
  }

  /// {@return `e`, which is about one of several tensors, with a hint how to read the others}
  static DataError oneByOne(DataError e, String how) {
    return new DataError(e.getMessage() + "; " + how + " reads the others one by one", e);
  }

  private SafeTensorsHeader.Entry entry(String name) {
    SafeTensorsHeader.Entry entry = header.entries().get(name);
    if (entry == null) {
      throw new DataError(mapped.file() + ": has no tensor " + DataError.quoted(name));
    }
    return entry;
  }

  /// Ends the mapping; afterwards nothing can be read.
  @Override
  public void close() {
    mapped.close();
  }
}
