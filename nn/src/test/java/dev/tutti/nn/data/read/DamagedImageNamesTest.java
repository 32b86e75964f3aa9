package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.dot;
import static dev.tutti.nn.data.read.DataFiles.jpeg;
import static dev.tutti.nn.data.read.DataFiles.png;
import static dev.tutti.nn.data.read.DataFiles.write;
import static dev.tutti.nn.data.read.DataFiles.zip;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.DataError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever is wrong with one file of a tree, and whichever reader finds it: the error says in
/// which set and which class folder it is, and how it is called.
class DamagedImageNamesTest {
  @TempDir Path folder;

  private static final String NAME = "train/c/deep/3.png";

  /// What may be wrong with a file.
  private static Map<String, byte[]> damages() {
    byte[] png = png(64, 64, 3);
    byte[] flipped = png.clone();
    flipped[50] ^= 1;
    byte[] jpeg = jpeg(64, 64, 3);
    Map<String, byte[]> damages = new LinkedHashMap<>();
    damages.put("is empty", new byte[0]);
    damages.put("damaged image: a PNG chunk", Arrays.copyOf(png, 60));
    damages.put("damaged image: wrong checksum", flipped);
    damages.put("damaged image: ", Arrays.copyOf(jpeg, jpeg.length / 2));
    damages.put("is a GIF image", "GIF89a".getBytes(StandardCharsets.UTF_8));
    damages.put("is neither JPEG nor PNG (starts with", new byte[] {1});
    damages.put("65×64, but train/", png(65, 64, 3));
    damages.put("bytes; an image file of at most 67108864 is read", new byte[(1 << 26) + 1]);
    return damages;
  }

  private static Map<String, Consumer<Path>> readers() {
    Map<String, Consumer<Path>> readers = new LinkedHashMap<>();
    readers.put("read", ImageFolder::read);
    readers.put("split", path -> ImageFolder.of(path).split(0.5, 1));
    readers.put("parts", path -> ImageFolder.of(path).parts());
    readers.put("lazy", path -> readAll(ImageFolder.lazy(path, 99, 0)));
    readers.put("lazy parts", path -> readAll(ImageFolder.of(path).lazily(99).parts().train()));
    return readers;
  }

  private static void readAll(Dataset set) {
    float[] to = new float[set.elements()];
    for (int i = 0; i < set.size(); i++) {
      set.read(i, to, 0);
    }
  }

  private static Map<String, byte[]> tree(byte[] damaged) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String path : List.of("train/a/1.png", "train/c/1.png", "test/a/1.png", "test/c/1.png")) {
      files.put(path, png(64, 64, 3));
    }
    files.put(NAME, damaged);
    return files;
  }

  @Test
  void everyErrorOfAFileNamesItWithItsFolders() {
    damages()
        .forEach((words, bytes) -> {
          Path onDisk = folder.resolve("set");
          tree(bytes).forEach((path, content) -> write(onDisk.resolve(path), content));
          Path archive = write(folder.resolve("set.zip"), zip(tree(bytes)));
          readers()
              .forEach((reader, read) -> {
                assertNamed("set/" + NAME + ": ", words, reader, () -> read.accept(onDisk));
                assertNamed("set.zip: " + NAME + ": ", words, reader, () -> read.accept(archive));
              });
        });
  }

  private static void assertNamed(String start, String words, String reader, Runnable read) {
    String line = assertThrows(DataError.class, read::run, reader + ": " + words).getMessage();
    String empty = words.equals("is empty") && line.contains("(empty)") ? "is neither" : words;
    assertTrue(line.startsWith(start), reader + ": " + line);
    assertTrue(line.contains(empty), reader + ": " + line);
  }

  @Test
  void whatIsNotARegularFileIsNamed() throws IOException, InterruptedException {
    Path pipe = write(folder.resolve("set/a/1.png"), dot(1)).resolveSibling("2.png");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "no named pipes");
    assertEquals(0, new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor());
    DataFiles.assertError(
        "set/a/2.png: is not a regular file", () -> ImageFolder.read(folder.resolve("set")));
    // A pipe under another name is not opened, which would wait for a writer.
    Files.move(pipe, pipe.resolveSibling("2"));
    assertEquals(
        List.of("a/2 (not an image)"),
        ImageFolder.of(folder.resolve("set")).leftOut().stream().map(LeftOut::toString).toList());
  }

  @Test
  void theFormatIsWhatTheFirstBytesSay() {
    byte[] png = png(8, 8, 3);
    Path path =
        write(
            folder.resolve("z.zip"),
            zip(
                DataFiles.files(
                    "a/1.jpg", png, "b/1.png", png, "b/2.JPEG", png, "c/1.png", jpeg(8, 8, 3))));
    Dataset set = ImageFolder.read(path);
    assertEquals(4, set.size());
    assertEquals(
        Arrays.toString(DataFiles.bytes(set, 1)), Arrays.toString(DataFiles.bytes(set, 0)));
  }
}
