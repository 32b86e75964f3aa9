package dev.tutti.cli.data.download;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/// What tests of downloads have in common: a file, the folder it goes to, and what a listener
/// hears.
public abstract class DownloadFixture {
  static final int SIZE = 300_000;
  static final byte[] CONTENT = bytes(1);
  public static final Patience BRIEF =
      new Patience(Duration.ofSeconds(60), Duration.ofSeconds(60), 1, 3, Duration.ofMillis(10));

  @TempDir Path folder;

  final List<String> notes = new ArrayList<>();
  final List<Long> begun = new ArrayList<>();
  long last;

  static byte[] bytes(long seed) {
    byte[] bytes = new byte[SIZE];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static RemoteFile file(byte[] content, URI... addresses) {
    return file("set.bin", content, addresses);
  }

  /// {@return the description of a file with this content}
  public static RemoteFile file(String name, byte[] content, URI... addresses) {
    try {
      byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(content);
      return new RemoteFile(
          name, content.length, HexFormat.of().formatHex(sha256), List.of(addresses));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  final Download.Listener listener =
      new Download.Listener() {
        @Override
        public void begin(RemoteFile file, long have) {
          begun.add(have);
        }

        @Override
        public void at(long have) {
          last = have;
        }

        @Override
        public void note(String line) {
          notes.add(line);
        }
      };

  void get(RemoteFile file, Patience patience, Disk disk) throws Unavailable, InterruptedException {
    try (Download download = new Download(patience, disk, "tutti test", listener)) {
      download.get(file, folder);
    }
  }

  void get(RemoteFile file) throws Unavailable, InterruptedException {
    get(file, BRIEF, Disk.REAL);
  }

  String failure(RemoteFile file) {
    String message = assertThrows(Unavailable.class, () -> get(file)).getMessage();
    assertTrue(message.startsWith("set.bin cannot be downloaded: "), message);
    return message.substring("set.bin cannot be downloaded: ".length());
  }

  Path target() {
    return folder.resolve("set.bin");
  }

  Path part() {
    return folder.resolve("set.bin.part");
  }

  /// The file is there, and nothing else but the folder's lock.
  void assertDone(byte[] content) throws IOException {
    assertArrayEquals(content, Files.readAllBytes(target()));
    assertEquals(List.of("set.bin"), names());
  }

  /// {@return what is in the folder, but for its lock}
  List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(FolderLock.NAME))
          .sorted()
          .toList();
    }
  }
}
