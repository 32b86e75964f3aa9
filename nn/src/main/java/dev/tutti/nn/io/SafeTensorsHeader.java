package dev.tutti.nn.io;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import dev.tutti.engine.Shape;
import dev.tutti.nn.data.DataError;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The header of a safetensors file, read and checked against the file's size.
///
/// @param length the bytes before the first element
/// @param entries the tensors by name, in the order of the header
/// @param metadata the texts under `__metadata__`
record SafeTensorsHeader(long length, Map<String, Entry> entries, Map<String, String> metadata) {
  /// The format's own bound on a header.
  static final long LONGEST = 100_000_000;

  /// One tensor: its elements are the bytes `begin … end − 1` after the header.
  record Entry(String name, ElementType type, Shape shape, long begin, long end) {}

  static SafeTensorsHeader read(Path file, MemorySegment bytes) {
    long size = bytes.byteSize();
    if (size < Long.BYTES) {
      throw new DataError(
          "%s: has %d bytes; a safetensors file begins with the 8 bytes of its header's length"
              .formatted(file, size));
    }
    long length = bytes.get(JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
    if (length < 2 || length > LONGEST || length > size - Long.BYTES) {
      throw new DataError(
          ("%s: its header should have %s bytes; the file has %d behind its length, the format"
                  + " allows %d")
              .formatted(file, Long.toUnsignedString(length), size - Long.BYTES, LONGEST));
    }
    SafeTensorsJson json = new SafeTensorsJson(file, bytes.asSlice(Long.BYTES, length));
    json.parse();
    long first = Long.BYTES + length;
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (SafeTensorsJson.Claim claim : json.claims()) {
      entries.put(claim.name(), checked(file, claim));
    }
    requireNoGap(file, entries.values(), size - first);
    return new SafeTensorsHeader(
        first, Collections.unmodifiableMap(entries), Collections.unmodifiableMap(json.metadata()));
  }

  /// The entry that a claim describes, if its type and shape exist and give its number of bytes.
  private static Entry checked(Path file, SafeTensorsJson.Claim claim) {
    String where = file + ": tensor " + DataError.quoted(claim.name());
    ElementType type = ElementType.named(claim.dtype());
    if (type == null) {
      throw new DataError(
          "%s: element type %s; %s can be read"
              .formatted(where, DataError.quoted(claim.dtype()), ElementType.all()));
    }
    Shape shape = Elements.shape(where, claim.shape());
    long bytes = (long) shape.size() * type.bytes();
    long claimed = claim.end() - claim.begin();
    if (claim.end() < claim.begin() || claimed != bytes) {
      throw new DataError(
          "%s: data_offsets [%d, %d] where %s of %s has %d bytes"
              .formatted(where, claim.begin(), claim.end(), type, shape, bytes));
    }
    return new Entry(claim.name(), type, shape, claim.begin(), claim.end());
  }

  /// The tensors must cover the bytes behind the header, each byte once.
  private static void requireNoGap(Path file, Collection<Entry> entries, long bytes) {
    List<Entry> byPlace = new ArrayList<>(entries);
    byPlace.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long at = 0;
    for (Entry entry : byPlace) {
      if (entry.begin != at) {
        throw new DataError(
            "%s: tensor %s begins at byte %d, the one before it ends at %d"
                .formatted(file, DataError.quoted(entry.name), entry.begin, at));
      }
      at = entry.end;
    }
    if (at != bytes) {
      throw new DataError(
          "%s: its tensors have %d bytes, the file holds %d behind its header"
              .formatted(file, at, bytes));
    }
  }
}
