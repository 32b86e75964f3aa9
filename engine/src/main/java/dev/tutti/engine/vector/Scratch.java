package dev.tutti.engine.vector;

/// Per-thread working arrays. What a kernel finds in one is garbage; nothing in it outlives the
/// call, and a kernel that calls another uses other slots.
final class Scratch {
  /// Slots of matrix products.
  static final int GEMM = 0;

  /// Slots of convolutions.
  static final int CONV = 4;

  /// Slots of everything else.
  static final int OTHER = 12;

  private static final ThreadLocal<float[][]> OF_THREAD =
      ThreadLocal.withInitial(() -> new float[16][0]);

  private Scratch() {}

  /// {@return this thread's array number `slot`, of at least `length` floats}
  static float[] floats(int slot, int length) {
    float[][] slots = OF_THREAD.get();
    if (slots[slot].length < length) {
      slots[slot] = new float[length];
    }
    return slots[slot];
  }
}
