package dev.tutti.nn.io;

import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// An open file of `torch.save`, `.pt`, `.pth`, `.bin` or Lightning's `.ckpt`, whose tensors are
/// read one by one on demand.
///
/// ```java
/// try (TorchFile file = TorchFile.open(path)) {
///   Tensor weight = file.tensor("state_dict.conv1.weight");
///   Map<String, String> others = file.skipped(); // {hyper_parameters=argparse.Namespace}
/// }
/// ```
///
/// Such a file is a pickle, a program that may call any function of Python. Nothing of it is run
/// here: tensors, dictionaries, lists, tuples, numbers, truth values and texts are read, everything
/// else is [#skipped] by name. A tensor's name is the path to it: the keys of dictionaries and the
/// places in lists, with points between them; of a tensor that was saved alone it is empty.
///
/// Both forms are read, the zip archive of either byte order and the one before PyTorch 1.6, and
/// tensors of any strides. An archive's checksums are checked: those of the pickle on opening, that
/// of a storage before the first tensor of it is read; archives that were saved without them
/// (`set_crc32_options(False)`) are read as they are, and so is the old form, which has none. The
/// file is mapped into memory and must not be changed in place while it is open. Several threads
/// may read at once.
public final class TorchFile implements AutoCloseable {
  private final MappedFile mapped;
  private final TorchArchive archive;
  private final TorchContents contents;
  private final Set<String> names = new LinkedHashSet<>();
  private final Map<String, String> unreadable = new LinkedHashMap<>();
  private final Map<String, String> skipped = new LinkedHashMap<>();
  private final Set<String> soundStorages = ConcurrentHashMap.newKeySet();

  private TorchFile(MappedFile mapped, TorchArchive archive) {
    this.mapped = mapped;
    this.archive = archive;
    contents = new TorchContents(mapped.file().toString(), archive.root());
    contents
        .tensors()
        .forEach((name, tensor) -> {
          String reason = tensor.unreadable();
          if (reason == null) {
            requireInside(name, tensor);
            names.add(name);
          } else {
            unreadable.put(name, reason);
          }
        });
    contents
        .skipped()
        .forEach((name, what) -> {
          if (TorchObjects.isTensor(what)) {
            unreadable.put(name, "is made by %s, which is not known here".formatted(what));
          } else {
            skipped.put(name, what);
          }
        });
  }

  /// Opens `file`. What its pickle says of storages and tensors is compared with the file.
  ///
  /// @throws DataError if the file cannot be read, is damaged, is of another kind, or holds a whole
  ///   module
  public static TorchFile open(Path file) {
    MappedFile mapped = MappedFile.open(file);
    TorchFile opened = null;
    try {
      opened = of(mapped);
      return opened;
    } finally {
      if (opened == null) {
        mapped.close();
      }
    }
  }

  static TorchFile of(MappedFile mapped) {
    return mapped.reading(() -> {
      FileKind.refuseOther(mapped.file().toString(), mapped.bytes(), FileKind.TORCH);
      boolean zip = FileKind.isZip(mapped.bytes());
      return new TorchFile(mapped, zip ? TorchArchive.zip(mapped) : TorchArchive.old(mapped));
    });
  }

  /// {@return the names of the tensors that can be read, in the order in which they were saved}
  public Set<String> names() {
    return Collections.unmodifiableSet(names);
  }

  /// {@return the tensors that cannot be read, by name, each with the reason: an element type
  /// without a tensor type here, a sparse or quantised tensor, or more elements than a tensor
  /// holds}
  public Map<String, String> unreadable() {
    return Collections.unmodifiableMap(unreadable);
  }

  /// {@return what was not built, by path, each with the name of the class or function that would
  /// make it, such as `argparse.Namespace`}
  public Map<String, String> skipped() {
    return Collections.unmodifiableMap(skipped);
  }

  /// {@return the numbers, truth values and texts of the file by path, as texts: `epoch`,
  /// `hyper_parameters.lr`, …}
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(contents.metadata());
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

  /// {@return the element type in the file, by SafeTensors' names: `F32`, `BF16`, `I64`, …; by
  /// PyTorch's for one that has no tensor type here}
  ///
  /// @throws DataError if there is none of that name
  public String storedType(String name) {
    TorchTensor tensor = entry(name);
    return tensor.type() == null || tensor.type().elements() == null
        ? tensor.typeName()
        : tensor.type().elements().name();
  }

  /// {@return a tensor, read now} Tensors that shared memory in PyTorch are copies of it. It stays
  /// valid when the file is closed.
  ///
  /// @throws DataError if there is none of that name, it cannot be read, its storage is damaged, or
  ///   int32 does not hold an element
  public Tensor tensor(String name) {
    requireMemory(List.of(name));
    Elements elements = elements(name);
    TorchTensor tensor = entry(name);
    TorchArchive.Place place = archive.storages().get(tensor.storage().key());
    return mapped.reading(() -> {
      requireSound(name, tensor.storage().key(), place);
      long width = elements.type().bytes();
      MemorySegment storage = mapped.bytes().asSlice(place.start(), place.bytes());
      MemorySegment seen =
          tensor.extent() == 0
              ? storage.asSlice(0, 0)
              : storage.asSlice(tensor.offset() * width, tensor.extent() * width);
      Tensor read =
          tensor.isContiguous()
              ? elements.read(seen)
              : new StridedElements(elements, tensor.strides()).read(seen);
      return tensor.negated() ? read.neg() : read;
    });
  }

  /// {@return the weights of the file by name: the tensors under `state_dict`, by the rest of their
  /// names, if it is a dictionary with such a dictionary in it, as a Lightning checkpoint is; else
  /// all tensors}
  ///
  /// @throws DataError as [#tensor]
  public Map<String, Tensor> stateDict() {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    Map<String, String> sources = weightNames();
    requireMemory(sources.values());
    sources.forEach((name, source) -> weights.put(name, tensor(source)));
    return Collections.unmodifiableMap(weights);
  }

  /// {@return the names of the weights in the file, unreadable ones included, by their names in the
  /// state dict}
  Map<String, String> weightNames() {
    Map<String, String> sources = new LinkedHashMap<>();
    String prefix = contents.prefix();
    for (Collection<String> some : List.of(names, unreadable.keySet())) {
      for (String name : some) {
        if (name.startsWith(prefix)) {
          sources.put(name.substring(prefix.length()), name);
        }
      }
    }
    return sources;
  }

  /// @throws DataError if the JVM has not enough memory for these tensors, or one cannot be read
  void requireMemory(Collection<String> wanted) {
    long bytes = wanted.stream().mapToLong(name -> elements(name).tensorBytes()).sum();
    Memory.check(mapped.file().toString(), bytes);
  }

  /// A tensor's elements must be in its storage, and the storage in the file.
  private void requireInside(String name, TorchTensor tensor) {
    TorchTensor.Storage storage = tensor.storage();
    TorchArchive.Place place = archive.storages().get(storage.key());
    if (place == null) {
      throw new DataError(
          "%s: its storage %s is not in the file"
              .formatted(where(name), DataError.quoted(storage.key())));
    }
    if (storage.type() == null || place.bytes() / storage.type().bytes() != storage.elements()) {
      throw new DataError(
          "%s: its storage %s should have %d elements of %s, the file has %d bytes"
              .formatted(
                  where(name),
                  DataError.quoted(storage.key()),
                  storage.elements(),
                  storage.typeName(),
                  place.bytes()));
    }
    long there = place.bytes() / tensor.type().bytes();
    long extent = tensor.extent();
    if (extent < 0 || (extent > 0 && extent > there - tensor.offset())) {
      throw new DataError(
          "%s: shape %s, strides %s from element %d on are beyond its storage of %d elements"
              .formatted(where(name), tensor.axes(), tensor.strides(), tensor.offset(), there));
    }
  }

  private void requireSound(String name, String key, TorchArchive.Place place) {
    if (!soundStorages.contains(key)) {
      if (!place.isSound(mapped.bytes().asSlice(place.start(), place.bytes()))) {
        throw new DataError(where(name) + ": is damaged: the checksum of its storage is wrong");
      }
      soundStorages.add(key);
    }
  }

  private Elements elements(String name) {
    TorchTensor tensor = entry(name);
    String reason = unreadable.get(name);
    if (reason != null) {
      throw new DataError(where(name) + ": " + reason);
    }
    return new Elements(where(name), tensor.type().elements(), archive.order(), shape(name));
  }

  private TorchTensor entry(String name) {
    TorchTensor tensor = contents.tensors().get(name);
    if (tensor == null) {
      throw new DataError(
          unreadable.containsKey(name)
              ? where(name) + ": " + unreadable.get(name)
              : mapped.file() + ": has no tensor " + DataError.quoted(name));
    }
    return tensor;
  }

  private String where(String name) {
    return mapped.file() + ": tensor " + DataError.quoted(name);
  }

  /// Ends the mapping; afterwards nothing can be read.
  @Override
  public void close() {
    mapped.close();
  }
}
