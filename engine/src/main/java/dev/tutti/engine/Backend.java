package dev.tutti.engine;

/// What runs a primitive on elements. The core reaches kernels only through this interface.
public interface Backend {
  /// {@return the backend's name: `reference` or `vector`}
  String name();

  /// {@return one line on what it is and why it was chosen}
  String why();

  /// Runs a primitive whose shapes and types have been checked.
  ///
  /// @param p the primitive
  /// @param in its inputs; leads broadcast
  /// @param type the output's type
  /// @param out the output's shape
  Array run(Primitive p, Array[] in, DType type, Shape out);

  /// {@return the backend that this JVM uses}
  static Backend active() {
    return Holder.ACTIVE;
  }

  /// Finds the backend once, when it is first needed.
  final class Holder {
    private static final Backend ACTIVE = BackendChoice.make();

    private Holder() {}
  }
}
