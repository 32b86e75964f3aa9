package dev.tutti.nn.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The JSON that `json.dumps` writes, as maps, lists, texts, doubles, booleans and null.
final class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /// {@return the object that the text spells}
  static Map<String, Object> object(String text) {
    return map(new Json(text).value());
  }

  /// {@return a value of an object as an object}
  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object value) {
    return (Map<String, Object>) Objects.requireNonNull(value, "no such object");
  }

  private Object value() {
    char c = peek();
    return switch (c) {
      case '{' -> members();
      case '[' -> items();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    expect('{');
    while (peek() != '}') {
      String name = string();
      expect(':');
      members.put(name, value());
      if (peek() == ',') {
        at++;
      }
    }
    expect('}');
    return members;
  }

  private List<Object> items() {
    List<Object> items = new ArrayList<>();
    expect('[');
    while (peek() != ']') {
      items.add(value());
      if (peek() == ',') {
        at++;
      }
    }
    expect(']');
    return items;
  }

  /// Fixtures have no escapes: names and labels are plain.
  private String string() {
    expect('"');
    int end = text.indexOf('"', at);
    String value = text.substring(at, end);
    if (value.indexOf('\\') >= 0) {
      throw new IllegalArgumentException("an escape in " + value);
    }
    at = end + 1;
    return value;
  }

  private Double number() {
    int from = at;
    while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return Double.valueOf(text.substring(from, at));
  }

  private Object word(String word, Object meaning) {
    if (!text.startsWith(word, at)) {
      throw new IllegalArgumentException("no JSON at " + text.substring(at));
    }
    at += word.length();
    return meaning;
  }

  private char peek() {
    while (Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return text.charAt(at);
  }

  private void expect(char c) {
    if (peek() != c) {
      throw new IllegalArgumentException(c + " expected at " + text.substring(at));
    }
    at++;
  }
}
