package dev.tutti.nn.io;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static dev.tutti.nn.data.read.DataFiles.concat;
import static dev.tutti.nn.data.read.DataFiles.files;
import static dev.tutti.nn.data.read.DataFiles.write;
import static dev.tutti.nn.data.read.DataFiles.zip;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Archives whose directory and local headers agree, and all that do not.
class ZipDirectoryTest {
  @TempDir Path folder;

  private List<ZipDirectory.Entry> read(byte[] archive) {
    return ZipDirectory.read(write(folder.resolve("z.zip"), archive), "z.zip");
  }

  private List<String> names(byte[] archive) {
    return read(archive).stream().map(ZipDirectory.Entry::name).toList();
  }

  private void assertRefused(String line, byte[] archive) {
    assertError("z.zip: " + line, () -> read(archive));
  }

  /// One entry `name` with the bytes `data`, stored, with nothing after them.
  private static byte[] stored(String name, byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CRC32 crc = new CRC32();
    crc.update(data);
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      ZipEntry entry = new ZipEntry(name);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(data.length);
      entry.setCrc(crc.getValue());
      zip.putNextEntry(entry);
      zip.write(data);
      zip.closeEntry();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// The archive after `change` was made to its first directory entry.
  private static byte[] central(byte[] archive, Consumer<ByteBuffer> change) {
    byte[] changed = archive.clone();
    int at = little(changed).getInt(changed.length - 6);
    change.accept(little(changed).slice(at, changed.length - at).order(ByteOrder.LITTLE_ENDIAN));
    return changed;
  }

  /// The archive after `change` was made to it.
  private static byte[] changed(byte[] archive, Consumer<ByteBuffer> change) {
    byte[] changed = archive.clone();
    change.accept(little(changed));
    return changed;
  }

  /// The archive after its end record says that it has `count` entries.
  private static byte[] counted(byte[] archive, int count) {
    int at = archive.length - 14;
    return changed(
        archive, bytes -> bytes.putShort(at, (short) count).putShort(at + 2, (short) count));
  }

  private static byte[] replaced(byte[] archive, String from, String to) {
    return new String(archive, ISO_8859_1).replace(from, to).getBytes(ISO_8859_1);
  }

  private static byte[] two() {
    return zip(files("a/1.png", new byte[] {1, 2, 3}, "b/2.png", new byte[40]));
  }

  @Test
  void listsWhatTheArchiveHolds() {
    assertEquals(List.of("a/1.png", "b/2.png"), names(two()));
    CRC32 crc = new CRC32();
    crc.update(new byte[] {7, 8});
    assertEquals(
        List.of(new ZipDirectory.Entry("ä/1.png", 2, 2, crc.getValue(), true, 38)),
        read(stored("ä/1.png", new byte[] {7, 8})));
    assertEquals(List.of(), names(zip(files())));
    assertEquals(
        List.of("a/", "a/1.png"), names(zip(files("a/", new byte[0], "a/1.png", new byte[9]))));
    // A program that unpacks the archive may come before it, and a comment after it.
    assertEquals(List.of("a/1.png", "b/2.png"), names(concat(new byte[100], two())));
    byte[] commented = concat(two(), "hello".getBytes(UTF_8));
    little(commented).putShort(commented.length - 7, (short) 5);
    assertEquals(List.of("a/1.png", "b/2.png"), names(commented));
  }

  /// An entry with sizes of 64 bits in both headers, as Python writes those of arrays, and the end
  /// record of 64 bits.
  private static byte[] large(byte[] data) {
    CRC32 sum = new CRC32();
    sum.update(data);
    int crc = (int) sum.getValue();
    ByteBuffer to = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
    to.putInt(0x04034b50).putShort((short) 45).putShort((short) 0).putShort((short) 0).putInt(0);
    to.putInt(crc).putInt(-1).putInt(-1).putShort((short) 1).putShort((short) 20).put((byte) 'x');
    to.putShort((short) 1).putShort((short) 16).putLong(data.length).putLong(data.length);
    to.put(data);
    int directory = to.position();
    to.putInt(0x02014b50).putShort((short) 45).putShort((short) 45).putInt(0).putInt(0);
    to.putInt(crc)
        .putInt(-1)
        .putInt(-1)
        .putShort((short) 1)
        .putShort((short) 28)
        .putShort((short) 0);
    to.putInt(0).putInt(0).putInt(-1).put((byte) 'x').putShort((short) 1).putShort((short) 24);
    to.putLong(data.length).putLong(data.length).putLong(0);
    int end = to.position();
    to.putInt(0x06064b50).putLong(44).putInt(0).putInt(0).putInt(0).putLong(1).putLong(1);
    to.putLong(end - directory).putLong(directory);
    to.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
    to.putInt(0x06054b50).putInt(0).putInt(-1).putInt(-1).putInt(-1).putShort((short) 0);
    byte[] archive = new byte[to.position()];
    to.get(0, archive);
    return archive;
  }

  @Test
  void readsSizesOf64Bits() {
    byte[] archive = large(new byte[] {5, 6, 7});
    assertEquals(3, read(archive).getFirst().size());
    assertEquals(List.of("x"), names(archive));
    assertRefused(
        "\"x\" has 3 bytes, 3 packed, checksum 4bfdb364; its local header says 4, 3, 4bfdb364"
            .replace("4bfdb364", "%08x".formatted(read(archive).getFirst().crc())),
        changed(archive, bytes -> bytes.putLong(35, 4)));
    int end64 = archive.length - 22 - 20 - 56;
    assertRefused(
        "its two end records differ",
        changed(archive, bytes -> bytes.putShort(archive.length - 12, (short) 2)));
    assertRefused(
        "its directory of 75 bytes should hold 2 entries",
        changed(archive, bytes -> bytes.putLong(end64 + 24, 2).putLong(end64 + 32, 2)));
    assertRefused(
        "its zip64 end record should be at byte 9999 of %d".formatted(archive.length),
        changed(archive, bytes -> bytes.putLong(archive.length - 34, 9999)));
  }

  @Test
  void aNameInTheDirectoryThatIsNotItsLocalHeadersIsRefused() {
    byte[] archive = two();
    int directory = little(archive).getInt(archive.length - 6);
    assertRefused(
        "\"a/1.pqg\" is called \"a/1.png\" in its local header",
        changed(archive, bytes -> bytes.put(directory + 46 + 5, (byte) 'q')));
    assertRefused(
        "\"a/1.png\" is called \"a/1.pqg\" in its local header",
        changed(archive, bytes -> bytes.put(30 + 5, (byte) 'q')));
    assertRefused(
        "\"a/1.png\" is called \"a/1.pn\" in its local header",
        changed(archive, bytes -> bytes.putShort(26, (short) 6)));
    assertRefused(
        "\"a/1.png\" is called \"a\\1.png\" in its local header",
        changed(archive, bytes -> bytes.put(30 + 1, (byte) '\\')));
    assertRefused("holds two entries called \"a/1.png\"", replaced(archive, "b/2.png", "a/1.png"));
    assertRefused(
        "is not a readable zip archive: the name \"a\uFFFD1.png\" is not in UTF-8",
        replaced(archive, "a/1.png", "a\u00e41.png"));
  }

  @Test
  void aSecondNameInUnicodeMustBeTheFirst() {
    for (boolean same : new boolean[] {true, false}) {
      byte[] name = "a/1.png".getBytes(UTF_8);
      byte[] unicode = (same ? "a/1.png" : "b/1.png").getBytes(UTF_8);
      CRC32 crc = new CRC32();
      crc.update(name);
      ByteBuffer extra = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
      extra.putShort((short) 0x7075).putShort((short) 12).put((byte) 1);
      extra.putInt((int) crc.getValue()).put(unicode);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (ZipOutputStream zip = new ZipOutputStream(out)) {
        ZipEntry entry = new ZipEntry("a/1.png");
        entry.setExtra(extra.array());
        zip.putNextEntry(entry);
        zip.closeEntry();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      if (same) {
        assertEquals(List.of("a/1.png"), names(out.toByteArray()));
      } else {
        assertRefused("\"a/1.png\" is called \"b/1.png\" in its Unicode field", out.toByteArray());
      }
    }
  }

  @Test
  void numbersThatAreStoredTwiceMustAgree() {
    byte[] archive = stored("a/1.png", new byte[] {1, 2, 3});
    String crc = "%08x".formatted(read(archive).getFirst().crc());
    String said = "\"a/1.png\" has 3 bytes, 3 packed, checksum %s; its local header says %s";
    assertRefused(
        said.formatted(crc, "4, 3, " + crc), changed(archive, bytes -> bytes.putInt(22, 4)));
    assertRefused(
        said.formatted(crc, "3, 2, " + crc), changed(archive, bytes -> bytes.putInt(18, 2)));
    assertRefused(
        said.formatted(crc, "3, 3, 00000001"), changed(archive, bytes -> bytes.putInt(14, 1)));
    assertRefused(
        "\"a/1.png\" is packed by method 0, by 8 in its local header",
        changed(archive, bytes -> bytes.putShort(8, (short) 8)));
    assertRefused("its directory of 53 bytes should hold 2 entries", counted(archive, 2));
    assertRefused(
        "is one of several parts of a zip archive",
        changed(archive, bytes -> bytes.putShort(archive.length - 12, (short) 2)));
  }

  @Test
  void whatCannotBeUnpackedIsNamed() {
    byte[] archive = stored("a/1.png", new byte[] {1, 2, 3});
    assertRefused(
        "\"a/1.png\" is encrypted; archives without a password are read",
        central(archive, entry -> entry.putShort(8, (short) 1)));
    assertRefused(
        "\"a/1.png\" is encrypted; archives without a password are read",
        changed(archive, bytes -> bytes.putShort(6, (short) 1)));
    assertRefused(
        "\"a/1.png\" is packed by method 9; 0 (stored) and 8 (deflated) are read",
        central(archive, entry -> entry.putShort(10, (short) 9)));
    assertRefused(
        "\"a/1.png\" is stored as 3 bytes and has 4",
        central(archive, entry -> entry.putInt(24, 4)));
  }

  @Test
  void entriesOverlapNowhereAndNoneIsHidden() {
    byte[] archive = two();
    int directory = little(archive).getInt(archive.length - 6);
    int second = directory + 46 + 7;
    int at = little(archive).getInt(second + 42);
    assertRefused(
        "\"b/2.png\" begins at byte 0, inside another entry",
        changed(archive, bytes -> bytes.putInt(second + 42, 0)));
    // The directory without its second entry, as a program leaves it that deletes without packing.
    byte[] forgotten = new byte[archive.length - 53];
    System.arraycopy(archive, 0, forgotten, 0, second);
    System.arraycopy(archive, second + 53, forgotten, second, archive.length - second - 53);
    ByteBuffer end = little(forgotten);
    int record = forgotten.length - 22;
    end.putShort(record + 8, (short) 1).putShort(record + 10, (short) 1).putInt(record + 12, 53);
    assertRefused(
        "holds an entry at byte %d that is not in its directory".formatted(at), forgotten);
    assertRefused("holds an entry at byte 0 that is not in its directory", concat(two(), two()));
    assertRefused(
        "\"a/1.png\" should have 9999 bytes from byte 0 on, the directory begins at byte %d"
            .formatted(directory),
        central(archive, entry -> entry.putInt(20, 9999)));
    assertRefused(
        "\"a/1.png\" has no local header at byte 1",
        central(archive, entry -> entry.putInt(42, 1)));
    assertRefused(
        "byte %d begins no entry of its directory".formatted(directory),
        central(archive, entry -> entry.putInt(0, 1)));
    assertRefused(
        "the entry at byte %d of its directory runs past the directory's end".formatted(directory),
        central(archive, entry -> entry.putShort(32, (short) 9999)));
    assertRefused("its directory of 106 bytes should hold 3 entries", counted(archive, 3));
    assertRefused(
        "its directory holds 2 entries, not the 1 that its end record says", counted(archive, 1));
  }

  @Test
  void anArchiveIsReadToItsEnd() {
    String line =
        "is not a readable zip archive: its end record is missing, or the file goes on after it";
    byte[] archive = two();
    assertRefused(line, concat(archive, new byte[1]));
    assertRefused(line, Arrays.copyOf(archive, archive.length - 1));
    assertRefused(line, new byte[3]);
    assertError("x: cannot be opened", () -> ZipDirectory.read(folder.resolve("missing.zip"), "x"));
  }

  /// Whatever bit of an archive flips, its files keep their names or it is refused; what is
  /// accepted is what the JDK's reader finds.
  @Test
  void noFlippedBitMovesAFile() throws IOException {
    byte[][] archives = {two(), stored("a/1.png", new byte[] {1, 2, 3}), large(new byte[9])};
    for (byte[] archive : archives) {
      List<String> names = names(archive);
      int refused = 0;
      for (int bit = 0; bit < 8 * archive.length; bit++) {
        byte[] flipped = archive.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        Path file = write(folder.resolve("z.zip"), flipped);
        List<ZipDirectory.Entry> entries;
        try {
          entries = ZipDirectory.read(file, "z.zip");
        } catch (DataError e) {
          refused++;
          continue;
        }
        assertEquals(names, entries.stream().map(ZipDirectory.Entry::name).toList(), "bit " + bit);
        try (ZipFile zip = new ZipFile(file.toFile())) {
          for (ZipEntry entry : Collections.list(zip.entries())) {
            ZipDirectory.Entry same = entries.get(names.indexOf(entry.getName()));
            assertEquals(entry.getSize(), same.size());
            assertEquals(entry.getCrc(), same.crc());
          }
          assertEquals(names.size(), zip.size());
        } catch (ZipException e) {
          continue; // the JDK refuses more, such as versions and fields that it does not know
        }
      }
      assertTrue(refused > archive.length, refused + " of " + 8 * archive.length);
    }
  }
}
