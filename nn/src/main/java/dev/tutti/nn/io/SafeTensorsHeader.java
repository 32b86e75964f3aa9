package dev.tutti.nn.io;

import dev.tutti.engine.DType;
import dev.tutti.engine.Shape;
import dev.tutti.nn.data.DataError;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// The header of a safetensors file, read and checked against the file's size.
///
/// @param length the bytes before the first element
/// @param entries the tensors in the order of the header
/// @param metadata the texts under `__metadata__`
record SafeTensorsHeader(long length, List<Entry> entries, Map<String, String> metadata) {
  /// The format's own bound on a header.
  static final long LONGEST = 100_000_000;

  /// PyTorch's bound on the axes of a tensor.
  static final int MOST_AXES = 64;

  /// One tensor: its elements are the bytes `begin … end − 1` after the header.
  record Entry(String name, DType type, Shape shape, long begin, long end) {}

  static SafeTensorsHeader read(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < Long.BYTES) {
      throw new DataError(
          "%s: has %d bytes; a safetensors file begins with the 8 bytes of its header's length"
              .formatted(file, size));
    }
    ByteBuffer start = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    fill(channel, start, 0);
    long length = start.flip().getLong();
    if (length < 2 || length > LONGEST || length > size - Long.BYTES) {
      throw new DataError(
          ("%s: its header should have %s bytes; the file has %d behind its length, the format"
                  + " allows %d")
              .formatted(file, Long.toUnsignedString(length), size - Long.BYTES, LONGEST));
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) length);
    fill(channel, bytes, Long.BYTES);
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new DataError(file + ": its header is not UTF-8", e);
    }
    SafeTensorsJson json = new SafeTensorsJson(file, text);
    json.parse();
    long first = Long.BYTES + length;
    List<Entry> entries = new ArrayList<>();
    for (SafeTensorsJson.Claim claim : json.claims()) {
      entries.add(checked(file, claim));
    }
    requireNoGap(file, entries, size - first);
    return new SafeTensorsHeader(first, entries, json.metadata());
  }

  /// The entry that a claim describes, if its type and shape exist and give its number of bytes.
  private static Entry checked(Path file, SafeTensorsJson.Claim claim) {
    String where = file + ": tensor " + SafeTensorsJson.quoted(claim.name()) + ": ";
    DType type =
        switch (claim.dtype()) {
          case "F32" -> DType.FLOAT32;
          case "F64" -> DType.FLOAT64;
          case "I32" -> DType.INT32;
          default ->
              throw new DataError(
                  where
                      + "element type "
                      + SafeTensorsJson.quoted(claim.dtype())
                      + "; F32, F64 and I32 can be read");
        };
    List<Long> shape = claim.shape();
    if (shape.size() > MOST_AXES) {
      throw new DataError(where + shape.size() + " axes; there can be at most " + MOST_AXES);
    }
    int[] dims = new int[shape.size()];
    long elements = 1;
    for (int i = 0; i < dims.length; i++) {
      long dim = shape.get(i);
      // Both factors are below 2³¹, so the product cannot overflow.
      elements = dim > Shape.MAX_SIZE ? Long.MAX_VALUE : elements * dim;
      if (elements > Shape.MAX_SIZE) {
        throw new DataError(
            where + "shape " + shape + "; a tensor holds at most " + Shape.MAX_SIZE + " elements");
      }
      dims[i] = (int) dim;
    }
    long bytes = elements * type.bytes();
    long claimed = claim.end() - claim.begin();
    if (claim.end() < claim.begin() || claimed != bytes) {
      throw new DataError(
          "%sdata_offsets [%d, %d] where %s of %s has %d bytes"
              .formatted(where, claim.begin(), claim.end(), type, shape, bytes));
    }
    return new Entry(claim.name(), type, Shape.of(dims), claim.begin(), claim.end());
  }

  /// The tensors must cover the bytes behind the header, each byte once.
  private static void requireNoGap(Path file, List<Entry> entries, long bytes) {
    List<Entry> byPlace = new ArrayList<>(entries);
    byPlace.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long at = 0;
    for (Entry entry : byPlace) {
      if (entry.begin != at) {
        throw new DataError(
            "%s: tensor %s begins at byte %d, the one before it ends at %d"
                .formatted(file, SafeTensorsJson.quoted(entry.name), entry.begin, at));
      }
      at = entry.end;
    }
    if (at != bytes) {
      throw new DataError(
          "%s: its tensors have %d bytes, the file holds %d behind its header"
              .formatted(file, at, bytes));
    }
  }

  /// Fills what remains of `to` from position `at` of the file on.
  static void fill(FileChannel channel, ByteBuffer to, long at) throws IOException {
    long from = at;
    while (to.hasRemaining()) {
      int count = channel.read(to, from);
      if (count < 0) {
        throw new EOFException();
      }
      from += count;
    }
  }
}
