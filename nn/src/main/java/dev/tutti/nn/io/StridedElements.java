package dev.tutti.nn.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.tutti.engine.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// The elements of one tensor that lie apart in a file, as those of a transposed matrix do: the
/// element at `[i, j, …]` is at place `i · strides[0] + j · strides[1] + …`.
record StridedElements(Elements elements, List<Long> strides) {
  /// {@return the tensor whose first element is the first of `from`}
  Tensor read(MemorySegment from) {
    int[] dims = elements.shape().dims();
    long[] steps = strides.stream().mapToLong(Long::longValue).toArray();
    int width = elements.type().bytes();
    int size = elements.shape().size();
    int[] index = new int[dims.length];
    long place = 0;
    try {
      Object values = elements.array(size);
      byte[] part = new byte[(int) Math.min(elements.bytes(), Elements.PART)];
      MemorySegment gathered = MemorySegment.ofArray(part);
      int count;
      for (int at = 0; at < size; at += count) {
        count = Math.min(part.length / width, size - at);
        for (int i = 0; i < count; i++) {
          MemorySegment.copy(from, JAVA_BYTE, place * width, part, i * width, width);
          for (int axis = dims.length - 1; axis >= 0; axis--) {
            place += steps[axis];
            if (++index[axis] < dims[axis]) {
              break;
            }
            place -= steps[axis] * dims[axis];
            index[axis] = 0;
          }
        }
        elements
            .type()
            .decode(
                gathered.asSlice(0, (long) count * width),
                elements.order(),
                values,
                at,
                elements.where());
      }
      return elements.wrapped(values);
    } catch (OutOfMemoryError e) {
      throw elements.tooLarge(e);
    }
  }
}
