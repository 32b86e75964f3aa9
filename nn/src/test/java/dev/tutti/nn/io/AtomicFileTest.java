package dev.tutti.nn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  private static AtomicFile.Content text(String text) {
    return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void writesAndReplaces() throws IOException {
    Path file = folder.resolve("a.json");
    AtomicFile.write(file, text("one"));
    AtomicFile.write(file, text("two"));
    assertEquals("two", Files.readString(file));
    assertEquals(List.of("a.json"), names());
  }

  @Test
  void failuresLeaveTheFormerFileAndNoPart() throws IOException {
    Path file = folder.resolve("a.json");
    AtomicFile.write(file, text("former"));
    DataError error =
        assertThrows(
            DataError.class,
            () ->
                AtomicFile.write(
                    file,
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("the disk is full");
                    }));
    assertEquals(file + ": cannot be written: the disk is full", error.getMessage());
    assertEquals("former", Files.readString(file));
    assertEquals(List.of("a.json"), names());
  }

  @Test
  void runtimeFailuresLeaveNoPartEither() throws IOException {
    assertThrows(
        IllegalStateException.class,
        () ->
            AtomicFile.write(
                folder.resolve("a"),
                out -> {
                  throw new IllegalStateException();
                }));
    assertEquals(List.of(), names());
  }

  @Test
  void impossiblePlacesGetOneLine() throws IOException {
    Path inNone = folder.resolve("none/a.json");
    assertEquals(
        inNone + ": cannot be written: its folder does not exist",
        assertThrows(DataError.class, () -> AtomicFile.write(inNone, text(""))).getMessage());
    assertEquals(
        folder + ": cannot be written, it is a folder",
        assertThrows(DataError.class, () -> AtomicFile.write(folder, text(""))).getMessage());
    Path file = folder.resolve("file");
    Files.writeString(file, "");
    Path below = file.resolve("a");
    assertThrows(DataError.class, () -> AtomicFile.write(below, text("")));
  }

  @Test
  void linksStayAndTheirTargetIsReplaced() throws IOException {
    Path target = folder.resolve("target");
    Path link = folder.resolve("link");
    Files.writeString(target, "former");
    Files.createSymbolicLink(link, target);
    AtomicFile.write(link, text("new"));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(target));
  }

  /// Through a chain of links, one of them relative to its own folder.
  @Test
  void aLinkToNothingStaysAndItsTargetIsMade() throws IOException {
    Path below = Files.createDirectory(folder.resolve("below"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), below.resolve("next"));
    Path next = Files.createSymbolicLink(below.resolve("next"), Path.of("../target"));
    AtomicFile.write(link, text("new"));
    assertTrue(Files.isSymbolicLink(link) && Files.isSymbolicLink(next));
    assertEquals("new", Files.readString(folder.resolve("target")));
    assertEquals(List.of("below", "link", "target"), names());

    Path away = Files.createSymbolicLink(folder.resolve("away"), Path.of("none/a"));
    assertEquals(
        away + ": cannot be written: its folder does not exist",
        assertThrows(DataError.class, () -> AtomicFile.write(away, text(""))).getMessage());
    Path round = Files.createSymbolicLink(folder.resolve("round"), Path.of("round"));
    assertEquals(
        round + ": cannot be written: too many symbolic links",
        assertThrows(DataError.class, () -> AtomicFile.write(round, text(""))).getMessage());
  }

  /// From the first byte on: what only its owner may read is never read by others.
  @Test
  void aReplacedFileKeepsItsPermissions() throws IOException {
    assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"));
    Path file = Files.writeString(folder.resolve("a"), "former");
    for (String permissions : List.of("rw-------", "rwxrwxrwx", "r--r-----")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
      AtomicFile.write(
          file,
          out -> {
            try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, ".tutti-*")) {
              for (Path part : parts) {
                assertEquals(permissions, permissions(part));
              }
            }
            out.write('n');
          });
      assertEquals(permissions, permissions(file));
    }
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void devicesAreWrittenAsTheyAre() {
    Path device = Path.of("/dev/null");
    assumeTrue(Files.exists(device));
    AtomicFile.write(device, text("gone"));
    assertTrue(Files.exists(device) && !Files.isRegularFile(device));
  }

  @Test
  void aFullDiskGetsOneLine() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full));
    assertEquals(
        "/dev/full: cannot be written: No space left on device",
        assertThrows(DataError.class, () -> AtomicFile.write(full, text("a"))).getMessage());
  }

  @Test
  void abandonedPartsAreSweptAway() throws IOException {
    Files.writeString(folder.resolve(".tutti-1-7.tmp"), "a part of a process that is gone");
    Files.writeString(folder.resolve(".tutti-.tmp.json"), "another file");
    AtomicFile.write(folder.resolve("a"), text("one"));
    assertEquals(List.of(".tutti-.tmp.json", "a"), names());
  }

  /// Each write sweeps while the others are writing.
  @Test
  void manyThreadsWriteIntoOneFolder() throws Exception {
    int threads = 8;
    int writes = 30;
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        Path file = folder.resolve("file" + t % 3);
        String content = "" + t % 10;
        running.add(
            pool.submit(() -> {
              for (int i = 0; i < writes; i++) {
                AtomicFile.write(file, text(content.repeat(10_000)));
                String read = Files.readString(file);
                assertEquals(10_000, read.length());
                assertEquals(1, read.chars().distinct().count());
              }
              return null;
            }));
      }
      for (Future<?> thread : running) {
        thread.get();
      }
    }
    assertEquals(List.of("file0", "file1", "file2"), names());
  }
}
