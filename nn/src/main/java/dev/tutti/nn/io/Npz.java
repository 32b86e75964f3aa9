package dev.tutti.nn.io;

import dev.tutti.engine.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// NumPy's file of named arrays, `.npz`: a zip archive with a `.npy` file ([Npy]) for each, what
/// `np.savez` and `np.savez_compressed` write and `np.load` reads.
public final class Npz {
  /// The first instant that a zip archive can represent; NumPy writes it too.
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  /// The most bytes of a name, which an archive's list has with 46 others and 9 for the time in an
  /// entry of at most 65,535.
  private static final int LONGEST = 65_535 - 46 - 9 - NpzFile.SUFFIX.length();

  private Npz() {}

  /// {@return the arrays in `file` by name, in its order}
  ///
  /// @throws DataError if the file cannot be read, is damaged, or holds anything but arrays that
  ///   [Npy] reads; [#open] reads the others then
  public static Map<String, Tensor> read(Path file) {
    try (NpzFile open = open(file)) {
      return open.all();
    }
  }

  /// Opens `file`, so that arrays can be read one by one, whatever else it holds.
  ///
  /// @throws DataError if the file cannot be read or is not a zip archive whose two lists of names
  ///   agree
  public static NpzFile open(Path file) {
    return NpzFile.open(file);
  }

  /// Writes `arrays` to `file` as `np.savez` does, atomically ([AtomicFile]). Equal arrays and
  /// names are equal bytes.
  ///
  /// @throws DataError if that fails
  public static void write(Path file, Map<String, Tensor> arrays) {
    write(file, arrays, ZipEntry.STORED);
  }

  /// As [#write], packed as `np.savez_compressed` does.
  ///
  /// @throws DataError if that fails
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
            ZipEntry entry = new ZipEntry(array.getKey() + NpzFile.SUFFIX);
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
