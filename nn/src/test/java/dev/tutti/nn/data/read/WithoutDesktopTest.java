package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.jpeg;
import static dev.tutti.nn.data.read.DataFiles.png;
import static dev.tutti.nn.data.read.DataFiles.write;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.Tensor;
import dev.tutti.nn.io.ClassFolder;
import dev.tutti.nn.io.DataError;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Java runtime that has no module java.desktop, such as jlink makes.
class WithoutDesktopTest {
  /// Reads two folders of images.
  static final class Reads {
    private Reads() {}

    public static void main(String[] args) {
      for (String folder : args) {
        try {
          System.out.println(ImageFolder.read(Path.of(folder)).size() + " read");
        } catch (DataError e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  @Test
  void jpegIsReadAndPngNamesTheModule(@TempDir Path folder)
      throws IOException, InterruptedException {
    write(folder.resolve("photos/a/1.jpg"), jpeg(8, 8, 3));
    write(folder.resolve("drawings/a/1.png"), png(8, 8, 3));
    String path =
        String.join(
            File.pathSeparator,
            ClassFolder.of(Tensor.class),
            ClassFolder.of(ImageFolder.class),
            ClassFolder.of(Reads.class));
    Process child =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--limit-modules=java.base",
                    "-cp",
                    path,
                    Reads.class.getName(),
                    folder.resolve("photos").toString(),
                    folder.resolve("drawings").toString()))
            .redirectErrorStream(true)
            .start();
    String printed = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, child.waitFor(), printed);
    assertEquals(
        List.of(
            "1 read",
            "drawings/a/1.png: a PNG image is read with the module java.desktop, which this program runs"
                + " without; give java and jlink --add-modules java.desktop, or take JPEG images"),
        printed.lines().filter(line -> !line.contains("incubator")).toList());
  }
}
