package dev.tutti.nn.io;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The Python literal of a `.npy` header, and no other: a dictionary with a text `descr`, a truth
/// value `fortran_order` and a tuple of whole numbers `shape`, in any order, each once. Nothing is
/// evaluated.
final class NpyLiteral {
  private final HeaderText text;
  private String descr;
  private Boolean fortran;
  private List<Long> axes;

  NpyLiteral(String where, MemorySegment text) {
    this.text = new HeaderText(where, text);
  }

  String descr() {
    return descr;
  }

  boolean fortran() {
    return fortran;
  }

  List<Long> axes() {
    return axes;
  }

  /// Reads all of the text.
  void parse() {
    text.expect('{');
    while (!text.next('}')) {
      String key = string();
      text.expect(':');
      switch (key) {
        case "descr" -> {
          text.requireNew(key, descr != null);
          text.space();
          descr = text.peek() == '[' ? structure() : string();
        }
        case "fortran_order" -> {
          text.requireNew(key, fortran != null);
          fortran = truth();
        }
        case "shape" -> {
          text.requireNew(key, axes != null);
          axes = tuple();
        }
        default -> throw text.broken("an array has no " + DataError.quoted(key));
      }
      if (!text.next(',')) {
        text.expect('}');
        break;
      }
    }
    text.expectEnd();
    if (descr == null || fortran == null || axes == null) {
      throw text.broken("an array needs a descr, a fortran_order and a shape");
    }
  }

  /// A list of fields, unchanged: no tensor has such elements.
  private String structure() {
    long start = text.at();
    int depth = 0;
    do {
      switch (text.peek()) {
        case '[', '(' -> depth++;
        case ']', ')' -> depth--;
        case HeaderText.END -> throw text.broken("a list of fields without end");
        default -> {}
      }
      if (text.peek() == '\'' || text.peek() == '"') {
        string();
      } else {
        text.read();
      }
    } while (depth > 0);
    return new String(text.bytes(start, text.at()), StandardCharsets.ISO_8859_1);
  }

  private String string() {
    char quote = text.next('"') ? '"' : '\'';
    if (quote == '\'') {
      text.expect(quote);
    }
    long start = text.at();
    for (int c = text.peek(); c != quote; c = text.peek()) {
      if (c < ' ' || c == '\\') {
        throw text.broken("a text without end, or with an escape");
      }
      text.read();
    }
    byte[] bytes = text.bytes(start, text.at());
    text.read();
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private boolean truth() {
    text.space();
    boolean value = text.peek() == 'T';
    for (char c : (value ? "True" : "False").toCharArray()) {
      if (text.read() != c) {
        throw text.broken("True or False was expected");
      }
    }
    return value;
  }

  /// A tuple of one has a comma after it, `(3,)`; `(3)` is a number in brackets.
  private List<Long> tuple() {
    List<Long> numbers = new ArrayList<>();
    text.expect('(');
    boolean comma = true;
    while (!text.next(')')) {
      if (!comma) {
        text.expect(',');
      }
      numbers.add(text.number());
      if (text.peek() == 'L') {
        text.read(); // Python 2 wrote 3L
      }
      comma = text.next(',');
      if (numbers.size() > Elements.MOST_AXES) {
        throw text.broken("more than " + Elements.MOST_AXES + " axes");
      }
    }
    if (numbers.size() == 1 && !comma) {
      throw text.broken("a tuple of one needs a comma");
    }
    return numbers;
  }
}
