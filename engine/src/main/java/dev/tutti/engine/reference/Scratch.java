package dev.tutti.engine.reference;

/// Per-thread working arrays of the kernels that copy an operand to one array per row. What a
/// kernel finds in them is garbage; nothing in them outlives the call.
final class Scratch {
  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  private float[][] rows = new float[0][];
  private float[][] planes = new float[0][];
  private float[][] sums = new float[2][0];

  private Scratch() {}

  /// {@return `count` arrays of at least `length` floats}
  static float[][] rows(int count, int length) {
    Scratch s = OF_THREAD.get();
    s.rows = grown(s.rows, count, length);
    return s.rows;
  }

  /// {@return `count` arrays of at least `length` floats, other ones than [#rows]}
  static float[][] planes(int count, int length) {
    Scratch s = OF_THREAD.get();
    s.planes = grown(s.planes, count, length);
    return s.planes;
  }

  private static float[][] grown(float[][] arrays, int count, int length) {
    int now = arrays.length == 0 ? 0 : arrays[0].length;
    return arrays.length >= count && now >= length
        ? arrays
        : new float[Math.max(count, arrays.length)][Math.max(length, now)];
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
