package dev.tutti.engine;

import java.util.Locale;

/// The element type of a tensor.
///
/// `FLOAT32` is what models use, `INT32` holds labels, indices and random keys, `FLOAT64` exists
/// for gradient checks and runs on the reference backend only. Masks are floats, 0 or 1.
public enum DType {
  FLOAT32(4),
  FLOAT64(8),
  INT32(4);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /// {@return the size of one element in bytes}
  public int bytes() {
    return bytes;
  }

  /// {@return whether values of this type can carry a gradient}
  public boolean isFloat() {
    return this != INT32;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
