package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static dev.tutti.nn.data.read.DataFiles.dot;
import static dev.tutti.nn.data.read.DataFiles.files;
import static dev.tutti.nn.data.read.DataFiles.write;
import static dev.tutti.nn.data.read.DataFiles.zip;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.nn.io.DataError;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Names of a zip archive's entries: those that lead out, that are written in different ways, and
/// that are damaged.
class ZipNamesTest {
  @TempDir Path folder;

  private Path archive(Object... pathsAndBytes) {
    return write(folder.resolve("z.zip"), zip(files(pathsAndBytes)));
  }

  @Test
  void aNameThatLeadsOutOfTheArchiveIsRefused() {
    for (String name :
        List.of(
            "../evil/1.png",
            "/abs/1.png",
            "a/../../b/1.png",
            "..\\win\\1.png",
            "a/..",
            "C:\\1.png",
            "c:/a/1.png",
            "\\\\host\\a\\1.png")) {
      Path path = archive("a/1.png", dot(1), name, dot(1));
      assertError(
          "z.zip: %s leads out of the archive; it is not read".formatted(DataError.quoted(name)),
          () -> ImageFolder.read(path));
    }
  }

  @Test
  void oneFolderHasOneNameHoweverItIsWritten() {
    Path path =
        archive("a\\1.png", dot(1), "a//2.png", dot(2), "./b/./3.png", dot(3), "b/", new byte[0]);
    assertEquals(Map.of("a", 2, "b", 1), ImageFolder.counts(path));
    assertEquals(3, ImageFolder.read(path).size());
    for (String same : List.of("a\\1.png", "a//1.png", "./a/1.png")) {
      Path twice = archive("a/1.png", dot(1), same, dot(2));
      assertError("z.zip: holds two entries called \"a/1.png\"", () -> ImageFolder.read(twice));
    }
  }

  @Test
  void aDamagedNameLosesNoImage() {
    byte[] archive = zip(files("a/1.png", dot(1), "a/2.png", dot(2), "b/1.png", dot(3)));
    String text = new String(archive, ISO_8859_1);
    int second = text.lastIndexOf("a/2.png");
    String damaged = text.substring(0, second) + "a/2.pqg" + text.substring(second + 7);
    Path path = write(folder.resolve("z.zip"), damaged.getBytes(ISO_8859_1));
    String line = "z.zip: \"a/2.pqg\" is called \"a/2.png\" in its local header";
    assertError(line, () -> ImageFolder.read(path));
    assertError(line, () -> ImageFolder.lazy(path, 9, 0));
    assertError(line, () -> ImageFolder.counts(path));
  }

  @Test
  void foldersAreNestedToABound() {
    String name = "x/".repeat(64) + "1.png";
    Path path = archive("a/1.png", dot(1), name, dot(1));
    assertError(
        "z.zip: %s is nested in more than 64 folders".formatted(DataError.quoted(name)),
        () -> ImageFolder.read(path));
  }

  @Test
  void filesBesideTheOnlyArchiveAreListed() {
    archive("a/1.png", dot(1), "b/1.png", dot(2), "notes.txt", new byte[] {1});
    write(folder.resolve("readme.txt"), "x");
    write(folder.resolve("over.png"), dot(3));
    write(folder.resolve(".x"), "x");
    assertEquals(
        List.of(
            "over.png (image outside the class folders)",
            ".x (hidden file or folder)",
            "notes.txt (not an image)",
            "readme.txt (not an image)"),
        ImageFolder.of(folder).leftOut().stream().map(LeftOut::toString).toList());
    assertEquals(2, ImageFolder.read(folder).size());
  }
}
