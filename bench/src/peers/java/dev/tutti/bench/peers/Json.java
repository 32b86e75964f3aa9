package dev.tutti.bench.peers;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// The little JSON that results need.
final class Json {
  private Json() {}

  /// {@return `s` in quotes}
  static String text(String s) {
    StringBuilder out = new StringBuilder("\"");
    for (char c : s.toCharArray()) {
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        default -> out.append(c < ' ' ? "\\u%04x".formatted((int) c) : String.valueOf(c));
      }
    }
    return out.append('"').toString();
  }

  /// {@return `x` with this many decimals, `null` when it is not a number}
  static String number(double x, int decimals) {
    return Double.isFinite(x)
        ? BigDecimal.valueOf(x).setScale(decimals, RoundingMode.HALF_UP).toPlainString()
        : "null";
  }
}
