package dev.tutti.nn.io;

import dev.tutti.engine.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Named tensors and named texts, and the file format `safetensors` for them
/// (https://github.com/huggingface/safetensors, its section *Format*): the length of the header in
/// eight bytes, little-endian; the header, a JSON object that gives every name its type, shape and
/// place; then the elements, little-endian and row-major, without gaps.
///
/// float32 (`F32`), float64 (`F64`) and int32 (`I32`) are written and read as they are. Of what
/// other programs write, `F16` and `BF16` are read as float32, and `I8`, `U8`, `I16`, `U16`, `U32`,
/// `I64`, `U64` and `BOOL` as int32; a number that int32 does not hold is an error. The other types
/// of safetensors 0.8 (`F4`, `F6_…`, `F8_…`, `C64`) are known but not read: [#open] reads the other
/// tensors of such a file. The file depends on names, values and their order alone, so equal
/// contents are equal bytes.
///
/// What is written carries checksums (CRC-32C) of the header and of each tensor, in two texts of
/// the metadata, `tutti.checksum` and `tutti.crc32c`, that [#metadata] does not show. They are
/// checked on reading; files without them are read as they are.
///
/// @param tensors the tensors by name, in order
/// @param metadata texts by name, the header's `__metadata__`
public record SafeTensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
  /// The name that the header keeps for [#metadata].
  static final String METADATA = "__metadata__";

  /// Keeps copies of both maps.
  public SafeTensors {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    if (tensors.containsKey(METADATA)) {
      throw new IllegalArgumentException(
          "safetensors: no tensor can be called " + METADATA + ", the format keeps that name");
    }
    for (String kept : List.of(Checksums.ALGORITHM, Checksums.SUMS)) {
      if (metadata.containsKey(kept)) {
        throw new IllegalArgumentException(
            "safetensors: no text can be called " + kept + ", checksums have that name");
      }
    }
  }

  /// Tensors without metadata.
  public SafeTensors(Map<String, Tensor> tensors) {
    this(tensors, Map.of());
  }

  /// Writes `file` atomically ([AtomicFile]).
  ///
  /// @throws DataError if that fails
  public void write(Path file) {
    // Wider elements first keeps every tensor aligned to its own element size.
    List<Map.Entry<String, Tensor>> order = new ArrayList<>(tensors.entrySet());
    order.sort(Comparator.comparing(entry -> -entry.getValue().dtype().bytes()));
    byte[] start = start(order);
    AtomicFile.write(
        file,
        out -> {
          out.write(start);
          for (Map.Entry<String, Tensor> entry : order) {
            Elements.write(entry.getValue(), out);
          }
        });
  }

  /// {@return all bytes before the first element}
  private byte[] start(List<Map.Entry<String, Tensor>> order) {
    Map<String, String> texts = Checksums.of(order.stream().map(Map.Entry::getValue).toList());
    texts.putAll(metadata);
    StringBuilder json = new StringBuilder("{");
    quote(METADATA, json).append(":{");
    texts.forEach((name, text) -> quote(text, quote(name, json).append(':')).append(','));
    json.setCharAt(json.length() - 1, '}');
    json.append(',');
    // The checksums come first, so this is their place in bytes as well.
    int place = Long.BYTES + json.indexOf(texts.get(Checksums.SUMS));
    long at = 0;
    for (Map.Entry<String, Tensor> entry : order) {
      Tensor tensor = entry.getValue();
      long end = at + (long) tensor.size() * tensor.dtype().bytes();
      quote(entry.getKey(), json).append(":{\"dtype\":\"").append(ElementType.of(tensor.dtype()));
      json.append("\",\"shape\":").append(tensor.shape().toString().replace(" ", ""));
      json.append(",\"data_offsets\":[").append(at).append(',').append(end).append("]},");
      at = end;
    }
    json.setCharAt(json.length() - 1, '}');
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(json));
      // Spaces after it align the elements to eight bytes.
      int length = Math.ceilDiv(utf8.remaining(), 8) * 8;
      if (length > SafeTensorsHeader.LONGEST) {
        throw new DataError(
            "safetensors: names and texts need a header of %d bytes; the format allows %d"
                .formatted(length, SafeTensorsHeader.LONGEST));
      }
      byte[] start = new byte[Long.BYTES + length];
      Arrays.fill(start, (byte) ' ');
      ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(utf8);
      Checksums.seal(start, place);
      return start;
    } catch (CharacterCodingException e) {
      throw new DataError("safetensors: a name or text holds half of a surrogate pair", e);
    }
  }

  private static StringBuilder quote(String text, StringBuilder json) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"');
  }

  /// Reads all of `file`. All claims of the header are checked against the file: sizes, types,
  /// places without gap or overlap, and every element accounted for.
  ///
  /// @throws DataError if the file cannot be read, is damaged, or holds another element type
  public static SafeTensors read(Path file) {
    try (SafeTensorsFile open = open(file)) {
      return open.all();
    }
  }

  /// Opens `file`, with the checks of [#read], so that tensors can be read one by one.
  ///
  /// @throws DataError if the file cannot be read, is damaged, or holds another element type
  public static SafeTensorsFile open(Path file) {
    return SafeTensorsFile.open(file);
  }
}
