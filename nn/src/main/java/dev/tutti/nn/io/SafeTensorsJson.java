package dev.tutti.nn.io;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The JSON of a safetensors header (RFC 8259), and no other: an object whose members are
/// `__metadata__`, an object of texts, and tensors, objects of `dtype`, `shape` and `data_offsets`.
///
/// It is read in place, byte by byte: a header may have 100 MB, so it is not copied. The memory of
/// what is read is bounded, see [#charge].
///
/// Strict: no name twice, no member that is not part of the format, numbers without sign, point,
/// exponent or leading zero, nothing but spaces around the object. The grammar has no recursion, so
/// no header can exhaust the stack.
final class SafeTensorsJson {
  /// What the header says of a tensor, unchecked.
  record Claim(String name, String dtype, List<Long> shape, long begin, long end) {}

  /// Heap for a tensor without its name: claim, entry and tensor with their shapes and places in
  /// maps.
  private static final int TENSOR = 512;

  /// Heap for an entry of the metadata without its name and text.
  private static final int METADATA = 192;

  /// Heap for each byte of a text: two bytes a character to keep, and others while it is decoded.
  private static final int KEPT = 2;

  private static final int DECODED = 8;

  /// Heap for a number of a list: the number and its place in an array that grows in advance.
  private static final int NUMBER = 24;

  private final Path file;
  private final HeaderText text;
  private final Map<String, Claim> claims = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private long checksums = -1;
  private long room = Runtime.getRuntime().maxMemory() / 4;

  SafeTensorsJson(Path file, MemorySegment text) {
    this.file = file;
    this.text = new HeaderText(file.toString(), text);
  }

  List<Claim> claims() {
    return new ArrayList<>(claims.values());
  }

  Map<String, String> metadata() {
    return metadata;
  }

  /// {@return the place of the text of [Checksums#SUMS] in the header, −1 if there is none}
  long checksums() {
    return checksums;
  }

  /// A member of an object, its name and the colon read.
  private interface Member {
    void read(String name);
  }

  /// Reads all of the text.
  void parse() {
    text.space();
    if (text.peek() != '{') {
      throw text.broken("the header does not begin with '{'");
    }
    boolean[] described = {false};
    object(name -> {
      if (name.equals(SafeTensors.METADATA)) {
        text.requireNew(name, described[0]);
        described[0] = true;
        readMetadata();
      } else {
        text.requireNew(name, claims.containsKey(name));
        charge(TENSOR, 0);
        claims.put(name, claim(name));
      }
    });
    text.expectEnd();
  }

  private void readMetadata() {
    text.space();
    if (text.peek() == 'n') {
      text.expect("null"); // as safetensors takes it
      return;
    }
    object(key -> {
      text.requireNew(key, metadata.containsKey(key));
      charge(METADATA, 0);
      text.expect('"');
      if (key.equals(Checksums.SUMS)) {
        checksums = text.at();
      }
      metadata.put(key, string());
    });
  }

  private Claim claim(String tensor) {
    String[] dtype = {null};
    List<List<Long>> lists = new ArrayList<>();
    lists.add(null);
    lists.add(null);
    object(name -> {
      switch (name) {
        case "dtype" -> {
          text.requireNew(name, dtype[0] != null);
          dtype[0] = quoted();
        }
        case "shape", "data_offsets" -> {
          int index = name.equals("shape") ? 0 : 1;
          text.requireNew(name, lists.get(index) != null);
          lists.set(index, numbers(index == 0 ? Elements.MOST_AXES : 2));
        }
        default -> throw text.broken("a tensor has no " + DataError.quoted(name));
      }
    });
    List<Long> offsets = lists.get(1);
    if (dtype[0] == null || lists.get(0) == null || offsets == null || offsets.size() != 2) {
      throw text.broken(
          "tensor " + DataError.quoted(tensor) + " needs a dtype, a shape and two data_offsets");
    }
    return new Claim(tensor, dtype[0], lists.get(0), offsets.get(0), offsets.get(1));
  }

  private void object(Member member) {
    text.expect('{');
    if (text.next('}')) {
      return;
    }
    do {
      String name = quoted();
      text.expect(':');
      member.read(name);
    } while (text.next(','));
    text.expect('}');
  }

  private List<Long> numbers(int most) {
    List<Long> numbers = new ArrayList<>();
    text.expect('[');
    if (text.next(']')) {
      return numbers;
    }
    do {
      charge(NUMBER, 0);
      numbers.add(text.number());
      if (numbers.size() > most) {
        throw text.broken("more than " + most + " numbers");
      }
    } while (text.next(','));
    text.expect(']');
    return numbers;
  }

  private String quoted() {
    text.expect('"');
    return string();
  }

  /// The rest of a text whose first quote has been read.
  private String string() {
    StringBuilder value = new StringBuilder();
    long start = text.at();
    while (true) {
      int c = text.read();
      if (c == HeaderText.END) {
        throw text.broken("a text without end");
      }
      if (c < ' ') {
        throw text.broken("a control character in a text");
      }
      charge(0, DECODED * (text.at() - start + value.length()));
      if (c == '"' || c == '\\') {
        long end = text.at() - 1;
        charge(KEPT * (end - start + 1), 0);
        value.append(decoded(text.bytes(start, end)));
        if (c == '"') {
          return wellFormed(value.toString());
        }
        value.append(escaped());
        start = text.at();
      }
    }
  }

  private CharBuffer decoded(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw new DataError(file + ": its header is not UTF-8", e);
    }
  }

  private char escaped() {
    int c = text.read();
    return switch (c) {
      case '"', '\\', '/' -> (char) c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          int hex = text.read();
          int digit = hex < 128 ? Character.digit(hex, 16) : -1;
          if (digit < 0) {
            throw text.broken("\\u without four hexadecimal digits");
          }
          code = 16 * code + digit;
        }
        yield (char) code;
      }
      default -> throw text.broken("an unknown escape in a text");
    };
  }

  /// Escapes can spell half of a surrogate pair, which no UTF-8 text holds.
  private String wellFormed(String value) {
    for (int i = 0; i < value.length(); i++) {
      int codePoint = value.codePointAt(i);
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
        throw text.broken("half of a surrogate pair in a text");
      }
      i += Character.charCount(codePoint) - 1;
    }
    return value;
  }

  /// Accounts for heap that the next part of the header will take, in addition to temporary memory.
  /// A small file can have two million tensors or a text of 100 MB; this ends it before the heap is
  /// exhausted.
  private void charge(long kept, long needed) {
    room -= kept;
    if (room < needed) {
      throw text.broken(
          "more names and texts than a quarter of the JVM's memory holds; raise that with -Xmx");
    }
  }
}
