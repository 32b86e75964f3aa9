package dev.tutti.nn.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.tutti.nn.io.PickleValue.Unbuilt;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// A place in the bytes of a pickle, the numbers and texts that begin there, and the memory that
/// its values have taken so far.
final class PickleInput {
  /// The memory of a value: an object, its place in a list and in the memo.
  private static final int VALUE_BYTES = 96;

  private static final int LONGEST_LINE = 1_000;
  private static final int LONGEST_NUMBER = 255;

  private final String where;
  private final MemorySegment bytes;
  private final long mostMemory = Runtime.getRuntime().maxMemory() / 4;
  private long memory;
  private long at;

  /// @param where the file, for errors
  PickleInput(String where, MemorySegment bytes) {
    this.where = where;
    this.bytes = bytes;
  }

  /// {@return the next byte's place}
  long at() {
    return at;
  }

  /// Counts the memory of a value, and that of its `more` bytes.
  void charge(long more) {
    memory += VALUE_BYTES + more;
    if (memory > mostMemory) {
      throw broken("needs more than %d MB of memory".formatted(mostMemory >> 20));
    }
  }

  /// {@return the place of the next `count` bytes, behind which this place moves}
  long take(long count) {
    if (count < 0 || count > bytes.byteSize() - at) {
      throw broken("ends too early");
    }
    at += count;
    return at - count;
  }

  int u8() {
    return bytes.get(JAVA_BYTE, take(1)) & 0xff;
  }

  /// A little-endian number of at most 8 bytes, with a sign.
  long number(int count) {
    long from = take(count);
    if (count == Long.BYTES) {
      return bytes.get(JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), from);
    }
    long value = bytes.get(JAVA_BYTE, from + count - 1);
    for (int i = count - 2; i >= 0; i--) {
      value = value << Byte.SIZE | bytes.get(JAVA_BYTE, from + i) & 0xff;
    }
    return value;
  }

  /// The same without a sign; eight bytes with their highest bit set are more than any file has.
  long length(int count) {
    long value = number(count);
    return count == Long.BYTES ? value : value & (1L << Byte.SIZE * count) - 1;
  }

  /// {@return a whole number of `count` bytes, a `Long` if that holds it}
  Object integer(long count) {
    if (count > LONGEST_NUMBER) {
      throw broken("a whole number of %d bytes".formatted(count));
    }
    byte[] digits = new byte[(int) count + 1]; // big-endian, with a sign
    long from = take(count);
    for (int i = 0; i < count; i++) {
      digits[digits.length - 1 - i] = bytes.get(JAVA_BYTE, from + i);
    }
    digits[0] = (byte) (count > 0 && digits[1] < 0 ? -1 : 0);
    BigInteger value = new BigInteger(digits);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  /// A text; what is not in UTF-8 is none (Python 2 had no other type for bytes).
  Object text(long count) {
    long from = take(count);
    charge(4 * count);
    try {
      byte[] utf8 = bytes.asSlice(from, count).toArray(JAVA_BYTE);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      return new Unbuilt("bytes");
    }
  }

  /// {@return the characters before the next line break}
  String line() {
    StringBuilder line = new StringBuilder();
    for (int c = u8(); c != '\n'; c = u8()) {
      line.append((char) c);
      if (line.length() > LONGEST_LINE) {
        throw broken("a name of more than %d characters".formatted(LONGEST_LINE));
      }
    }
    charge(2L * line.length());
    return line.toString();
  }

  /// {@return an error about this place}
  DataError broken(String what) {
    return new DataError("%s: pickle, byte %d: %s".formatted(where, at, what));
  }
}
