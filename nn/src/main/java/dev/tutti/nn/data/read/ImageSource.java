package dev.tutti.nn.data.read;

import dev.tutti.nn.io.DataError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The files below a folder or in a zip archive. They go by their paths from the top, with `/`
/// between the parts.
///
/// Files of the operating system (`Thumbs.db`, `.DS_Store`, `__MACOSX`) are skipped, and files and
/// folders whose names start with a dot are [#leftOut].
///
/// [#read] and [#start] may be called from several threads at once.
sealed interface ImageSource extends AutoCloseable permits FolderSource, ZipSource {
  /// The largest file that is read, unpacked.
  int MOST_BYTES = 1 << 26;

  /// How many folders may be nested.
  int DEEPEST = 64;

  Set<String> SYSTEM =
      Set.of(
          "__macosx",
          ".ds_store",
          "thumbs.db",
          "ehthumbs.db",
          "desktop.ini",
          ".directory",
          "@eadir");

  /// The paths of all files, in no particular order.
  List<String> paths();

  /// The paths of all folders, each before those below it.
  List<String> folders();

  /// What is there and in neither list.
  List<LeftOut> leftOut();

  /// The length of the file at one of [#paths], at most [#MOST_BYTES].
  long size(String path);

  /// The bytes of the file at one of [#paths].
  byte[] read(String path);

  /// The first bytes of the file at one of [#paths]: `count`, or all if there are fewer.
  byte[] start(String path, int count);

  /// `path` as a message names it, with the folder or archive.
  String shown(String path);

  @Override
  void close();

  /// Opens a zip archive, a folder, or the one zip archive in a folder without other folders.
  static ImageSource open(Path path) {
    if (Files.isDirectory(path)) {
      FolderSource folder = new FolderSource(path);
      List<String> archives =
          folder.paths().stream()
              .filter(file -> file.toLowerCase(Locale.ROOT).endsWith(".zip"))
              .toList();
      if (!folder.folders().isEmpty() || archives.size() != 1) {
        return folder;
      }
      return new ZipSource(path.resolve(archives.getFirst()), folder);
    }
    ByteInput.checkedSize(path);
    byte[] magic;
    try (ByteInput in = ByteInput.plain(path)) {
      magic = in.read(2);
    }
    if (magic.length < 2 || magic[0] != 'P' || magic[1] != 'K') {
      throw DataError.in(path, "is neither a folder nor a zip archive");
    }
    return new ZipSource(path, null);
  }

  /// Whether a file or folder of this name is an operating system's. `._NAME` is macOS's metadata
  /// of the file `NAME`.
  static boolean isSystems(String name) {
    return SYSTEM.contains(name.toLowerCase(Locale.ROOT)) || name.startsWith("._");
  }

  static boolean isHidden(String name) {
    return name.startsWith(".");
  }

  /// The error about a file that is larger than what is read.
  static DataError tooLarge(String shown, long size) {
    return new DataError(
        "%s: has %d bytes; an image file of at most %d is read".formatted(shown, size, MOST_BYTES));
  }

  /// What a path costs in memory, here and in the tree that is made of it.
  static long bytes(CharSequence path) {
    return 300 + 4L * path.length();
  }
}
