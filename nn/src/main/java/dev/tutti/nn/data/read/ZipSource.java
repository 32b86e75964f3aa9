package dev.tutti.nn.data.read;

import dev.tutti.nn.io.DataError;
import dev.tutti.nn.io.ZipArchive;
import dev.tutti.nn.io.ZipDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;

/// The files in a zip archive, whose list and contents agree ([ZipDirectory]).
///
/// `\` between folders, which some programs write, is `/`. A name that leads out of the archive
/// (`..`, `/…`, `C:…`) is an error.
final class ZipSource implements ImageSource {
  private final Path file;
  private final ZipArchive zip;
  private final Map<String, ZipDirectory.Entry> entries = new LinkedHashMap<>();
  private final Set<String> folders = new LinkedHashSet<>();
  private final Set<LeftOut> leftOut = new LinkedHashSet<>();
  private final Charge charge;

  /// @param beside the folder in which the archive is the only one, or null
  ZipSource(Path file, FolderSource beside) {
    this.file = file;
    String name = DataError.fileName(file);
    charge = new Charge(name);
    if (beside != null) {
      leftOut.addAll(beside.leftOut());
      beside.paths().stream().filter(path -> !path.equals(name)).forEach(this::leaveBeside);
    }
    zip = ZipArchive.open(file, name);
    boolean done = false;
    try {
      zip.entries().forEach(this::add);
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  private void leaveBeside(String path) {
    boolean image = ImageFormat.of(path) != null;
    leftOut.add(
        new LeftOut(path, image ? LeftOut.Reason.OUTSIDE_CLASSES : LeftOut.Reason.NOT_AN_IMAGE));
  }

  private void add(ZipDirectory.Entry entry) {
    String name = entry.name();
    String slashes = name.replace('\\', '/');
    if (slashes.startsWith("/") || slashes.matches("[A-Za-z]:.*")) {
      throw leadsOut(name);
    }
    List<String> parts = new ArrayList<>();
    for (String part : slashes.split("/")) {
      if (part.equals("..")) {
        throw leadsOut(name);
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    if (parts.size() > DEEPEST) {
      throw DataError.in(
          file, "%s is nested in more than %d folders".formatted(DataError.quoted(name), DEEPEST));
    }
    add(entry, slashes.endsWith("/"), parts);
  }

  private void add(ZipDirectory.Entry entry, boolean isFolder, List<String> parts) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      String part = parts.get(i);
      boolean inner = isFolder || i < parts.size() - 1;
      if (ImageSource.isSystems(part)) {
        return;
      }
      path.append(i == 0 ? "" : "/").append(part);
      if (ImageSource.isHidden(part)) {
        leftOut.add(new LeftOut(inner ? path + "/" : path.toString(), LeftOut.Reason.HIDDEN));
        return;
      }
      if (inner && folders.add(path.toString())) {
        charge.add(ImageSource.bytes(path));
      }
    }
    charge.add(ImageSource.bytes(path));
    if (!isFolder && entries.put(path.toString(), entry) != null) {
      throw DataError.in(file, "holds two entries called " + DataError.quoted(path.toString()));
    }
  }

  private DataError leadsOut(String name) {
    return DataError.in(
        file, "%s leads out of the archive; it is not read".formatted(DataError.quoted(name)));
  }

  @Override
  public List<String> paths() {
    return List.copyOf(entries.keySet());
  }

  @Override
  public List<String> folders() {
    return List.copyOf(folders);
  }

  @Override
  public List<LeftOut> leftOut() {
    return List.copyOf(leftOut);
  }

  @Override
  public long size(String path) {
    long size = entries.get(path).size();
    if (size < 0 || size > MOST_BYTES) {
      throw ImageSource.tooLarge(shown(path), size);
    }
    return size;
  }

  @Override
  public byte[] read(String path) {
    ZipDirectory.Entry entry = entries.get(path);
    long size = size(path);
    // Reading one byte more than promised detects an entry that unpacks to more, without unpacking
    // all of it.
    byte[] bytes = unpacked(path, (int) size + 1);
    if (bytes.length != size) {
      throw new DataError(
          "%s: the zip archive promises %d bytes, the entry has %s"
              .formatted(shown(path), size, bytes.length > size ? "more" : "" + bytes.length));
    }
    CRC32 crc = new CRC32();
    crc.update(bytes);
    if (crc.getValue() != entry.crc()) {
      throw new DataError(
          "%s: damaged zip entry: checksum %08x, %08x expected"
              .formatted(shown(path), crc.getValue(), entry.crc()));
    }
    return bytes;
  }

  @Override
  public byte[] start(String path, int count) {
    return unpacked(path, count);
  }

  private byte[] unpacked(String path, int most) {
    try (InputStream in = zip.data(entries.get(path))) {
      return in.readNBytes(most);
    } catch (IOException | RuntimeException e) {
      throw new DataError(shown(path) + ": damaged zip entry: " + e.getMessage(), e);
    }
  }

  @Override
  public String shown(String path) {
    return DataError.fileName(file) + (path.isEmpty() ? "" : ": " + path);
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      return; // nothing was written, so nothing is lost
    }
  }
}
