package dev.tutti.nn.data.read;

import java.util.regex.Pattern;

/// Numbers as tables write them: `[+-]digits[.digits][e[+-]digits]`, with a digit before or after
/// the point. Java's own parser takes more: NaN, Infinity, `1f`, `0x1p3`.
final class Decimals {
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,18}");
  private static final Pattern COMMA = Pattern.compile("[+-]?[0-9.]*,[0-9]+([eE][+-]?[0-9]+)?");

  private Decimals() {}

  /// Whether `text` is a whole number that a `long` holds for certain.
  static boolean isInteger(String text) {
    return INTEGER.matcher(text).matches();
  }

  /// Whether `text` is a number with a comma for the point.
  static boolean hasComma(String text) {
    return COMMA.matcher(text).matches();
  }

  /// The value of `text` if it has one to nine digits and nothing else, else −1.
  static int small(String text) {
    int length = text.length();
    return length > 0 && length <= 9 && digits(text, 0) == length ? Integer.parseInt(text) : -1;
  }

  static boolean isNumber(String text) {
    int length = text.length();
    int i = length > 0 && isSign(text.charAt(0)) ? 1 : 0;
    int whole = digits(text, i);
    i += whole;
    int fraction = 0;
    if (i < length && text.charAt(i) == '.') {
      fraction = digits(text, i + 1);
      i += 1 + fraction;
    }
    if (whole + fraction == 0) {
      return false;
    }
    if (i < length && (text.charAt(i) == 'e' || text.charAt(i) == 'E')) {
      i += i + 1 < length && isSign(text.charAt(i + 1)) ? 2 : 1;
      int exponent = digits(text, i);
      if (exponent == 0) {
        return false;
      }
      i += exponent;
    }
    return i == length;
  }

  private static boolean isSign(char c) {
    return c == '+' || c == '-';
  }

  private static int digits(String text, int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
      i++;
    }
    return i - from;
  }
}
