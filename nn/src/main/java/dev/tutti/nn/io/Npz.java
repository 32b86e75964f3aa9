package dev.tutti.nn.io;

import dev.tutti.engine.Tensor;
import dev.tutti.nn.data.DataError;
import dev.tutti.nn.data.Memory;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// NumPy's file of named arrays, `.npz`: a zip archive with a `.npy` file ([Npy]) for each, what
/// `np.savez` and `np.savez_compressed` write and `np.load` reads.
public final class Npz {
  private static final String SUFFIX = ".npy";

  /// What NumPy writes too: the first instant that a zip archive can name.
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  /// The most bytes of a name, which an archive's list has with 46 others and 9 for the time in an
  /// entry of at most 65,535.
  private static final int LONGEST = 65_535 - 46 - 9 - SUFFIX.length();

  private Npz() {}

  /// {@return the arrays in `file` by name, in its order}
  ///
  /// @throws DataError when the file cannot be read, is damaged, or holds anything but arrays that
  ///   [Npy] reads
  public static Map<String, Tensor> read(Path file) {
    MappedFile.requireFile(file);
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    long bytes = 0;
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String where = file + ": " + DataError.quoted(entry.getName());
        if (!entry.getName().endsWith(SUFFIX)) {
          throw new DataError(where + " is no .npy file");
        }
        String name = entry.getName().substring(0, entry.getName().length() - SUFFIX.length());
        if (arrays.containsKey(name)) {
          throw new DataError(where + " stands there twice");
        }
        try (InputStream in = zip.getInputStream(entry)) {
          Tensor array = read(where, entry, in, bytes);
          bytes += (long) array.size() * array.dtype().bytes();
          arrays.put(name, array);
        } catch (EOFException e) {
          throw new DataError(where + ": ends too early", e);
        } catch (IOException e) {
          throw new DataError(where + ": is damaged: " + AtomicFile.reason(e), e);
        }
      }
      return Collections.unmodifiableMap(arrays);
    } catch (IOException e) {
      throw new DataError(file + ": is no .npz file: " + AtomicFile.reason(e), e);
    }
  }

  /// @param before the memory that the arrays before this one take
  private static Tensor read(String where, ZipEntry entry, InputStream in, long before)
      throws IOException {
    CheckedInputStream checked = new CheckedInputStream(in, new CRC32());
    NpyHeader header = NpyHeader.read(where, checked);
    Elements elements = header.elements();
    header.requireBytes(entry.getSize() - header.length(), elements);
    Memory.check(where, before + elements.tensorBytes());
    Tensor array = elements.read(checked);
    if (checked.read() >= 0) {
      throw new DataError(where + ": goes on behind its elements");
    }
    if (checked.getChecksum().getValue() != entry.getCrc()) {
      throw new DataError(where + ": is damaged: its checksum is wrong");
    }
    return header.inOrder(array);
  }

  /// Writes `arrays` to `file` as `np.savez` does, whole or not at all ([AtomicFile]). Equal arrays
  /// and names are equal bytes.
  ///
  /// @throws DataError when that fails
  public static void write(Path file, Map<String, Tensor> arrays) {
    write(file, arrays, ZipEntry.STORED);
  }

  /// As [#write], packed as `np.savez_compressed` does.
  ///
  /// @throws DataError when that fails
  public static void writeCompressed(Path file, Map<String, Tensor> arrays) {
    write(file, arrays, ZipEntry.DEFLATED);
  }

  private static void write(Path file, Map<String, Tensor> arrays, int method) {
    for (String name : arrays.keySet()) {
      int bytes = name.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > LONGEST) {
        throw new DataError(
            "%s: array %s has a name of %d bytes, a zip archive takes at most %d"
                .formatted(file, DataError.quoted(name), bytes, LONGEST));
      }
    }
    AtomicFile.write(
        file,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
            ZipEntry entry = new ZipEntry(array.getKey() + SUFFIX);
            entry.setTimeLocal(TIME);
            entry.setMethod(method);
            if (method == ZipEntry.STORED) {
              setSizeAndChecksum(entry, array.getValue());
            }
            zip.putNextEntry(entry);
            Npy.write(array.getValue(), zip);
            zip.closeEntry();
          }
          zip.finish();
        });
  }

  private static void setSizeAndChecksum(ZipEntry entry, Tensor tensor) throws IOException {
    CheckedOutputStream sum = new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
    Npy.write(tensor, sum);
    entry.setSize(NpyHeader.of(tensor).length + (long) tensor.size() * tensor.dtype().bytes());
    entry.setCrc(sum.getChecksum().getValue());
  }
}
