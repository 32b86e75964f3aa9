package dev.tutti.engine.vector;

/// The scratch arrays of the kernels other than products and convolutions. Kernels of different
/// primitives share slots, since none runs inside another; those that call [Runs] do not use
/// [#PAD].
final class Slots {
  static final int FIRST = Scratch.OTHER;
  static final int SECOND = Scratch.OTHER + 1;
  static final int THIRD = Scratch.OTHER + 2;

  /// The padded copies of runs shorter than a vector.
  static final int PAD = Scratch.OTHER + 3;

  private Slots() {}
}
