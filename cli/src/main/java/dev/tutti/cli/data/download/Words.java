package dev.tutti.cli.data.download;

import java.time.Duration;
import java.util.Locale;

/// Quantities as users read them.
public final class Words {
  private Words() {}

  /// {@return `4,542 bytes`}
  public static String bytes(long count) {
    return String.format(Locale.ROOT, "%,d bytes", count);
  }

  /// {@return `9.9 MB`, of a million bytes each, or the bytes if they are few}
  public static String size(long bytes) {
    return bytes < 100_000 ? bytes(bytes) : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  /// {@return `20 s` or `250 ms`}
  static String time(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
  }
}
