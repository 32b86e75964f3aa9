package dev.tutti.nn.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.Checksum;

/// The elements of one tensor as a file holds them: row-major, without gaps.
///
/// @param where file and name of the tensor, for errors
record Elements(String where, ElementType type, ByteOrder order, Shape shape) {
  /// The bytes that are read or written at a time, a multiple of every element's size.
  static final int PART = 1 << 16;

  /// PyTorch's and NumPy's bound on the axes of a tensor.
  static final int MOST_AXES = 64;

  /// {@return the shape of axes that a header claims}
  ///
  /// @throws DataError if they make more elements than a tensor holds
  static Shape shape(String where, List<Long> axes) {
    if (!fits(axes)) {
      throw new DataError(where + ": " + tooLarge(axes));
    }
    return Shape.of(axes.stream().mapToInt(Long::intValue).toArray());
  }

  /// {@return whether a tensor holds this many elements}
  static boolean fits(List<Long> axes) {
    long elements = 1;
    for (long dim : axes) {
      // Both factors are below 2³¹, so the product cannot overflow.
      elements = dim > Shape.MAX_SIZE ? Long.MAX_VALUE : elements * dim;
      if (elements > Shape.MAX_SIZE) {
        return false;
      }
    }
    return true;
  }

  static String tooLarge(List<Long> axes) {
    return "shape %s; a tensor holds at most %d elements".formatted(axes, Shape.MAX_SIZE);
  }

  /// {@return the bytes of all elements}
  long bytes() {
    return (long) shape.size() * type.bytes();
  }

  /// {@return the bytes of the tensor}
  long tensorBytes() {
    return (long) shape.size() * type.dtype().bytes();
  }

  /// {@return the tensor whose elements are these [#bytes] bytes}
  Tensor read(MemorySegment from) {
    try {
      Object values = array(shape.size());
      type.decode(from, order, values, 0, where);
      return wrapped(values);
    } catch (OutOfMemoryError e) {
      throw tooLarge(e);
    }
  }

  /// As [#read], adding the bytes to `sum`: those that the tensor is made of, whatever happens to
  /// the file meanwhile. They are copied to the heap first, since the JVM crashes if a checksum is
  /// computed from a mapped file that has become shorter.
  Tensor read(MemorySegment from, Checksum sum) {
    try {
      Object values = array(shape.size());
      byte[] part = new byte[(int) Math.min(bytes(), PART)];
      for (long at = 0; at < bytes(); at += part.length) {
        int count = (int) Math.min(part.length, bytes() - at);
        MemorySegment.copy(from, JAVA_BYTE, at, part, 0, count);
        sum.update(part, 0, count);
        MemorySegment copied = MemorySegment.ofArray(part).asSlice(0, count);
        type.decode(copied, order, values, Math.toIntExact(at / type.bytes()), where);
      }
      return wrapped(values);
    } catch (OutOfMemoryError e) {
      throw tooLarge(e);
    }
  }

  /// {@return the tensor whose elements come next} Memory grows with the bytes that come, not with
  /// those that the shape promises.
  ///
  /// @throws EOFException if fewer come
  Tensor read(InputStream in) throws IOException {
    int size = shape.size();
    byte[] part = new byte[(int) Math.min(bytes(), PART)];
    try {
      Object values = array(Math.min(size, PART));
      int length = Math.min(size, PART);
      for (int at = 0; at < size; ) {
        int count = Math.min(size - at, part.length / type.bytes());
        if (at + count > length) {
          length = (int) Math.min(size, 2L * length);
          Object longer = array(length);
          System.arraycopy(values, 0, longer, 0, at);
          values = longer;
        }
        int bytes = count * type.bytes();
        if (in.readNBytes(part, 0, bytes) < bytes) {
          throw new EOFException();
        }
        type.decode(MemorySegment.ofArray(part).asSlice(0, bytes), order, values, at, where);
        at += count;
      }
      return wrapped(values);
    } catch (OutOfMemoryError e) {
      throw tooLarge(e);
    }
  }

  Object array(int length) {
    return switch (type.dtype()) {
      case FLOAT32 -> new float[length];
      case FLOAT64 -> new double[length];
      case INT32 -> new int[length];
    };
  }

  Tensor wrapped(Object values) {
    return switch (type.dtype()) {
      case FLOAT32 -> Array.wrap((float[]) values, shape);
      case FLOAT64 -> Array.wrap((double[]) values, shape);
      case INT32 -> Array.wrap((int[]) values, shape);
    };
  }

  DataError tooLarge(OutOfMemoryError e) {
    return new DataError(
        "%s: the JVM's %d MB of memory do not hold its %s%s; raise that with -Xmx"
            .formatted(where, Runtime.getRuntime().maxMemory() >> 20, type.dtype(), shape),
        e);
  }

  /// Writes the elements of `tensor`, little-endian, in [ElementType#of] its type.
  static void write(Tensor tensor, OutputStream out) throws IOException {
    ValueLayout bits = tensor.dtype() == DType.FLOAT64 ? JAVA_LONG_UNALIGNED : JAVA_INT_UNALIGNED;
    MemorySegment from = values(tensor);
    byte[] part = new byte[(int) Math.min(from.byteSize(), PART)];
    MemorySegment to = MemorySegment.ofArray(part);
    for (long at = 0; at < from.byteSize(); at += part.length) {
      long bytes = Math.min(part.length, from.byteSize() - at);
      MemorySegment.copy(
          from, bits, at, to, bits.withOrder(ByteOrder.LITTLE_ENDIAN), 0, bytes / bits.byteSize());
      out.write(part, 0, (int) bytes);
    }
  }

  /// The elements in this machine's byte order: an [Array]'s own, not a copy.
  private static MemorySegment values(Tensor tensor) {
    MemorySegment all =
        switch (tensor.dtype()) {
          case FLOAT32 ->
              MemorySegment.ofArray(tensor instanceof Array a ? a.floats() : tensor.toFloats());
          case FLOAT64 ->
              MemorySegment.ofArray(tensor instanceof Array a ? a.doubles() : tensor.toDoubles());
          case INT32 ->
              MemorySegment.ofArray(tensor instanceof Array a ? a.ints() : tensor.toInts());
        };
    long bytes = tensor.dtype().bytes();
    long first = tensor instanceof Array a ? a.offset() : 0;
    return all.asSlice(first * bytes, tensor.size() * bytes);
  }
}
