package dev.tutti.nn.io;

import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/// An open `.npz` file, whose arrays are read one by one on demand.
///
/// ```java
/// try (NpzFile file = Npz.open(path)) {
///   Tensor x = file.tensor("x");
///   Map<String, String> others = file.unreadable(); // {labels=element type "<U5"; …}
/// }
/// ```
///
/// A file can hold arrays that are not tensors (texts, objects, records, complex numbers, dates)
/// and files that are not arrays; they do not hinder reading the others. What the archive says
/// twice must agree ([ZipDirectory]). Several threads may read at once.
public final class NpzFile implements AutoCloseable {
  static final String SUFFIX = ".npy";

  /// The most bytes of all headers, each of which has about a hundred.
  static final long MOST_HEADERS = Math.min(64 << 20, Runtime.getRuntime().maxMemory() / 16);

  private final Path file;
  private final ZipArchive zip;
  private final Map<String, NpyHeader> headers = new LinkedHashMap<>();
  private final Map<String, String> unreadable = new LinkedHashMap<>();

  private NpzFile(Path file, ZipArchive zip) {
    this.file = file;
    this.zip = zip;
  }

  static NpzFile open(Path file) {
    MappedFile.requireFile(file);
    NpzFile opened = new NpzFile(file, archive(file));
    boolean read = false;
    try {
      opened.readHeaders();
      read = true;
      return opened;
    } finally {
      if (!read) {
        opened.close();
      }
    }
  }

  /// The archive, or what the file is if it is not one.
  private static ZipArchive archive(Path file) {
    try {
      return ZipArchive.open(file, file.toString());
    } catch (DataError e) {
      requireKind(file);
      throw e;
    }
  }

  private static void requireKind(Path file) {
    try (MappedFile mapped = MappedFile.open(file)) {
      mapped.reading(() -> {
        FileKind.refuseOther(file.toString(), mapped.bytes(), FileKind.NPZ);
        return null;
      });
    }
  }

  private void readHeaders() {
    Collection<ZipDirectory.Entry> entries = zip.entries();
    if (!entries.isEmpty() && entries.stream().noneMatch(e -> e.name().endsWith(SUFFIX))) {
      requireKind(file);
    }
    long bytes = 0;
    for (ZipDirectory.Entry entry : entries) {
      String name = entry.name();
      if (!name.endsWith(SUFFIX)) {
        unreadable.put(name, "is not a .npy file");
        continue;
      }
      String shown = DataError.quoted(name);
      try (InputStream in = zip.data(entry)) {
        NpyHeader header = NpyHeader.read(shown, in);
        header.requireBytes(entry.size() - header.length(), header.elements());
        headers.put(bare(name), header);
        bytes += header.length();
      } catch (IOException e) {
        unreadable.put(bare(name), "is damaged: " + AtomicFile.reason(e));
      } catch (DataError e) {
        unreadable.put(bare(name), e.getMessage().substring(shown.length() + 2));
        bytes += NpyHeader.MOST;
      }
      if (bytes > MOST_HEADERS) {
        throw new DataError(
            "%s: the headers of its %d arrays have more than %d MB"
                .formatted(file, entries.size(), MOST_HEADERS >> 20));
      }
    }
    for (String name : unreadable.keySet()) {
      if (headers.containsKey(name)) {
        throw new DataError(
            "%s: holds %s and %s, one name in NumPy"
                .formatted(file, DataError.quoted(name), DataError.quoted(name + SUFFIX)));
      }
    }
  }

  private static String bare(String entry) {
    return entry.substring(0, entry.length() - SUFFIX.length());
  }

  /// {@return the names of the arrays that can be read, in the order of the archive}
  public Set<String> names() {
    return Collections.unmodifiableSet(headers.keySet());
  }

  /// {@return what cannot be read, by name, each with the reason}
  public Map<String, String> unreadable() {
    return Collections.unmodifiableMap(unreadable);
  }

  /// {@return the shape of an array}
  ///
  /// @throws DataError if there is none of that name, or it cannot be read
  public Shape shape(String name) {
    return header(name).shape();
  }

  /// {@return the type of [#tensor]`(name)`}
  ///
  /// @throws DataError if there is none of that name, or it cannot be read
  public DType dtype(String name) {
    return header(name).elements().type().dtype();
  }

  /// {@return the element type in the file by NumPy's name: `<f4`, `|u1`, …}
  ///
  /// @throws DataError if there is none of that name, or it cannot be read
  public String storedType(String name) {
    return header(name).descr();
  }

  /// {@return an array, read now} It stays valid when the file is closed.
  ///
  /// @throws DataError if there is none of that name, it cannot be read, is damaged, or int32 does
  ///   not hold an element
  public Tensor tensor(String name) {
    requireMemory(List.of(name));
    String where = where(name);
    ZipDirectory.Entry entry = zip.entry(name + SUFFIX);
    try (InputStream in = zip.data(entry)) {
      CheckedInputStream checked = new CheckedInputStream(in, new CRC32());
      NpyHeader header = NpyHeader.read(where, checked);
      Tensor array = header.elements().read(checked);
      if (checked.read() >= 0) {
        throw new DataError(where + ": goes on after its elements");
      }
      if (checked.getChecksum().getValue() != entry.crc()) {
        throw new DataError(where + ": is damaged: its checksum is wrong");
      }
      return header.inOrder(array);
    } catch (EOFException e) {
      throw new DataError(where + ": ends too early", e);
    } catch (IOException e) {
      throw new DataError(where + ": is damaged: " + AtomicFile.reason(e), e);
    }
  }

  /// {@return all arrays of the file}
  ///
  /// @throws DataError if one cannot be read; the message mentions the others
  Map<String, Tensor> all() {
    requireMemory(headers.keySet());
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    try {
      unreadable.keySet().forEach(this::header); // an error
      headers.keySet().forEach(name -> arrays.put(name, tensor(name)));
    } catch (DataError e) {
      boolean others = !headers.isEmpty() && headers.size() + unreadable.size() > 1;
      throw others ? SafeTensorsFile.oneByOne(e, "Npz.open") : e;
    }
    return Collections.unmodifiableMap(arrays);
  }

  private void requireMemory(Collection<String> names) {
    long bytes = names.stream().mapToLong(name -> header(name).elements().tensorBytes()).sum();
    Memory.check(file.toString(), bytes);
  }

  private NpyHeader header(String name) {
    NpyHeader header = headers.get(name);
    if (header == null && unreadable.containsKey(name)) {
      throw new DataError(where(name) + ": " + unreadable.get(name));
    }
    if (header == null) {
      throw new DataError(file + ": has no array " + DataError.quoted(name));
    }
    return header;
  }

  private String where(String name) {
    String entry = zip.entry(name + SUFFIX) == null ? name : name + SUFFIX;
    return file + ": " + DataError.quoted(entry);
  }

  /// Afterwards nothing can be read.
  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw new DataError(file + ": cannot be closed: " + AtomicFile.reason(e), e);
    }
  }
}
