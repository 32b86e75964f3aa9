package dev.tutti.nn.io;

import dev.tutti.nn.data.DataError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The JSON of a safetensors header (RFC 8259), and no other: an object whose members are
/// `__metadata__`, an object of texts, and tensors, objects of `dtype`, `shape` and `data_offsets`.
///
/// Strict: no name twice, no member that the format does not know, numbers without sign, point,
/// exponent or leading zero, nothing but spaces behind the object. The grammar has no recursion, so
/// no header can exhaust the stack.
final class SafeTensorsJson {
  /// What the header says of a tensor, unchecked.
  record Claim(String name, String dtype, List<Long> shape, long begin, long end) {}

  private final Path file;
  private final String text;
  private final Map<String, Claim> claims = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private int at;

  SafeTensorsJson(Path file, String text) {
    this.file = file;
    this.text = text;
  }

  List<Claim> claims() {
    return new ArrayList<>(claims.values());
  }

  Map<String, String> metadata() {
    return metadata;
  }

  /// A member of an object, its name and the colon read.
  private interface Member {
    void read(String name);
  }

  /// Reads all of the text.
  void parse() {
    if (text.isEmpty() || text.charAt(0) != '{') {
      throw broken("the header begins with no '{'");
    }
    boolean[] described = {false};
    object(name -> {
      if (name.equals(SafeTensors.METADATA)) {
        requireNew(name, described[0]);
        described[0] = true;
        object(key -> {
          requireNew(key, metadata.containsKey(key));
          metadata.put(key, string());
        });
      } else {
        requireNew(name, claims.containsKey(name));
        claims.put(name, claim(name));
      }
    });
    space();
    if (at < text.length()) {
      throw broken("text behind the header's object");
    }
  }

  private void requireNew(String name, boolean known) {
    if (known) {
      throw broken(quoted(name) + " stands there twice");
    }
  }

  private Claim claim(String tensor) {
    String[] dtype = {null};
    List<List<Long>> lists = new ArrayList<>();
    lists.add(null);
    lists.add(null);
    object(name -> {
      switch (name) {
        case "dtype" -> {
          requireNew(name, dtype[0] != null);
          dtype[0] = string();
        }
        case "shape", "data_offsets" -> {
          int index = name.equals("shape") ? 0 : 1;
          requireNew(name, lists.get(index) != null);
          lists.set(index, numbers());
        }
        default -> throw broken("a tensor has no " + quoted(name));
      }
    });
    List<Long> offsets = lists.get(1);
    if (dtype[0] == null || lists.get(0) == null || offsets == null || offsets.size() != 2) {
      throw broken("tensor " + quoted(tensor) + " needs a dtype, a shape and two data_offsets");
    }
    return new Claim(tensor, dtype[0], lists.get(0), offsets.get(0), offsets.get(1));
  }

  private void object(Member member) {
    expect('{');
    if (next('}')) {
      return;
    }
    do {
      String name = string();
      expect(':');
      member.read(name);
    } while (next(','));
    expect('}');
  }

  private List<Long> numbers() {
    List<Long> numbers = new ArrayList<>();
    expect('[');
    if (next(']')) {
      return numbers;
    }
    do {
      numbers.add(number());
    } while (next(','));
    expect(']');
    return numbers;
  }

  private long number() {
    space();
    int start = at;
    long value = 0;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      int digit = text.charAt(at++) - '0';
      if (value > (Long.MAX_VALUE - digit) / 10) {
        throw broken("a number beyond 64 bits");
      }
      value = 10 * value + digit;
    }
    if (at == start || (at > start + 1 && text.charAt(start) == '0')) {
      throw broken("a whole number was expected");
    }
    return value;
  }

  private String string() {
    expect('"');
    StringBuilder value = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return wellFormed(value.toString());
      }
      if (c < ' ') {
        throw broken("a control character in a text");
      }
      value.append(c == '\\' ? escaped() : c);
    }
    throw broken("a text without end");
  }

  private char escaped() {
    char c = at < text.length() ? text.charAt(at++) : 0;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          char digit = at < text.length() ? text.charAt(at++) : 0;
          int value = digit < 128 ? Character.digit(digit, 16) : -1;
          if (value < 0) {
            throw broken("\\u without four hexadecimal digits");
          }
          code = 16 * code + value;
        }
        yield (char) code;
      }
      default -> throw broken("an unknown escape in a text");
    };
  }

  /// Escapes can spell half of a surrogate pair, which no UTF-8 text holds.
  private String wellFormed(String value) {
    for (int i = 0; i < value.length(); i++) {
      int codePoint = value.codePointAt(i);
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
        throw broken("half of a surrogate pair in a text");
      }
      i += Character.charCount(codePoint) - 1;
    }
    return value;
  }

  private void expect(char c) {
    if (!next(c)) {
      throw broken("'" + c + "' was expected");
    }
  }

  private boolean next(char c) {
    space();
    boolean there = at < text.length() && text.charAt(at) == c;
    at += there ? 1 : 0;
    return there;
  }

  private void space() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private DataError broken(String what) {
    return new DataError("%s: header, character %d: %s".formatted(file, at, what));
  }

  /// `text` between quotes for a message, cut after 40 characters.
  static String quoted(String text) {
    return "\"" + (text.length() <= 40 ? text : text.substring(0, 40) + "…") + "\"";
  }
}
