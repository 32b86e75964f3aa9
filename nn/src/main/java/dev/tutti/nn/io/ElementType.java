package dev.tutti.nn.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.tutti.engine.DType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.Collectors;

/// The element types that files hold, by the names that safetensors 0.8 gives them, and the
/// tensor's type that each becomes.
///
/// No value changes: narrow floats widen exactly, subnormals and NaN payloads included, and an
/// integer that int32 does not hold is an error. Truth values become 0 and 1. For types that no
/// tensor has, only the size is known.
enum ElementType {
  F16(16, DType.FLOAT32),
  BF16(16, DType.FLOAT32),
  F32(32, DType.FLOAT32),
  F64(64, DType.FLOAT64),
  I8(8, DType.INT32),
  U8(8, DType.INT32),
  I16(16, DType.INT32),
  U16(16, DType.INT32),
  I32(32, DType.INT32),
  U32(32, DType.INT32),
  I64(64, DType.INT32),
  U64(64, DType.INT32),
  BOOL(8, DType.INT32),
  F4(4, null),
  F6_E2M3(6, null),
  F6_E3M2(6, null),
  F8_E4M3(8, null),
  F8_E5M2(8, null),
  F8_E8M0(8, null),
  F8_E4M3FNUZ(8, null),
  F8_E5M2FNUZ(8, null),
  C64(64, null);

  /// The elements that are converted at a time.
  private static final int PART = 1 << 13;

  private final int bits;
  private final int bytes;
  private final DType dtype;

  ElementType(int bits, DType dtype) {
    this.bits = bits;
    this.bytes = bits / Byte.SIZE;
    this.dtype = dtype;
  }

  /// {@return the size of one element in the file}
  int bits() {
    return bits;
  }

  /// {@return the size of one element of a type that is read}
  int bytes() {
    return bytes;
  }

  /// {@return whether tensors are made of it}
  boolean isRead() {
    return dtype != null;
  }

  /// {@return the type of the tensor}
  DType dtype() {
    return dtype;
  }

  /// {@return the type in which a tensor is written, as it is}
  static ElementType of(DType type) {
    return switch (type) {
      case FLOAT32 -> F32;
      case FLOAT64 -> F64;
      case INT32 -> I32;
    };
  }

  /// {@return the type of that name, null for none}
  static ElementType named(String name) {
    return Arrays.stream(values())
        .filter(type -> type.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  /// {@return the names of the types that are read, for messages}
  static String all() {
    return Arrays.stream(values())
        .filter(ElementType::isRead)
        .map(Enum::name)
        .collect(Collectors.joining(", "))
        .replace(", BOOL", " and BOOL");
  }

  /// Puts the elements of `from` into `to`, an array of the tensor's type, from place `at` on.
  ///
  /// @param where file and name, for errors
  void decode(MemorySegment from, ByteOrder order, Object to, int at, String where) {
    int count = Math.toIntExact(from.byteSize() / bytes);
    switch (this) {
      case F32 -> MemorySegment.copy(from, JAVA_FLOAT_UNALIGNED.withOrder(order), 0, to, at, count);
      case F64 ->
          MemorySegment.copy(from, JAVA_DOUBLE_UNALIGNED.withOrder(order), 0, to, at, count);
      case I32, U32 -> {
        MemorySegment.copy(from, JAVA_INT_UNALIGNED.withOrder(order), 0, to, at, count);
        if (this == U32) {
          requireSigned((int[]) to, at, count, where);
        }
      }
      default -> {
        for (int i = 0; i < count; i += PART) {
          int n = Math.min(PART, count - i);
          MemorySegment part = from.asSlice((long) i * bytes, (long) n * bytes);
          switch (bytes) {
            case 1 -> fromBytes(part, n, (int[]) to, at + i, where);
            case 2 -> fromShorts(part, order, n, to, at + i);
            default -> fromLongs(part, order, n, (int[]) to, at + i, where);
          }
        }
      }
    }
  }

  private void fromBytes(MemorySegment part, int n, int[] to, int at, String where) {
    byte[] raw = new byte[n];
    MemorySegment.copy(part, JAVA_BYTE, 0, raw, 0, n);
    int mask = this == I8 ? -1 : 0xff;
    for (int i = 0; i < n; i++) {
      to[at + i] = raw[i] & mask;
      if (this == BOOL && (raw[i] & ~1) != 0) {
        throw new DataError(
            "%s: element %d is %d, which is not a truth value"
                .formatted(where, at + i, to[at + i]));
      }
    }
  }

  private void fromShorts(MemorySegment part, ByteOrder order, int n, Object to, int at) {
    short[] raw = new short[n];
    MemorySegment.copy(part, JAVA_SHORT_UNALIGNED.withOrder(order), 0, raw, 0, n);
    if (to instanceof float[] floats) {
      for (int i = 0; i < n; i++) {
        floats[at + i] = Float.intBitsToFloat(this == BF16 ? raw[i] << 16 : bitsOfHalf(raw[i]));
      }
    } else {
      int[] ints = (int[]) to;
      int mask = this == I16 ? -1 : 0xffff;
      for (int i = 0; i < n; i++) {
        ints[at + i] = raw[i] & mask;
      }
    }
  }

  /// The float32 of a float16, bit by bit: [Float#float16ToFloat] may or may not make a signalling
  /// NaN a quiet one, depending on the processor.
  private static int bitsOfHalf(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = half >> 10 & 0x1f;
    int fraction = half & 0x3ff;
    int magnitude =
        switch (exponent) {
          case 0 -> Float.floatToRawIntBits(fraction * 0x1p-24f);
          case 0x1f -> 0x7f800000 | fraction << 13;
          default -> exponent + (127 - 15) << 23 | fraction << 13;
        };
    return sign | magnitude;
  }

  private void fromLongs(
      MemorySegment part, ByteOrder order, int n, int[] to, int at, String where) {
    long[] raw = new long[n];
    MemorySegment.copy(part, JAVA_LONG_UNALIGNED.withOrder(order), 0, raw, 0, n);
    for (int i = 0; i < n; i++) {
      to[at + i] = (int) raw[i];
      if (raw[i] != to[at + i] || (this == U64 && raw[i] < 0)) {
        throw tooLarge(
            where, at + i, this == U64 ? Long.toUnsignedString(raw[i]) : Long.toString(raw[i]));
      }
    }
  }

  private static void requireSigned(int[] values, int at, int count, String where) {
    for (int i = at; i < at + count; i++) {
      if (values[i] < 0) {
        throw tooLarge(where, i, Integer.toUnsignedString(values[i]));
      }
    }
  }

  private static DataError tooLarge(String where, int element, String value) {
    return new DataError(
        "%s: element %d is %s, which int32 does not hold".formatted(where, element, value));
  }
}
