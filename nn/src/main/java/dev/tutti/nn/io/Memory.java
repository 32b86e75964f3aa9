package dev.tutti.nn.io;

/// The bound on what a reader loads: three quarters of the memory that the JVM may use. A set
/// beyond it is refused with one line, before the JVM runs out of memory somewhere else.
public final class Memory {
  /// The memory of an array of bytes or floats in addition to its elements: header, padding,
  /// reference.
  public static final long ARRAY_OVERHEAD = 28;

  /// G1, the usual collector, cuts the heap into this many regions or a few less or more.
  private static final long REGIONS = 2048;

  private Memory() {}

  /// {@return the memory of an array with that many bytes of elements}
  ///
  /// An array of half a G1 region or more has whole regions for itself.
  public static long array(long elements) {
    long bytes = elements + ARRAY_OVERHEAD;
    long most = Runtime.getRuntime().maxMemory() / REGIONS;
    long region = Math.clamp(Long.highestOneBit(most), 1 << 20, 32 << 20);
    return bytes < region / 2 ? bytes : Math.ceilDiv(bytes, region) * region;
  }

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
