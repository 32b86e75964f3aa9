package dev.tutti.nn.io;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.tutti.engine.Array;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.data.DataError;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/// The elements of one tensor as a file holds them: row-major, without gaps.
///
/// @param where file and name of the tensor, for errors
record Elements(String where, ElementType type, ByteOrder order, Shape shape) {
  /// The bytes that are read or written at a time, a multiple of every element's size.
  private static final int PART = 1 << 16;

  /// PyTorch's and NumPy's bound on the axes of a tensor.
  static final int MOST_AXES = 64;

  /// {@return the shape of axes that a header claims}
  ///
  /// @throws DataError when they make more elements than a tensor holds
  static Shape shape(String where, List<Long> axes) {
    int[] dims = new int[axes.size()];
    long elements = 1;
    for (int i = 0; i < dims.length; i++) {
      long dim = axes.get(i);
      // Both factors are below 2³¹, so the product cannot overflow.
      elements = dim > Shape.MAX_SIZE ? Long.MAX_VALUE : elements * dim;
      if (elements > Shape.MAX_SIZE) {
        throw new DataError(
            "%s: shape %s; a tensor holds at most %d elements"
                .formatted(where, axes, Shape.MAX_SIZE));
      }
      dims[i] = (int) dim;
    }
    return Shape.of(dims);
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

  /// {@return the tensor whose elements come next} Memory grows with the bytes that come, not with
  /// those that the shape promises.
  ///
  /// @throws EOFException when fewer come
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

  private Object array(int length) {
    return switch (type.dtype()) {
      case FLOAT32 -> new float[length];
      case FLOAT64 -> new double[length];
      case INT32 -> new int[length];
    };
  }

  private Tensor wrapped(Object values) {
    return switch (type.dtype()) {
      case FLOAT32 -> Array.wrap((float[]) values, shape);
      case FLOAT64 -> Array.wrap((double[]) values, shape);
      case INT32 -> Array.wrap((int[]) values, shape);
    };
  }

  private DataError tooLarge(OutOfMemoryError e) {
    return new DataError(
        "%s: the JVM's %d MB of memory do not hold its %s%s; raise that with -Xmx"
            .formatted(where, Runtime.getRuntime().maxMemory() >> 20, type.dtype(), shape),
        e);
  }

  /// Writes the elements of `tensor`, little-endian, in [ElementType#of] its type.
  static void write(Tensor tensor, OutputStream out) throws IOException {
    switch (tensor.dtype()) {
      case FLOAT32 ->
          write(MemorySegment.ofArray(tensor.toFloats()), JAVA_FLOAT, JAVA_FLOAT_UNALIGNED, out);
      case FLOAT64 ->
          write(MemorySegment.ofArray(tensor.toDoubles()), JAVA_DOUBLE, JAVA_DOUBLE_UNALIGNED, out);
      case INT32 ->
          write(MemorySegment.ofArray(tensor.toInts()), JAVA_INT, JAVA_INT_UNALIGNED, out);
    }
  }

  private static void write(
      MemorySegment from, ValueLayout here, ValueLayout there, OutputStream out)
      throws IOException {
    byte[] part = new byte[(int) Math.min(from.byteSize(), PART)];
    MemorySegment to = MemorySegment.ofArray(part);
    for (long at = 0; at < from.byteSize(); at += part.length) {
      int bytes = (int) Math.min(part.length, from.byteSize() - at);
      MemorySegment.copy(
          from, here, at, to, there.withOrder(ByteOrder.LITTLE_ENDIAN), 0, bytes / here.byteSize());
      out.write(part, 0, bytes);
    }
  }
}
