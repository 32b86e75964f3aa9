package dev.tutti.nn.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// An open zip archive whose parts agree ([ZipDirectory]). Its data is unpacked by the JDK, whose
/// list of the entries is the same. Several threads may read at once.
public final class ZipArchive implements AutoCloseable {
  private final ZipFile zip;
  private final Map<String, ZipDirectory.Entry> entries = new LinkedHashMap<>();

  private ZipArchive(ZipFile zip, List<ZipDirectory.Entry> entries) {
    this.zip = zip;
    entries.forEach(entry -> this.entries.put(entry.name(), entry));
  }

  /// Opens the archive `file`.
  ///
  /// @param shown what messages call it
  /// @throws DataError as [ZipDirectory#read], or if another program changes it meanwhile
  public static ZipArchive open(Path file, String shown) {
    List<ZipDirectory.Entry> entries = ZipDirectory.read(file, shown);
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile(), StandardCharsets.UTF_8);
    } catch (IOException | IllegalArgumentException e) {
      String found = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new DataError(shown + ": is not a readable zip archive: " + found, e);
    }
    // The JDK identifies an archive by its place and time, which another one can share.
    if (zip.size() != entries.size() || !entries.stream().allMatch(entry -> agrees(zip, entry))) {
      DataError changed = new DataError(shown + ": was changed while it was read");
      try {
        zip.close();
      } catch (IOException e) {
        changed.addSuppressed(e);
      }
      throw changed;
    }
    return new ZipArchive(zip, entries);
  }

  private static boolean agrees(ZipFile zip, ZipDirectory.Entry entry) {
    ZipEntry same = zip.getEntry(entry.name());
    return same != null && same.getSize() == entry.size() && same.getCrc() == entry.crc();
  }

  /// {@return the entries, in the directory's order}
  public Collection<ZipDirectory.Entry> entries() {
    return Collections.unmodifiableCollection(entries.values());
  }

  /// {@return the entry of that name, null if there is none}
  public ZipDirectory.Entry entry(String name) {
    return entries.get(name);
  }

  /// {@return the unpacked data of an entry} Its checksum is not compared.
  ///
  /// @throws IOException if it cannot be unpacked
  public InputStream data(ZipDirectory.Entry entry) throws IOException {
    return zip.getInputStream(zip.getEntry(entry.name()));
  }

  /// Nothing can be read any more.
  @Override
  public void close() throws IOException {
    zip.close();
  }
}
