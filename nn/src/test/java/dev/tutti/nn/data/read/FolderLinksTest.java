package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.assertError;
import static dev.tutti.nn.data.read.DataFiles.dot;
import static dev.tutti.nn.data.read.DataFiles.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tutti.nn.io.DataError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Symbolic links in a folder of images: into it, out of it, back, and to nothing.
class FolderLinksTest {
  @TempDir Path folder;
  private Path top;

  @BeforeEach
  void twoClasses() {
    top = folder.resolve("d");
    write(top.resolve("cat/1.png"), dot(1));
    write(top.resolve("dog/1.png"), dot(2));
  }

  private void link(String from, String to) {
    try {
      Files.createSymbolicLink(top.resolve(from), Path.of(to));
    } catch (UnsupportedOperationException | IOException e) {
      assumeTrue(false, "no symbolic links: " + e.getMessage());
    }
  }

  private List<String> leftOut() {
    return ImageFolder.of(top).leftOut().stream().map(LeftOut::toString).toList();
  }

  @Test
  void linksThatLeadBackAreNotFollowed() {
    for (int i = 0; i < 60; i++) {
      link("l" + i, ".");
      link("cat/up" + i, "..");
      link("cat/same" + i, "../cat");
    }
    link("top", top.toAbsolutePath().toString());
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          assertEquals(Map.of("cat", 1, "dog", 1), ImageFolder.counts(top));
          List<String> leftOut = leftOut();
          assertEquals(181, leftOut.size());
          assertTrue(leftOut.contains("l7/ (link that leads back)"), leftOut.toString());
          assertTrue(leftOut.contains("cat/up59/ (link that leads back)"), leftOut.toString());
        });
  }

  @Test
  void linksToElsewhereAreFollowed() {
    write(folder.resolve("store/x/9.png"), dot(9));
    write(folder.resolve("store/8.png"), dot(8));
    link("owl", "../store");
    link("cat/more", "../../store/x");
    link("dog/2.png", "../cat/1.png");
    assertEquals(Map.of("cat", 2, "dog", 2, "owl", 2), ImageFolder.counts(top));
    assertEquals(List.of(), leftOut());
    Path whole = folder.resolve("whole");
    try {
      Files.createSymbolicLink(whole, top);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertEquals(6, ImageFolder.read(whole).size());
  }

  @Test
  void aLinkToNothingIsNamed() {
    link("dog/gone.png", "../store/1.png");
    assertError(
        "d/dog/gone.png: is a link to \"../store/1.png\", which does not exist",
        () -> ImageFolder.read(top));
  }

  @Test
  void aClassThatIsALinkToNothingIsNamed() {
    link("owl", "nowhere");
    assertError(
        "d/owl: is a link to \"nowhere\", which does not exist", () -> ImageFolder.counts(top));
  }

  @Test
  void linksInACircleAreNamed() {
    link("a", "b");
    link("b", "a");
    assertError("d/a: is a link to \"b\", which does not exist", () -> ImageFolder.read(top));
  }

  /// Ten folders with a link to each other one have ten million ways through them.
  @Test
  void waysThroughLinkedFoldersAreBounded() {
    for (int i = 0; i < 10; i++) {
      write(top.resolve("c%d/1.png".formatted(i)), dot(i));
      for (int k = 0; k < 10; k++) {
        link("c%d/l%d".formatted(i, k), "../c" + k);
      }
    }
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          String message =
              assertThrows(DataError.class, () -> ImageFolder.counts(top)).getMessage();
          assertTrue(
              message.endsWith("links lead to the same folders again and again, in too many ways"),
              message);
        });
  }

  @Test
  void foldersAreNestedToABound() {
    String deep = "x/".repeat(62);
    write(top.resolve("cat/" + deep + "1.png"), dot(3));
    assertEquals(Map.of("cat", 2, "dog", 1), ImageFolder.counts(top));
    write(top.resolve("cat/" + deep + "x/x/1.png"), dot(3));
    String message = assertThrows(DataError.class, () -> ImageFolder.counts(top)).getMessage();
    assertTrue(message.endsWith("x/x: is nested in more than 64 folders"), message);
  }
}
