package dev.tutti.engine.reference;

import dev.tutti.engine.Workspaces;
import java.util.Arrays;

/// Working arrays of the kernels that copy an operand to one array per row. Their contents are
/// arbitrary at the start of a kernel and are not kept after it.
final class Scratch {
  private static final Workspaces<Scratch> ALL = new Workspaces<>(Scratch::new);

  private float[][] rows = new float[0][];
  private float[][] planes = new float[0][];
  private float[][] sums = new float[2][0];

  private Scratch() {}

  /// Called when a kernel has ended.
  static void done() {
    ALL.done();
  }

  /// {@return `count` arrays of at least `length` floats}
  static float[][] rows(int count, int length) {
    Scratch s = ALL.get();
    s.rows = grown(s.rows, count, length);
    return s.rows;
  }

  /// {@return `count` arrays of at least `length` floats, different from [#rows]}
  static float[][] planes(int count, int length) {
    Scratch s = ALL.get();
    s.planes = grown(s.planes, count, length);
    return s.planes;
  }

  /// Arrays grow one by one, so that memory follows the requested lengths, not the product of their
  /// maxima.
  private static float[][] grown(float[][] arrays, int count, int length) {
    float[][] grown = arrays.length >= count ? arrays : Arrays.copyOf(arrays, count);
    for (int i = 0; i < count; i++) {
      if (grown[i] == null || grown[i].length < length) {
        grown[i] = new float[length];
      }
    }
    return grown;
  }

  /// {@return two arrays of at least `length` floats, different from [#rows]}
  static float[][] sums(int length) {
    Scratch s = ALL.get();
    if (s.sums[0].length < length) {
      s.sums = new float[2][length];
    }
    return s.sums;
  }
}
