package dev.tutti.nn.data.read;

import dev.tutti.nn.io.Memory;

/// The memory that the reading of one file or folder has taken so far. A file that asks for more
/// than the JVM can spare is refused when the bound is passed, not when the memory is used up.
final class Charge {
  private static final long STEP = 1 << 18;

  private final String shown;
  private long bytes;
  private long checked;

  /// @param shown what messages call the file
  Charge(String shown) {
    this.shown = shown;
  }

  /// Adds `more` bytes before they are taken.
  void add(long more) {
    bytes += more;
    if (bytes > checked) {
      Memory.check(shown, bytes);
      checked = bytes + STEP;
    }
  }

  /// Takes off `fewer` bytes that were added and are held no longer.
  void release(long fewer) {
    bytes -= fewer;
  }

  /// The bytes of a text of `length` characters, its object and the reference to it.
  static long text(int length) {
    return 64 + 2L * length;
  }
}
