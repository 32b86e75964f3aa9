package dev.tutti.nn.data;

import java.nio.file.Path;

/// The memory that the reading of one file has taken so far. A file that asks for more than the JVM
/// can spare is refused when the bound is passed, not when the memory is used up.
final class Charge {
  private static final long STEP = 1 << 18;

  private final Path file;
  private long bytes;
  private long checked;

  Charge(Path file) {
    this.file = file;
  }

  /// Adds `more` bytes before they are taken.
  void add(long more) {
    bytes += more;
    if (bytes > checked) {
      Memory.check(file.toString(), bytes);
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
