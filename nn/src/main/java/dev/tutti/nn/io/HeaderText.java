package dev.tutti.nn.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/// A place in the text of a file's header, byte by byte, and the steps that both of our headers are
/// read in: JSON's and Python's literals have spaces, punctuation and whole numbers in common.
final class HeaderText {
  /// What [#peek] returns after the end of the text.
  static final int END = -1;

  private final String where;
  private final MemorySegment text;
  private long at;

  /// @param where the file, for errors
  HeaderText(String where, MemorySegment text) {
    this.where = where;
    this.text = text;
  }

  /// {@return the byte at this place, or [#END]}
  int peek() {
    return at < text.byteSize() ? text.get(JAVA_BYTE, at) & 0xff : END;
  }

  /// {@return the byte at this place, from which the place moves on, or [#END]}
  int read() {
    int c = peek();
    at += c == END ? 0 : 1;
    return c;
  }

  /// {@return this place}
  long at() {
    return at;
  }

  /// {@return the bytes from one place to another}
  byte[] bytes(long from, long to) {
    return text.asSlice(from, to - from).toArray(JAVA_BYTE);
  }

  void space() {
    for (int c = peek(); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = peek()) {
      at++;
    }
  }

  /// {@return whether `c` follows, after spaces; if so it is read}
  boolean next(char c) {
    space();
    boolean there = peek() == c;
    at += there ? 1 : 0;
    return there;
  }

  void expect(char c) {
    if (!next(c)) {
      throw broken("'" + c + "' was expected");
    }
  }

  /// Reads a word that must be here, such as `null`.
  void expect(String word) {
    for (char c : word.toCharArray()) {
      if (read() != c) {
        throw broken(word + " was expected");
      }
    }
  }

  void expectEnd() {
    space();
    if (peek() != END) {
      throw broken("text after the header's last brace");
    }
  }

  /// {@return a whole number without sign, point, exponent or leading zeros}
  long number() {
    space();
    long start = at;
    boolean zero = peek() == '0';
    long value = 0;
    for (int digit = peek() - '0'; digit >= 0 && digit <= 9; digit = peek() - '0') {
      at++;
      if (value > (Long.MAX_VALUE - digit) / 10) {
        throw broken("a number beyond 64 bits");
      }
      value = 10 * value + digit;
    }
    if (at == start || (zero && at > start + 1)) {
      throw broken("a whole number was expected");
    }
    return value;
  }

  void requireNew(String name, boolean known) {
    if (known) {
      throw broken(DataError.quoted(name) + " appears twice");
    }
  }

  /// {@return an error about this place}
  DataError broken(String what) {
    return new DataError("%s: header, byte %d: %s".formatted(where, at, what));
  }
}
