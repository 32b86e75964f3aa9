package dev.tutti.nn.io;

import static dev.tutti.nn.io.ZipBytes.u16;
import static dev.tutti.nn.io.ZipBytes.u32;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;

/// The list of a zip archive's entries, compared with the archive.
///
/// A zip archive says most things twice: its central directory lists the entries, and a local
/// header comes before the data of each. Programs read the one or the other, so an archive whose
/// two parts differ holds different files for different programs, and a damaged name makes a file
/// disappear. Here every entry has one name, which both parts agree on; its method, sizes and
/// checksum agree too, as far as the local header has them (an archive that was written as a stream
/// has them after the data). Entries do not overlap, and nothing between them is an entry that the
/// directory does not list.
///
/// The layout is that of PKWARE's APPNOTE 6.3.10, with its zip64 extension. The data is not read,
/// so its checksums are the reader's to compare.
public final class ZipDirectory {
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int CENTRAL = 0x02014b50;
  private static final int CENTRAL_BYTES = 46;
  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int END64 = 0x06064b50;
  private static final int END64_BYTES = 56;
  private static final int LOCATOR = 0x07064b50;
  private static final int LOCATOR_BYTES = 20;
  private static final long MAX32 = 0xffff_ffffL;
  private static final int MAX16 = 0xffff;

  private static final int ENCRYPTED = 1 | 1 << 6;
  private static final int SIZES_BEHIND = 1 << 3;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int ZIP64 = 1;
  private static final int UNICODE_PATH = 0x7075;

  /// The memory that an entry takes in addition to its name, here and in the JDK's reader.
  private static final int ENTRY_BYTES = 200;

  private final ZipBytes archive;
  private final String shown;
  private final long length;

  private ZipDirectory(ZipBytes archive, String shown) {
    this.archive = archive;
    this.shown = shown;
    length = archive.length();
  }

  /// An entry. The name of a folder ends with `/`.
  ///
  /// @param size the bytes of its data
  /// @param packedSize the bytes that they take in the archive
  /// @param crc the CRC-32 of the data
  /// @param stored whether they are in the archive as they are
  /// @param start the byte of the file at which they begin
  public record Entry(
      String name, long size, long packedSize, long crc, boolean stored, long start) {}

  /// {@return the entries of the archive `file`, in its directory's order}
  ///
  /// @param shown what messages call the file
  /// @throws DataError if it is not a zip archive, is cut off, contradicts itself, has two entries
  ///   of one name, or has one that is encrypted or packed by another method than deflate
  public static List<Entry> read(Path file, String shown) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      return new ZipDirectory(new ZipBytes(in), shown).entries();
    } catch (FileNotFoundException e) {
      throw new DataError(shown + ": cannot be opened", e);
    } catch (IOException e) {
      throw new DataError(shown + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /// What the directory says of an entry.
  ///
  /// @param offset the start of its local header
  private record Listed(
      byte[] name, int flags, int method, long crc, long packed, long size, long offset) {
    private Entry at(String text, long start) {
      return new Entry(text, size, packed, crc, method == STORED, start);
    }
  }

  /// The place of the directory.
  ///
  /// @param shift the bytes before the archive in the file, which its offsets do not count
  private record Extent(long count, long start, long end, long shift) {}

  private List<Entry> entries() throws IOException {
    Extent extent = extent();
    Memory.check(shown, extent.count * ENTRY_BYTES + 4 * (extent.end - extent.start));
    ByteBuffer bytes = archive.of(extent.start, (int) (extent.end - extent.start));
    List<Listed> listed = new ArrayList<>();
    Set<String> names = new HashSet<>();
    while (bytes.hasRemaining()) {
      Listed next = next(bytes, extent);
      String name = text(next.name);
      if (!names.add(name)) {
        throw error("holds two entries called %s", DataError.quoted(name));
      }
      listed.add(next);
    }
    if (listed.size() != extent.count) {
      throw error(
          "its directory holds %d entries, not the %d that its end record says",
          listed.size(), extent.count);
    }
    List<Listed> byPlace = new ArrayList<>(listed);
    byPlace.sort(Comparator.comparingLong(Listed::offset));
    Map<Listed, Long> starts = new IdentityHashMap<>();
    long end = 0;
    for (Listed entry : byPlace) {
      long start = compare(entry, end, extent.start);
      starts.put(entry, start);
      end = start + entry.packed;
    }
    requireNoEntry(end, extent.start);
    return listed.stream().map(entry -> entry.at(text(entry.name), starts.get(entry))).toList();
  }

  /// Finds the end record, and the directory by it.
  private Extent extent() throws IOException {
    int tail = (int) Math.min(length, END_BYTES + MAX16);
    ByteBuffer bytes = archive.of(length - tail, tail);
    int at = tail - END_BYTES;
    while (at >= 0 && (bytes.getInt(at) != END || at + END_BYTES + u16(bytes, at + 20) != tail)) {
      at--;
    }
    if (at < 0) {
      throw error(
          "is not a readable zip archive: its end record is missing, or the file goes on after it");
    }
    long end = length - tail + at;
    long count = u16(bytes, at + 10);
    long size = u32(bytes, at + 12);
    long offset = u32(bytes, at + 16);
    long disks = u16(bytes, at + 4) | u16(bytes, at + 6);
    long here = u16(bytes, at + 8);
    if (at >= LOCATOR_BYTES && bytes.getInt(at - LOCATOR_BYTES) == LOCATOR) {
      long end64 = bytes.getLong(at - LOCATOR_BYTES + 8);
      if (end64 < 0 || end64 > length - END64_BYTES) {
        throw error("its zip64 end record should be at byte %d of %d", end64, length);
      }
      ByteBuffer large = archive.of(end64, END64_BYTES);
      long count64 = large.getLong(32);
      long size64 = large.getLong(40);
      long offset64 = large.getLong(48);
      boolean same =
          large.getInt(0) == END64
              && agree(count, MAX16, count64)
              && agree(size, MAX32, size64)
              && agree(offset, MAX32, offset64)
              && agree(here, MAX16, large.getLong(24));
      if (!same) {
        throw error("its two end records differ");
      }
      end = end64;
      disks = large.getInt(16) | large.getInt(20);
      count = count64;
      size = size64;
      offset = offset64;
      here = count64;
    }
    if (disks != 0 || here != count) {
      throw error("is one of several parts of a zip archive");
    }
    if (size < 0 || offset < 0 || size > end || offset > end - size) {
      throw error(
          "its directory should be %d bytes from byte %d on, the file has %d",
          size, offset, length);
    }
    if (size > Integer.MAX_VALUE - 8 || count < 0 || count > size / CENTRAL_BYTES) {
      throw error("its directory of %d bytes should hold %d entries", size, count);
    }
    long start = end - size;
    return new Extent(count, start, end, start - offset);
  }

  private static boolean agree(long small, long unknown, long large) {
    return small == unknown || small == large;
  }

  private Listed next(ByteBuffer bytes, Extent extent) {
    int at = bytes.position();
    int left = bytes.remaining();
    if (left < CENTRAL_BYTES || bytes.getInt(at) != CENTRAL) {
      throw error("byte %d begins no entry of its directory", extent.start + at);
    }
    int nameBytes = u16(bytes, at + 28);
    int extraBytes = u16(bytes, at + 30);
    int all = CENTRAL_BYTES + nameBytes + extraBytes + u16(bytes, at + 32);
    if (all > left) {
      throw error(
          "the entry at byte %d of its directory runs past the directory's end", extent.start + at);
    }
    byte[] name = new byte[nameBytes];
    bytes.get(at + CENTRAL_BYTES, name);
    ByteBuffer extra =
        bytes.slice(at + CENTRAL_BYTES + nameBytes, extraBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(at + all);
    ByteBuffer zip64 = field(extra, ZIP64);
    long size = large(u32(bytes, at + 24), zip64, name);
    long packed = large(u32(bytes, at + 20), zip64, name);
    long offset = large(u32(bytes, at + 42), zip64, name);
    Listed entry =
        new Listed(
            name,
            u16(bytes, at + 8),
            u16(bytes, at + 10),
            u32(bytes, at + 16),
            packed,
            size,
            offset + extent.shift);
    check(entry);
    checkUnicodeName(entry.name, extra);
    if (u16(bytes, at + 34) != 0 && u16(bytes, at + 34) != MAX16) {
      throw error(name, "is in another part of the archive");
    }
    boolean inside = size >= 0 && packed >= 0 && offset >= 0 && offset <= extent.start;
    if (!inside || packed > extent.start - entry.offset || entry.offset > extent.start) {
      throw error(
          name,
          "should have %d bytes from byte %d on, the directory begins at byte %d",
          packed,
          offset,
          extent.start);
    }
    return entry;
  }

  private void check(Listed entry) {
    if ((entry.flags & ENCRYPTED) != 0) {
      throw error(entry.name, "is encrypted; archives without a password are read");
    }
    if (entry.method != STORED && entry.method != DEFLATED) {
      throw error(
          entry.name, "is packed by method %d; 0 (stored) and 8 (deflated) are read", entry.method);
    }
    if (entry.method == STORED && entry.size != entry.packed) {
      throw error(entry.name, "is stored as %d bytes and has %d", entry.packed, entry.size);
    }
  }

  /// Compares a name with the one in UTF-8 that Info-ZIP adds to a name in another encoding. The
  /// second is ignored if the checksum next to it shows that the entry was renamed.
  private void checkUnicodeName(byte[] name, ByteBuffer extra) {
    ByteBuffer unicode = field(extra, UNICODE_PATH);
    if (unicode == null || unicode.remaining() < 5 || unicode.get(0) != 1) {
      return;
    }
    byte[] other = new byte[unicode.remaining() - 5];
    unicode.get(5, other);
    CRC32 crc = new CRC32();
    crc.update(name);
    if ((int) crc.getValue() == unicode.getInt(1) && !Arrays.equals(other, name)) {
      throw error(name, "is called %s in its Unicode field", shortened(other));
    }
  }

  /// The number from the zip64 field if 32 bits are too few for it.
  private long large(long small, ByteBuffer zip64, byte[] name) {
    if (small != MAX32 || zip64 == null) {
      return small;
    }
    if (zip64.remaining() < 8) {
      throw error(name, "has a zip64 field that is too short");
    }
    return zip64.getLong();
  }

  /// The data of the extra field `id`, or null if there is none.
  private static ByteBuffer field(ByteBuffer extra, int id) {
    int at = 0;
    while (at + 4 <= extra.limit()) {
      int bytes = Math.min(u16(extra, at + 2), extra.limit() - at - 4);
      if (u16(extra, at) == id) {
        return extra.slice(at + 4, bytes).order(ByteOrder.LITTLE_ENDIAN);
      }
      at += 4 + bytes;
    }
    return null;
  }

  /// Compares an entry with its local header and returns the start of its data.
  ///
  /// @param before the end of the data of the entry before it
  private long compare(Listed entry, long before, long directory) throws IOException {
    long header = entry.offset;
    if (header < before) {
      throw error(entry.name, "begins at byte %d, inside another entry", header);
    }
    requireNoEntry(before, header);
    int fixed = LOCAL_BYTES + entry.name.length;
    if (fixed > directory - header) {
      throw error(entry.name, "has no local header at byte %d", header);
    }
    ByteBuffer local = archive.of(header, fixed);
    if (local.getInt(0) != LOCAL) {
      throw error(entry.name, "has no local header at byte %d", header);
    }
    int nameBytes = u16(local, 26);
    int extraBytes = u16(local, 28);
    long data = header + LOCAL_BYTES + nameBytes + extraBytes;
    if (data > directory || entry.packed > directory - data) {
      throw error(entry.name, "runs past the last entry's end, byte %d", directory);
    }
    boolean sameLength = nameBytes == entry.name.length;
    byte[] name = new byte[nameBytes];
    (sameLength ? local : archive.of(header, LOCAL_BYTES + nameBytes)).get(LOCAL_BYTES, name);
    if (!Arrays.equals(name, entry.name)) {
      throw error(entry.name, "is called %s in its local header", shortened(name));
    }
    ByteBuffer extra = archive.of(data - extraBytes, extraBytes);
    int flags = u16(local, 6);
    if ((flags & ENCRYPTED) != 0) {
      throw error(entry.name, "is encrypted; archives without a password are read");
    }
    if (u16(local, 8) != entry.method) {
      throw error(
          entry.name,
          "is packed by method %d, by %d in its local header",
          entry.method,
          u16(local, 8));
    }
    ByteBuffer zip64 = field(extra, ZIP64);
    long size = large(u32(local, 22), zip64, entry.name);
    long packed = large(u32(local, 18), zip64, entry.name);
    long crc = u32(local, 14);
    boolean behind = (flags & SIZES_BEHIND) != 0;
    boolean same =
        agree(size, behind ? 0 : entry.size, entry.size)
            && agree(packed, behind ? 0 : entry.packed, entry.packed)
            && agree(crc, behind ? 0 : entry.crc, entry.crc);
    if (!same) {
      throw error(
          entry.name,
          "has %d bytes, %d packed, checksum %08x; its local header says %d, %d, %08x",
          entry.size,
          entry.packed,
          entry.crc,
          size,
          packed,
          crc);
    }
    checkUnicodeName(entry.name, extra);
    return data;
  }

  /// Searches the bytes that belong to no entry: sizes after the data, padding, a program before
  /// the archive.
  private void requireNoEntry(long from, long to) throws IOException {
    int block = 1 << 16;
    for (long at = from; at <= to - LOCAL_BYTES; at += block - 3) {
      ByteBuffer bytes = archive.of(at, (int) Math.min(block, to - at));
      for (int i = 0; i <= bytes.limit() - 4; i++) {
        if (bytes.getInt(i) == LOCAL) {
          throw error("holds an entry at byte %d that is not in its directory", at + i);
        }
      }
    }
  }

  private String text(byte[] name) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
    } catch (CharacterCodingException e) {
      throw new DataError(
          "%s: is not a readable zip archive: the name %s is not in UTF-8"
              .formatted(shown, shortened(name)),
          e);
    }
  }

  private static String shortened(byte[] name) {
    return DataError.quoted(new String(name, StandardCharsets.UTF_8));
  }

  private DataError error(byte[] name, String found, Object... values) {
    return error(shortened(name) + " " + found.formatted(values));
  }

  private DataError error(String found, Object... values) {
    return new DataError(shown + ": " + (values.length == 0 ? found : found.formatted(values)));
  }
}
