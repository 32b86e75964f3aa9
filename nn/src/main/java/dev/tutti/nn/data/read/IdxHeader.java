package dev.tutti.nn.data.read;

import dev.tutti.nn.io.DataError;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;

/// The header of an IDX file: what its elements are and how many.
///
/// @param type the third byte of the magic number
/// @param sizes each dimension, from 0 to 2³² − 1
record IdxHeader(Path file, int type, long[] sizes) {
  /// Reads a header whose magic number must be one of `magics`.
  ///
  /// @param usual the one to name if it is another
  static IdxHeader read(ByteInput in, Path file, int usual, String what, Set<Integer> magics) {
    byte[] start = in.read(Integer.BYTES);
    int magic = start.length < Integer.BYTES ? usual : ByteBuffer.wrap(start).getInt();
    if (!magics.contains(magic)) {
      throw DataError.at(
          file,
          "starts with 0x%08x%s; a file of IDX %s starts with 0x%08x"
              .formatted(magic, inWords(magic), what, usual));
    }
    int dimensions = magic & 0xff;
    byte[] rest = in.read(Integer.BYTES * dimensions);
    int length = Integer.BYTES * (1 + dimensions);
    if (rest.length < length - Integer.BYTES) {
      throw DataError.at(
          file,
          "ends after %s, within the %d-byte header of IDX %s"
              .formatted(DataError.counted(start.length + rest.length, "byte"), length, what));
    }
    ByteBuffer values = ByteBuffer.wrap(rest);
    long[] sizes = new long[dimensions];
    for (int d = 0; d < dimensions; d++) {
      sizes[d] = Integer.toUnsignedLong(values.getInt());
    }
    return new IdxHeader(file, magic >> 8, sizes);
  }

  private static String inWords(int magic) {
    if (magic == 0x803) {
      return " (IDX images)";
    }
    if (magic == 0x801) {
      return " (IDX labels)";
    }
    String type = magic >>> 16 == 0 ? typeName(magic >> 8) : "";
    return type.isEmpty()
        ? ""
        : " (IDX of %s in %s)".formatted(type, DataError.counted(magic & 0xff, "dimension"));
  }

  /// The name of a type of elements, or "" if there is none of that number.
  static String typeName(int type) {
    return switch (type) {
      case 0x08 -> "uint8";
      case 0x09 -> "int8";
      case 0x0b -> "int16";
      case 0x0c -> "int32";
      case 0x0d -> "float32";
      case 0x0e -> "float64";
      default -> "";
    };
  }

  /// The size of dimension `d`, 1 if there are fewer.
  long size(int d) {
    return d < sizes.length ? sizes[d] : 1;
  }

  /// Compares the promised bytes with what the file can hold before anything is allocated for them.
  void requireLength(ByteInput in, String promise, long bytes) {
    long most = in.most() - Integer.BYTES * (1L + sizes.length);
    if (!in.packed() && most != bytes) {
      throw most < bytes ? cutOff(promise, most) : tooLong(promise);
    }
    if (most < bytes) {
      throw DataError.at(file, promise + ", more than a gzip file of its size can hold");
    }
  }

  void requireEnd(ByteInput in, String promise) {
    if (!in.atEnd()) {
      throw tooLong(promise);
    }
  }

  DataError cutOff(String promise, long count) {
    return DataError.at(file, promise + ", the file ends after " + count);
  }

  private DataError tooLong(String promise) {
    return DataError.at(file, promise + ", the file goes on after them");
  }
}
