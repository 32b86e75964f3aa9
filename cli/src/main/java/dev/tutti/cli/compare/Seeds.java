package dev.tutti.cli.compare;

import dev.tutti.engine.Key;

/// The random streams of a comparison, children of one seed. Every stream has a purpose, none a
/// method's place in the list, so a method's result does not depend on which others run.
record Seeds(Key root) {
  /// What is drawn or split by a seed.
  enum Data {
    TRAIN,
    TEST,
    OOD,
    SPLIT,
    VALIDATION
  }

  static Seeds of(long seed) {
    return new Seeds(Key.of(seed));
  }

  /// {@return the 64-bit seed of drawn or split data}
  long data(Data what) {
    int[] bits = root.fold(0).fold(what.ordinal()).bits().toInts();
    return (long) bits[0] << 32 | (bits[1] & 0xffff_ffffL);
  }

  /// {@return the key of the batches' order, the same for all methods}
  Key batches() {
    return root.fold(1);
  }

  /// {@return the key whose child `m` initialises member `m` of the deep ensemble; the single
  /// network is member 0, and so is the one inside the BatchEnsemble}
  Key networks() {
    return root.fold(2);
  }

  /// {@return the key of what a sweep tries}
  Key search() {
    return root.fold(6);
  }

  /// {@return a method's own key: of the packed ensemble's weights, the BatchEnsemble's factors}
  Key own(Method method) {
    if (method == Methods.PACKED) {
      return root.fold(3);
    }
    return method == Methods.BATCH ? root.fold(4) : root.fold(5).fold(method.label().hashCode());
  }
}
