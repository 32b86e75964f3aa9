package dev.tutti.engine.reference;

/// Per-thread working arrays of the kernels that copy an operand to one array per row. What a kernel
/// finds in them is garbage; nothing in them outlives the call.
final class Scratch {
  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  private float[][] rows = new float[0][];
  private float[][] sums = new float[2][0];

  private Scratch() {}

  /// {@return `count` arrays of at least `length` floats}
  static float[][] rows(int count, int length) {
    Scratch s = OF_THREAD.get();
    if (s.rows.length < count || s.rows.length > 0 && s.rows[0].length < length) {
      int longer = Math.max(length, s.rows.length > 0 ? s.rows[0].length : 0);
      s.rows = new float[Math.max(count, s.rows.length)][longer];
    }
    return s.rows;
  }

  /// {@return two arrays of at least `length` floats, other ones than [#rows]}
  static float[][] sums(int length) {
    Scratch s = OF_THREAD.get();
    if (s.sums[0].length < length) {
      s.sums = new float[2][length];
    }
    return s.sums;
  }
}
