package dev.tutti.nn.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.tutti.engine.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/// NumPy's file of one array, `.npy`: what `np.save` writes and `np.load` reads (the module
/// `numpy.lib.format`, versions 1.0, 2.0 and 3.0).
///
/// float32, float64 and int32 are written, as `<f4`, `<f8` and `<i4` in version 1.0. Read are `f2`
/// and `f4` as float32, `f8` as float64, the integers `i1 … i8` and `u1 … u8` as int32 if every
/// value fits, and `b1` as 0 and 1; in either byte order, in C or Fortran order. Texts, dates,
/// complex numbers, objects and structures are refused: they are not tensors, and loading objects
/// can run a program.
public final class Npy {
  private Npy() {}

  /// {@return the array in `file`}
  ///
  /// @throws DataError if the file cannot be read, is damaged, or holds another element type
  public static Tensor read(Path file) {
    try (MappedFile mapped = MappedFile.open(file)) {
      return read(mapped);
    }
  }

  static Tensor read(MappedFile mapped) {
    String file = mapped.file().toString();
    long most = Math.min(mapped.size(), NpyHeader.MOST);
    byte[] start =
        mapped.reading(() -> {
          FileKind.refuseOther(file, mapped.bytes(), FileKind.NPY);
          return mapped.bytes().asSlice(0, most).toArray(JAVA_BYTE);
        });
    try {
      NpyHeader header = NpyHeader.read(file, new ByteArrayInputStream(start));
      Elements elements = header.elements();
      header.requireBytes(mapped.size() - header.length(), elements);
      Memory.check(file, elements.tensorBytes());
      return header.inOrder(mapped.tensor(elements, header.length()));
    } catch (IOException e) {
      throw new AssertionError(e); // an array in memory has none
    }
  }

  /// Writes `tensor` to `file` atomically ([AtomicFile]).
  ///
  /// @throws DataError if that fails
  public static void write(Path file, Tensor tensor) {
    AtomicFile.write(file, out -> write(tensor, out));
  }

  static void write(Tensor tensor, OutputStream out) throws IOException {
    out.write(NpyHeader.of(tensor));
    Elements.write(tensor, out);
  }
}
