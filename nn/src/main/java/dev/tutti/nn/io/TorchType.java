package dev.tutti.nn.io;

import java.util.Arrays;

/// The element types of PyTorch by the names that its files have for them: that of a storage,
/// `torch.FloatStorage`, or, for types that came after PyTorch 2.0, that of a dtype,
/// `torch.uint16`.
///
/// Where no tensor has the type, only the size is known.
enum TorchType {
  FLOAT("Float", ElementType.F32),
  DOUBLE("Double", ElementType.F64),
  HALF("Half", ElementType.F16),
  BFLOAT16("BFloat16", ElementType.BF16),
  LONG("Long", ElementType.I64),
  INT("Int", ElementType.I32),
  SHORT("Short", ElementType.I16),
  CHAR("Char", ElementType.I8),
  BYTE("Byte", ElementType.U8),
  BOOL("Bool", ElementType.BOOL),
  COMPLEX_FLOAT("ComplexFloat", ElementType.C64),
  COMPLEX_DOUBLE("ComplexDouble", 16),
  Q_INT8("QInt8", 1),
  Q_UINT8("QUInt8", 1),
  Q_INT32("QInt32", 4),
  Q_UINT4X2("QUInt4x2", 1),
  Q_UINT2X4("QUInt2x4", 1),
  UNTYPED("Untyped", 1),
  UINT16("uint16", ElementType.U16),
  UINT32("uint32", ElementType.U32),
  UINT64("uint64", ElementType.U64),
  FLOAT8_E4M3FN("float8_e4m3fn", ElementType.F8_E4M3),
  FLOAT8_E5M2("float8_e5m2", ElementType.F8_E5M2),
  FLOAT8_E4M3FNUZ("float8_e4m3fnuz", ElementType.F8_E4M3FNUZ),
  FLOAT8_E5M2FNUZ("float8_e5m2fnuz", ElementType.F8_E5M2FNUZ),
  FLOAT8_E8M0FNU("float8_e8m0fnu", ElementType.F8_E8M0);

  private final String label;
  private final ElementType elements;
  private final int bytes;

  TorchType(String label, ElementType elements) {
    this(label, elements, elements.bits() / Byte.SIZE);
  }

  TorchType(String label, int bytes) {
    this(label, null, bytes);
  }

  TorchType(String label, ElementType elements, int bytes) {
    this.label = label;
    this.elements = elements;
    this.bytes = bytes;
  }

  /// {@return the type that tensors are made of, null for none}
  ElementType elements() {
    return elements != null && elements.isRead() ? elements : null;
  }

  /// {@return the size of one element}
  int bytes() {
    return bytes;
  }

  /// {@return the type of the storages of a class, null for one that is not known}
  static TorchType ofStorage(String className) {
    String name = className.substring(className.lastIndexOf('.') + 1).replaceFirst("^_", "");
    return named(name.endsWith("Storage") ? name.substring(0, name.length() - 7) : "");
  }

  /// {@return the type of a dtype that no class of storages has, null for one that is not known}
  static TorchType ofDtype(String dtype) {
    return named(dtype.startsWith("torch.") ? dtype.substring(6) : "");
  }

  private static TorchType named(String name) {
    return Arrays.stream(values()).filter(type -> type.label.equals(name)).findFirst().orElse(null);
  }
}
