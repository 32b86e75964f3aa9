package dev.tutti.engine.vector;

import dev.tutti.engine.Workspaces;

/// Working arrays of the kernel that runs on a thread. Their contents are arbitrary at the start of
/// a kernel and are not kept after it; a kernel that calls another uses different slots.
final class Scratch {
  /// Slots of matrix products.
  static final int GEMM = 0;

  /// Slots of convolutions.
  static final int CONV = 4;

  /// Slots of everything else.
  static final int OTHER = 12;

  private static final Workspaces<float[][]> ALL = new Workspaces<>(() -> new float[16][0]);

  private Scratch() {}

  /// Called when a kernel has ended.
  static void done() {
    ALL.done();
  }

  /// {@return this thread's array number `slot`, of at least `length` floats}
  static float[] floats(int slot, int length) {
    float[][] slots = ALL.get();
    if (slots[slot].length < length) {
      slots[slot] = new float[length];
    }
    return slots[slot];
  }

  /// The start of the usable part of an [#aligned] array.
  static final int START = 12;

  /// Arrays of this length are objects of their own region under G1, so that element [#START], 48
  /// bytes after the header of 16, starts a cache line.
  private static final int REGION = 1 << 20;

  /// {@return this thread's array number `slot`, of at least `length` floats from element [#START]
  /// on, which starts a cache line if the collector aligns large objects}
  static float[] aligned(int slot, int length) {
    float[][] slots = ALL.get();
    if (slots[slot].length < length + START) {
      slots[slot] = new float[Math.max(REGION, length + START)];
    }
    return slots[slot];
  }
}
