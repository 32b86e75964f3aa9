package dev.tutti.nn.io;

import dev.tutti.engine.Array;
import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.data.DataError;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
/// float32 (`F32`), float64 (`F64`) and int32 (`I32`) are written and read. The file depends on
/// names, values and their order alone, so equal contents are equal bytes.
///
/// @param tensors the tensors by name, in order
/// @param metadata texts by name, the header's `__metadata__`
public record SafeTensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
  /// The name that the header keeps for [#metadata].
  static final String METADATA = "__metadata__";

  private static final int BUFFER = 1 << 16;

  /// Keeps copies of both maps.
  public SafeTensors {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    if (tensors.containsKey(METADATA)) {
      throw new IllegalArgumentException(
          "safetensors: no tensor can be called " + METADATA + ", the format keeps that name");
    }
  }

  /// Tensors without metadata.
  public SafeTensors(Map<String, Tensor> tensors) {
    this(tensors, Map.of());
  }

  /// Writes `file`, whole or not at all ([AtomicFile]).
  ///
  /// @throws DataError when that fails
  public void write(Path file) {
    // Wider elements first keeps every tensor aligned to its own element size.
    List<Map.Entry<String, Tensor>> order = new ArrayList<>(tensors.entrySet());
    order.sort(Comparator.comparing(entry -> -entry.getValue().dtype().bytes()));
    byte[] header = header(order);
    AtomicFile.write(
        file,
        out -> {
          ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
          buffer.putLong(header.length);
          drain(buffer, out);
          out.write(header);
          for (Map.Entry<String, Tensor> entry : order) {
            write(entry.getValue(), buffer, out);
          }
        });
  }

  private byte[] header(List<Map.Entry<String, Tensor>> order) {
    StringBuilder json = new StringBuilder("{");
    if (!metadata.isEmpty()) {
      quote(METADATA, json).append(":{");
      metadata.forEach((name, text) -> quote(text, quote(name, json).append(':')).append(','));
      json.setCharAt(json.length() - 1, '}');
      json.append(',');
    }
    long at = 0;
    for (Map.Entry<String, Tensor> entry : order) {
      Tensor tensor = entry.getValue();
      long end = at + (long) tensor.size() * tensor.dtype().bytes();
      quote(entry.getKey(), json).append(":{\"dtype\":\"").append(code(tensor.dtype()));
      json.append("\",\"shape\":").append(tensor.shape().toString().replace(" ", ""));
      json.append(",\"data_offsets\":[").append(at).append(',').append(end).append("]},");
      at = end;
    }
    if (json.length() > 1) {
      json.setLength(json.length() - 1);
    }
    json.append('}');
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(json));
      // Spaces behind it align the elements to eight bytes.
      byte[] header = new byte[Math.ceilDiv(utf8.remaining(), 8) * 8];
      int length = utf8.remaining();
      utf8.get(header, 0, length);
      Arrays.fill(header, length, header.length, (byte) ' ');
      return header;
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

  private static String code(DType type) {
    return switch (type) {
      case FLOAT32 -> "F32";
      case FLOAT64 -> "F64";
      case INT32 -> "I32";
    };
  }

  private static void write(Tensor tensor, ByteBuffer buffer, OutputStream out) throws IOException {
    switch (tensor.dtype()) {
      case FLOAT32 -> {
        for (float value : tensor.toFloats()) {
          room(buffer, out).putFloat(value);
        }
      }
      case FLOAT64 -> {
        for (double value : tensor.toDoubles()) {
          room(buffer, out).putDouble(value);
        }
      }
      case INT32 -> {
        for (int value : tensor.toInts()) {
          room(buffer, out).putInt(value);
        }
      }
    }
    drain(buffer, out);
  }

  private static ByteBuffer room(ByteBuffer buffer, OutputStream out) throws IOException {
    if (buffer.remaining() < Double.BYTES) {
      drain(buffer, out);
    }
    return buffer;
  }

  private static void drain(ByteBuffer buffer, OutputStream out) throws IOException {
    out.write(buffer.array(), 0, buffer.position());
    buffer.clear();
  }

  /// Reads `file`. Nothing that the header claims is believed before it fits the file: sizes,
  /// types, places without gap or overlap, and every element accounted for.
  ///
  /// @throws DataError when the file cannot be read, is damaged, or holds another element type
  public static SafeTensors read(Path file) {
    if (Files.isDirectory(file)) {
      throw new DataError(file + ": is a folder, a file was expected");
    }
    try (FileChannel channel = FileChannel.open(file)) {
      SafeTensorsHeader header = SafeTensorsHeader.read(file, channel);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (SafeTensorsHeader.Entry entry : header.entries()) {
        tensors.put(entry.name(), elements(channel, header.length() + entry.begin(), entry));
      }
      return new SafeTensors(tensors, header.metadata());
    } catch (NoSuchFileException e) {
      throw new DataError(file + ": no such file", e);
    } catch (EOFException e) {
      throw new DataError(file + ": ends too early; was it changed while it was read?", e);
    } catch (ShapeError e) {
      throw new DataError(file + ": " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw new DataError(
          "%s: the JVM's %d MB of memory do not hold it; raise that with -Xmx"
              .formatted(file, Runtime.getRuntime().maxMemory() >> 20),
          e);
    } catch (IOException e) {
      throw new DataError(file + ": cannot be read: " + AtomicFile.reason(e), e);
    }
  }

  private static Tensor elements(FileChannel channel, long at, SafeTensorsHeader.Entry entry)
      throws IOException {
    Shape shape = entry.shape();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    Elements values = new Elements(channel, buffer, at, entry.end() - entry.begin());
    return switch (entry.type()) {
      case FLOAT32 -> {
        float[] to = new float[shape.size()];
        for (int i = 0; i < to.length; i++) {
          to[i] = values.next().getFloat();
        }
        yield Array.wrap(to, shape);
      }
      case FLOAT64 -> {
        double[] to = new double[shape.size()];
        for (int i = 0; i < to.length; i++) {
          to[i] = values.next().getDouble();
        }
        yield Tensor.of(to, to.length).reshape(shape);
      }
      case INT32 -> {
        int[] to = new int[shape.size()];
        for (int i = 0; i < to.length; i++) {
          to[i] = values.next().getInt();
        }
        yield Array.wrap(to, shape);
      }
    };
  }

  /// The bytes of one tensor, a buffer at a time.
  private static final class Elements {
    private final FileChannel channel;
    private final ByteBuffer buffer;
    private long at;
    private long left;

    Elements(FileChannel channel, ByteBuffer buffer, long at, long left) {
      this.channel = channel;
      this.buffer = buffer;
      this.at = at;
      this.left = left;
    }

    /// {@return the buffer at the next element; buffers hold whole elements of every type}
    ByteBuffer next() throws IOException {
      if (!buffer.hasRemaining()) {
        buffer.clear().limit((int) Math.min(left, BUFFER));
        SafeTensorsHeader.fill(channel, buffer, at);
        buffer.flip();
        at += buffer.limit();
        left -= buffer.limit();
      }
      return buffer;
    }
  }
}
