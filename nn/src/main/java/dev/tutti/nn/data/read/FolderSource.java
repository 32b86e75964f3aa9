package dev.tutti.nn.data.read;

import dev.tutti.nn.io.DataError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The files below a folder. Links are followed, but not back to a folder that contains them.
final class FolderSource implements ImageSource {
  /// How much may be listed again in folders that several links lead to, in files; a folder counts
  /// as a hundred. Folders with links to each other have more paths than can be walked.
  private static final int MOST_AGAIN = 1 << 20;

  private static final int FOLDER = 100;

  private final Path top;
  private final List<String> paths = new ArrayList<>();
  private final List<String> folders = new ArrayList<>();
  private final List<LeftOut> leftOut = new ArrayList<>();
  private final List<Object> chain = new ArrayList<>(); // the folders that are being listed
  private final Set<Object> listed = new HashSet<>();
  private final Charge charge;
  private long again;

  FolderSource(Path top) {
    this.top = top;
    charge = new Charge(shown(""));
    list(top, "", identity(top, "", attributes(top, "")));
  }

  private void list(Path folder, String prefix, Object identity) {
    boolean another = !listed.add(identity);
    again += another ? FOLDER : 0;
    chain.add(identity);
    for (Path file : files(folder, prefix)) {
      String name = file.getFileName().toString();
      String path = prefix + name;
      again += another ? 1 : 0;
      if (again > MOST_AGAIN) {
        throw new DataError(
            shown(prefix) + ": links lead to the same folders again and again, in too many ways");
      }
      if (ImageSource.isSystems(name)) {
        continue;
      }
      if (ImageSource.isHidden(name)) {
        boolean isFolder = Files.isDirectory(file);
        leftOut.add(new LeftOut(isFolder ? path + "/" : path, LeftOut.Reason.HIDDEN));
        continue;
      }
      charge.add(ImageSource.bytes(path));
      BasicFileAttributes attributes = attributes(file, path);
      if (attributes.isDirectory()) {
        enter(file, path, attributes);
      } else {
        paths.add(path);
      }
    }
    chain.removeLast();
  }

  private void enter(Path folder, String path, BasicFileAttributes attributes) {
    Object identity = identity(folder, path, attributes);
    if (chain.contains(identity)) {
      leftOut.add(new LeftOut(path + "/", LeftOut.Reason.LEADS_BACK));
      return;
    }
    if (chain.size() > DEEPEST) {
      throw new DataError("%s: is nested in more than %d folders".formatted(shown(path), DEEPEST));
    }
    folders.add(path);
    list(folder, path + "/", identity);
  }

  /// The files of a folder in the order of their names.
  private List<Path> files(Path folder, String prefix) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(files::add);
    } catch (DirectoryIteratorException e) {
      throw failed(prefix, e.getCause());
    } catch (IOException e) {
      throw failed(prefix, e);
    }
    files.sort(Comparator.comparing(file -> file.getFileName().toString()));
    return files;
  }

  private BasicFileAttributes attributes(Path file, String path) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class);
    } catch (IOException e) {
      if (Files.isSymbolicLink(file)) {
        throw new DataError(
            "%s: is a link to %s, which does not exist".formatted(shown(path), target(file)), e);
      }
      throw failed(path, e);
    }
  }

  private static String target(Path link) {
    try {
      return DataError.quoted(Files.readSymbolicLink(link).toString());
    } catch (IOException e) {
      return "a file";
    }
  }

  /// What distinguishes a folder from all others that exist.
  private Object identity(Path folder, String path, BasicFileAttributes attributes) {
    if (attributes.fileKey() != null) {
      return attributes.fileKey();
    }
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  private DataError failed(String path, IOException e) {
    String found =
        switch (e) {
          case AccessDeniedException _ -> "may not be read (permission denied)";
          case NoSuchFileException _ -> "no such file";
          default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    return new DataError(shown(path) + ": " + found, e);
  }

  @Override
  public List<String> paths() {
    return paths;
  }

  @Override
  public List<String> folders() {
    return folders;
  }

  @Override
  public List<LeftOut> leftOut() {
    return leftOut;
  }

  @Override
  public long size(String path) {
    BasicFileAttributes attributes = attributes(top.resolve(path), path);
    if (!attributes.isRegularFile()) {
      throw new DataError(shown(path) + ": is not a regular file");
    }
    if (attributes.size() == 0) {
      throw new DataError(shown(path) + ": is empty (0 bytes)");
    }
    if (attributes.size() > MOST_BYTES) {
      throw ImageSource.tooLarge(shown(path), attributes.size());
    }
    return attributes.size();
  }

  @Override
  public byte[] read(String path) {
    return bytes(top.resolve(path), path, (int) size(path));
  }

  @Override
  public byte[] start(String path, int count) {
    Path file = top.resolve(path);
    // Opening a pipe would wait for somebody to write to it.
    return attributes(file, path).isRegularFile() ? bytes(file, path, count) : new byte[0];
  }

  private byte[] bytes(Path file, String path, int most) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(most);
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  @Override
  public String shown(String path) {
    String folder = DataError.fileName(top);
    if (path.isEmpty()) {
      return folder;
    }
    return (folder.endsWith("/") ? folder : folder + "/") + path;
  }

  @Override
  public void close() {}
}
