package dev.tutti.nn.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// The files below a folder or in a zip archive. They go by their paths from the top, with `/`
/// between the parts; those with a part that starts with a dot (or is `__MACOSX`) are left out.
///
/// [#read] may be called from several threads at once.
sealed interface ImageSource extends AutoCloseable {
  /// The largest file that is read, unpacked.
  int MOST_BYTES = 1 << 26;

  /// The paths of all files, in no particular order.
  List<String> paths();

  /// The bytes of the file at one of [#paths].
  byte[] read(String path);

  /// `path` as a message names it.
  String shown(String path);

  @Override
  void close();

  /// Opens a zip archive, a folder, or the one zip archive in a folder without other folders.
  static ImageSource open(Path path) {
    if (Files.isDirectory(path)) {
      Folder folder = new Folder(path);
      Path archive = folder.onlyArchive();
      return archive == null ? folder : new Zip(archive);
    }
    ByteInput.checkedSize(path);
    byte[] magic;
    try (ByteInput in = ByteInput.plain(path)) {
      magic = in.read(2);
    }
    if (magic.length < 2 || magic[0] != 'P' || magic[1] != 'K') {
      throw DataError.in(path, "is neither a folder nor a zip archive");
    }
    return new Zip(path);
  }

  /// The files below a folder, down to a depth that covers every known layout. Links are followed.
  final class Folder implements ImageSource {
    private static final int DEEPEST = 5;

    private final Path folder;
    private final List<String> paths = new ArrayList<>();

    private Folder(Path folder) {
      this.folder = folder;
      list(folder, "", 1);
    }

    private void list(Path from, String prefix, int depth) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
        for (Path file : files) {
          String name = file.getFileName().toString();
          if (isHidden(name)) {
            continue;
          }
          if (!Files.isDirectory(file)) {
            paths.add(prefix + name);
          } else if (depth < DEEPEST) {
            list(file, prefix + name + "/", depth + 1);
          }
        }
      } catch (DirectoryIteratorException e) {
        throw ByteInput.failed(from, e.getCause());
      } catch (IOException e) {
        throw ByteInput.failed(from, e);
      }
    }

    /// The zip archive where there is just one and no file in a folder below this one, else null.
    private Path onlyArchive() {
      List<String> archives =
          paths.stream().filter(path -> path.toLowerCase(Locale.ROOT).endsWith(".zip")).toList();
      boolean flat = paths.stream().noneMatch(path -> path.contains("/"));
      return flat && archives.size() == 1 ? folder.resolve(archives.getFirst()) : null;
    }

    @Override
    public List<String> paths() {
      return paths;
    }

    @Override
    public byte[] read(String path) {
      Path file = folder.resolve(path);
      long size = ByteInput.checkedSize(file);
      if (size > MOST_BYTES) {
        throw tooLarge(path, size);
      }
      try (ByteInput in = ByteInput.plain(file)) {
        return in.read((int) size);
      }
    }

    @Override
    public String shown(String path) {
      return path;
    }

    @Override
    public void close() {}
  }

  /// The files in a zip archive. Names that lead out of it (`..`, `/…`) are left out.
  final class Zip implements ImageSource {
    private final Path file;
    private final ZipFile zip;
    private final Map<String, ZipEntry> entries = new LinkedHashMap<>();

    private Zip(Path file) {
      this.file = file;
      try {
        zip = new ZipFile(file.toFile(), StandardCharsets.UTF_8);
      } catch (IOException | IllegalArgumentException e) {
        throw damaged(e);
      }
      boolean listed = false;
      try {
        zip.stream().forEach(this::add);
        listed = true;
      } catch (IllegalArgumentException e) {
        throw damaged(e); // a name that is not UTF-8
      } finally {
        if (!listed) {
          close();
        }
      }
    }

    private DataError damaged(Exception e) {
      String found = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return new DataError(
          DataError.fileName(file) + ": is not a readable zip archive: " + found, e);
    }

    private void add(ZipEntry entry) {
      String path = entry.getName();
      if (entry.isDirectory() || path.startsWith("/") || path.indexOf('\\') >= 0) {
        return;
      }
      for (String part : path.split("/", -1)) {
        if (part.isEmpty() || isHidden(part)) { // "." and ".." are hidden, too
          return;
        }
      }
      if (entries.put(path, entry) != null) {
        throw DataError.in(file, "holds two entries called " + DataError.quoted(path));
      }
    }

    @Override
    public List<String> paths() {
      return List.copyOf(entries.keySet());
    }

    @Override
    public byte[] read(String path) {
      ZipEntry entry = entries.get(path);
      long size = entry.getSize();
      if (size < 0 || size > MOST_BYTES) {
        throw tooLarge(shown(path), size);
      }
      byte[] bytes;
      // One byte more than promised shows an entry that unpacks to more, without unpacking it.
      try (InputStream in = zip.getInputStream(entry)) {
        bytes = in.readNBytes((int) size + 1);
      } catch (IOException | RuntimeException e) {
        throw new DataError(shown(path) + ": damaged zip entry: " + e.getMessage(), e);
      }
      if (bytes.length != size) {
        throw new DataError(
            "%s: the zip archive promises %d bytes, the entry has %s"
                .formatted(shown(path), size, bytes.length > size ? "more" : "" + bytes.length));
      }
      CRC32 crc = new CRC32();
      crc.update(bytes);
      if (crc.getValue() != entry.getCrc()) {
        throw new DataError(
            "%s: damaged zip entry: checksum %08x, %08x expected"
                .formatted(shown(path), crc.getValue(), entry.getCrc()));
      }
      return bytes;
    }

    @Override
    public String shown(String path) {
      return DataError.fileName(file) + ": " + path;
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

  private static boolean isHidden(String part) {
    return part.startsWith(".") || part.equals("__MACOSX");
  }

  private static DataError tooLarge(String shown, long size) {
    return new DataError(
        "%s: has %d bytes; an image file of at most %d is read".formatted(shown, size, MOST_BYTES));
  }
}
