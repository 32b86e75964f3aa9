package dev.tutti.nn.data;

/// The bound on what a reader loads: three quarters of the memory that the JVM may use. A set
/// beyond it is refused with one line, before the JVM runs out of memory somewhere else.
public final class Memory {
  /// The memory of an array of bytes or floats in addition to its elements: header, padding,
  /// reference.
  static final long ARRAY_OVERHEAD = 28;

  private Memory() {}

  /// Throws the error if `bytes` are more than the JVM can spare for `what`.
  public static void check(String what, long bytes) {
    check(what, bytes, Runtime.getRuntime().maxMemory());
  }

  static void check(String what, long bytes, long available) {
    if (bytes > available / 4 * 3) {
      throw new DataError(
          "%s: needs %d MB of memory, the JVM may use %d MB in all; raise that with -Xmx"
              .formatted(what, bytes >> 20, available >> 20));
    }
  }
}
