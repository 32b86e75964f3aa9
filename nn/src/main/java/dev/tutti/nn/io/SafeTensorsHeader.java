package dev.tutti.nn.io;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

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
/// @param metadata the texts under `__metadata__`, without those of [Checksums]
/// @param hasChecksums whether each entry has one
record SafeTensorsHeader(
    long length, Map<String, Entry> entries, Map<String, String> metadata, boolean hasChecksums) {
  /// The format's own bound on a header.
  static final long LONGEST = 100_000_000;

  /// One tensor: its elements are the bytes `begin … end − 1` after the header.
  ///
  /// @param dtype the element type as the header has it
  /// @param axes the shape, which may be more than a tensor holds
  /// @param checksum the digits of [Checksums], null if there are none
  record Entry(String name, String dtype, List<Long> axes, long begin, long end, String checksum) {
    /// {@return the element type, null for one that is not known}
    ElementType type() {
      return ElementType.named(dtype);
    }

    /// {@return why this is not a tensor here, null if it is one}
    String unreadable() {
      ElementType type = type();
      if (type == null || !type.isRead()) {
        return "element type %s; %s can be read"
            .formatted(DataError.quoted(dtype), ElementType.all());
      }
      return Elements.fits(axes) ? null : Elements.tooLarge(axes);
    }
  }

  static SafeTensorsHeader read(Path file, MemorySegment bytes) {
    long size = bytes.byteSize();
    FileKind.refuseOther(file.toString(), bytes, FileKind.SAFETENSORS);
    if (size < Long.BYTES) {
      throw new DataError(
          "%s: has %d bytes; a safetensors file begins with the 8 bytes of its header's length"
              .formatted(file, size));
    }
    long length = bytes.get(JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
    if (length < 2 || length > LONGEST || length > size - Long.BYTES) {
      throw new DataError(
          ("%s: its header should have %s bytes; the file has %d after its length, the format"
                  + " allows %d")
              .formatted(file, Long.toUnsignedString(length), size - Long.BYTES, LONGEST));
    }
    SafeTensorsJson json = new SafeTensorsJson(file, bytes.asSlice(Long.BYTES, length));
    json.parse();
    long first = Long.BYTES + length;
    List<SafeTensorsJson.Claim> claims = json.claims();
    Map<String, String> metadata = json.metadata();
    String[] checksums =
        Checksums.checked(
            file, bytes.asSlice(0, first), Long.BYTES + json.checksums(), metadata, claims.size());
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (SafeTensorsJson.Claim claim : claims) {
      String checksum = checksums == null ? null : checksums[entries.size()];
      entries.put(claim.name(), checked(file, claim, checksum));
    }
    requireNoGap(file, entries.values(), size - first);
    return new SafeTensorsHeader(
        first,
        Collections.unmodifiableMap(entries),
        Collections.unmodifiableMap(metadata),
        checksums != null);
  }

  /// The entry that a claim describes, if its type and shape give its number of bytes. Of a type
  /// that is not known any number is right.
  private static Entry checked(Path file, SafeTensorsJson.Claim claim, String checksum) {
    Entry entry =
        new Entry(claim.name(), claim.dtype(), claim.shape(), claim.begin(), claim.end(), checksum);
    ElementType type = entry.type();
    boolean fits = type == null || isOf(claim, type);
    if (claim.end() < claim.begin() || !fits) {
      String where = file + ": tensor " + DataError.quoted(claim.name());
      String unreadable = entry.unreadable();
      throw new DataError(
          unreadable != null
              ? where + ": " + unreadable
              : "%s: data_offsets [%d, %d], but %s of %s has %d bytes"
                  .formatted(
                      where,
                      claim.begin(),
                      claim.end(),
                      type,
                      claim.shape(),
                      (long) Elements.shape(where, claim.shape()).size() * type.bytes()));
    }
    return entry;
  }

  /// Whether the claimed bytes are those of the elements; narrow ones must end with a byte.
  private static boolean isOf(SafeTensorsJson.Claim claim, ElementType type) {
    long bits = claim.shape().contains(0L) ? 0 : type.bits();
    for (long axis : claim.shape()) {
      if (Math.multiplyHigh(bits, axis) != 0 || bits * axis < 0) {
        return false; // more than any file has
      }
      bits *= axis;
    }
    return bits % Byte.SIZE == 0 && claim.end() - claim.begin() == bits / Byte.SIZE;
  }

  /// The tensors must cover the bytes after the header, each byte once.
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
          "%s: its tensors have %d bytes, the file holds %d after its header"
              .formatted(file, at, bytes));
    }
  }
}
