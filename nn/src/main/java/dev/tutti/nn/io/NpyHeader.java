package dev.tutti.nn.io;

import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The header of a `.npy` file: eight bytes of magic number and version, the length of the rest in
/// two bytes (version 1) or four (2 and 3), and the literal of a Python dictionary, in spaces up to
/// the next multiple of 64:
///
/// ```text
/// {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
/// ```
///
/// @param where the file, for errors
/// @param length the bytes before the first element
/// @param descr the element type by NumPy's name, with byte order
/// @param fortran whether the first axis is the one that changes fastest
/// @param axes the shape
record NpyHeader(String where, int length, String descr, boolean fortran, List<Long> axes) {
  /// The longest literal that is read; those of tensors have about a hundred bytes.
  private static final int LONGEST = 1 << 16;

  /// The bytes before the literal, at most.
  private static final int START = 12;

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64;

  /// NumPy leaves room for the first axis to grow to this many digits.
  private static final int DIGITS = 21;

  /// The most bytes that [#read] takes.
  static final int MOST = START + LONGEST;

  static NpyHeader read(String where, InputStream in) throws IOException {
    byte[] start = in.readNBytes(MAGIC.length + 2);
    if (start.length < MAGIC.length + 2 || !Arrays.equals(start, 0, 6, MAGIC, 0, 6)) {
      throw new DataError(where + ": does not begin as a .npy file does, with \\x93NUMPY");
    }
    int major = start[MAGIC.length];
    int minor = start[MAGIC.length + 1];
    if (major < 1 || major > 3 || minor != 0) {
      throw new DataError(
          "%s: version %d.%d of the .npy format; 1.0, 2.0 and 3.0 can be read"
              .formatted(where, major & 0xff, minor & 0xff));
    }
    int width = major == 1 ? Short.BYTES : Integer.BYTES;
    ByteBuffer field = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int there = in.readNBytes(field.array(), 0, width);
    long length = Integer.toUnsignedLong(field.getInt());
    if (length > LONGEST) {
      throw new DataError(
          "%s: its header should have %d bytes; at most %d are read"
              .formatted(where, length, LONGEST));
    }
    byte[] literal = in.readNBytes((int) length);
    if (there < width || literal.length < length) {
      throw new DataError(where + ": ends within its header");
    }
    NpyLiteral said = new NpyLiteral(where, MemorySegment.ofArray(literal));
    said.parse();
    return new NpyHeader(
        where, start.length + width + literal.length, said.descr(), said.fortran(), said.axes());
  }

  /// {@return the elements after the header, their axes in the order of the file}
  Elements elements() {
    ElementType type =
        switch (descr.length() < 2 ? "" : descr.substring(1)) {
          case "f2" -> ElementType.F16;
          case "f4" -> ElementType.F32;
          case "f8" -> ElementType.F64;
          case "i1" -> ElementType.I8;
          case "i2" -> ElementType.I16;
          case "i4" -> ElementType.I32;
          case "i8" -> ElementType.I64;
          case "u1" -> ElementType.U8;
          case "u2" -> ElementType.U16;
          case "u4" -> ElementType.U32;
          case "u8" -> ElementType.U64;
          case "b1" -> ElementType.BOOL;
          default -> null;
        };
    char order = descr.isEmpty() ? 0 : descr.charAt(0);
    if (type == null || !(order == '<' || order == '>' || (order == '|' && type.bytes() == 1))) {
      throw new DataError(
          ("%s: element type %s; f2, f4, f8, i1, i2, i4, i8, u1, u2, u4, u8 and b1 can be read,"
                  + " little- (<) or big-endian (>)")
              .formatted(where, DataError.quoted(descr)));
    }
    return new Elements(
        where,
        type,
        order == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
        Elements.shape(where, fortran ? axes.reversed() : axes));
  }

  /// Checks that the elements have `bytes` bytes, the number that comes after the header.
  void requireBytes(long bytes, Elements elements) {
    if (bytes != elements.bytes()) {
      throw new DataError(
          "%s: %s of %s has %d bytes, %d come after the header"
              .formatted(where, descr, axes, elements.bytes(), bytes));
    }
  }

  /// {@return the shape of [#inOrder(Tensor)]}
  Shape shape() {
    return Elements.shape(where, axes);
  }

  /// {@return the tensor that was read, its axes in the order of the header}
  Tensor inOrder(Tensor read) {
    if (!fortran || read.rank() < 2) {
      return read;
    }
    int last = read.rank() - 1;
    return read.permute(IntStream.rangeClosed(0, last).map(axis -> last - axis).toArray());
  }

  /// {@return the header that `np.save` would write for a tensor, byte for byte}
  static byte[] of(Tensor tensor) {
    String descr =
        switch (tensor.dtype()) {
          case FLOAT32 -> "<f4";
          case FLOAT64 -> "<f8";
          case INT32 -> "<i4";
        };
    Shape shape = tensor.shape();
    String axes =
        IntStream.of(shape.dims()).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    StringBuilder literal = new StringBuilder("{'descr': '").append(descr);
    literal.append("', 'fortran_order': False, 'shape': (").append(axes);
    literal.append(shape.rank() == 1 ? ",), }" : "), }");
    if (shape.rank() > 0) {
      literal.repeat(' ', DIGITS - Integer.toString(shape.dim(0)).length());
    }
    int before = MAGIC.length + 2 + Short.BYTES;
    int length = Math.ceilDiv(before + literal.length() + 1, ALIGNMENT) * ALIGNMENT - before;
    literal.repeat(' ', length - 1 - literal.length()).append('\n');
    return ByteBuffer.allocate(before + length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) length)
        .put(literal.toString().getBytes(StandardCharsets.ISO_8859_1))
        .array();
  }
}
