package dev.tutti.nn.data.read;

import static dev.tutti.nn.data.read.DataFiles.gzip;
import static dev.tutti.nn.data.read.DataFiles.tarHeader;
import static dev.tutti.nn.data.read.DataFiles.withHeader;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.tutti.engine.Tensor;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.ClassFolder;
import dev.tutti.nn.io.DataError;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that need more memory than there is: a small packed file, unpacked without end, and large
/// images of one colour, in a JVM with a small heap. Each is refused with a line; what fits is
/// read.
class ReaderLimitsTest {
  private static final String MEMORY = "more memory than there is";

  @TempDir static Path folder;

  /// Reads the file that each argument names, with the options of a table after `#`.
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      for (String argument : arguments) {
        System.out.println(result(argument).replaceAll("^.*/[a-z0-9-]+\\.gz(#\\S+)?: ", ""));
      }
    }

    /// All images, those on demand by four threads.
    private static Dataset images(Path tree, boolean lazily) {
      ImageFolder sized = ImageFolder.of(tree).size(8, 8);
      Dataset set = (lazily ? sized.lazily(0) : sized).read();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; lazily && i < 4; i++) {
        int first = i;
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  for (int k = first; k < set.size(); k += 4) {
                    set.read(k, new float[set.elements()], 0);
                  }
                }));
      }
      for (Thread thread : threads) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
      return set;
    }

    private static String result(String argument) {
      try {
        Dataset set =
            argument.contains("tree")
                ? images(Path.of(argument), argument.contains("lazy"))
                : argument.contains("cifar")
                    ? Cifar.read(Path.of(argument)).train()
                    : argument.contains("idx")
                        ? Idx.read(
                            "x", Path.of(argument), Path.of(argument.replace("idx", "labels")))
                        : Csv.of(argument);
        return "%d of %d".formatted(set.size(), set.elements());
      } catch (DataError e) {
        return e.getMessage().replaceAll("needs? .* -Xmx$", MEMORY);
      }
    }
  }

  /// A folder of one class with `count` times the image.
  private static String tree(String name, int count, byte[] image) {
    Path tree = folder.resolve("tree-" + name);
    for (int i = 0; i < count; i++) {
      DataFiles.write(tree.resolve("a/%02d.jpg".formatted(i)), image);
    }
    return tree.toString();
  }

  /// Photos, which are decoded within the memory that one of them may take.
  @Test
  void imagesOfManyPixels() {
    byte[] progressive = FlatImages.progressiveJpeg(3072, 4);
    assertResults(
        "-Xmx256m",
        List.of(
            "tree-progressive/a/00.jpg: 4096×4096 pixels " + MEMORY,
            "tree-lazy-progressive/a/00.jpg: 4096×4096 pixels " + MEMORY,
            "tree-deep/a/00.jpg: 4096×4096 pixels " + MEMORY,
            "tree-large/a/00.jpg: 11000×11000 pixels " + MEMORY,
            "34 of 192",
            "5 of 192",
            "3 of 192",
            "4 of 192"),
        tree("progressive", 3, FlatImages.progressiveJpeg(4096, 4)),
        tree("lazy-progressive", 3, FlatImages.progressiveJpeg(4096, 4)),
        tree("deep", 3, FlatImages.png(4096, 4096, true)),
        tree("large", 2, FlatImages.jpeg(11000, 11000, 3)),
        tree("fits", 34, progressive),
        tree("lazy-fits", 5, progressive),
        tree("photos", 3, FlatImages.jpeg(4000, 6000, 3)),
        tree("lazy-png", 4, FlatImages.png(4000, 4000, false)));
  }

  /// Writes a gzip file of `count` members.
  private static String packed(String name, int count, IntFunction<String> member)
      throws IOException {
    byte[] first = null;
    String former = null;
    Path file = folder.resolve(name + ".gz");
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < count; i++) {
        String text = member.apply(i);
        if (!text.equals(former)) {
          former = text;
          first = gzip(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        out.write(first);
      }
    }
    return file.toString();
  }

  private static String packed(String name, String start, int count, String repeated)
      throws IOException {
    return packed(name, count + 1, i -> i == 0 ? start : repeated);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static void assertResults(List<String> expected, String... files) {
    assertResults("-Xmx96m", expected, files);
  }

  private static void assertResults(String heap, List<String> expected, String... files) {
    assertEquals(
        expected, assertTimeoutPreemptively(Duration.ofMinutes(5), () -> lines(heap, files)));
  }

  private static List<String> lines(String heap, String... files) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "-XX:+UseSerialGC",
                "-Djava.util.concurrent.ForkJoinPool.common.parallelism=3",
                "-cp",
                String.join(
                    File.pathSeparator,
                    ClassFolder.of(Tensor.class),
                    ClassFolder.of(Csv.class),
                    ClassFolder.of(Child.class)),
                Child.class.getName()));
    command.addAll(List.of(files));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      return child.inputReader(StandardCharsets.UTF_8).readAllLines();
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void longLinesOfTables() throws IOException {
    String names = ("n".repeat(299) + ",").repeat(1 << 12);
    String digits = ("7".repeat(600) + ",").repeat(1 << 10);
    String zeros = "0,".repeat(1 << 15);
    assertResults(
        List.of(
            MEMORY,
            MEMORY,
            MEMORY,
            MEMORY,
            "line 1: a cell of more than 1048576 characters; is a quote left open?",
            "line 1: a cell of more than 1048576 characters; is a quote left open?",
            "line 1: more than 1048576 cells",
            "line 2: more than 1048576 cells"),
        packed("names", 1 << 8, i -> names),
        packed("digits", "x,".repeat(1 << 19) + "l\n", 1 << 9, digits),
        packed("first", 1 << 9, i -> digits) + "#header=no",
        packed("texts-of-a-row", 1, i -> "t,".repeat(400_000) + "l") + "#header=no,one-hot",
        packed("cell", 1 << 10, i -> "x".repeat(1 << 20)),
        packed("quoted", "\"", 1 << 10, "x\n".repeat(1 << 19)),
        packed("commas", 1 << 10, i -> ",".repeat(1 << 20)),
        packed("row", "x,l\n", 1 << 6, zeros));
  }

  @Test
  void tablesOfManyRowsAndColumns() throws IOException {
    String wide = "1,".repeat(1 << 16) + "a\n";
    assertResults(
        List.of(MEMORY, MEMORY, MEMORY, MEMORY, MEMORY, MEMORY, "1 of 200000", "1000000 of 1"),
        packed("wide", "x,".repeat(1 << 16) + "l\n", 1 << 12, wide),
        packed("rows", "x,l\n", 1 << 12, "1,a\n".repeat(1 << 16)),
        packed("labels-of-a-table", 250, i -> i + "l".repeat(1 << 19) + ",1\n") + "#0,header=no",
        packed("texts", 250, i -> i + "l".repeat(1 << 19) + ",1\n") + "#header=no,one-hot",
        packed("one-hot", 20_000, i -> "t" + i + ",1\n") + "#header=no,one-hot",
        packed("fill", "x,".repeat(5000) + "l\n", 5000, "?,".repeat(5000) + "a\n") + "#fill=0:?",
        packed("columns", "x,".repeat(200_000) + "l\n", 1, "1,".repeat(200_000) + "a\n"),
        packed("fits", "x,l\n", 1000, "1,a\n".repeat(1000)));
  }

  @Test
  void imagesAndLabels() throws IOException {
    String zeros = "\0".repeat(1 << 20);
    String small = text(withHeader(new int[] {0x803, 8 << 20, 1, 1}, new byte[0]));
    String large = text(withHeader(new int[] {0x803, 16, 1 << 12, 1 << 12}, new byte[0]));
    String fits = text(withHeader(new int[] {0x803, 1 << 20, 1, 1}, new byte[0]));
    packed("labels-small", text(withHeader(new int[] {0x801, 8 << 20}, new byte[0])), 8, zeros);
    packed("labels-large", text(withHeader(new int[] {0x801, 16}, new byte[16])), 0, zeros);
    packed("labels-many", text(withHeader(new int[] {0x801, 1 << 26}, new byte[0])), 64, zeros);
    packed("labels-int", text(withHeader(new int[] {0xc02, 1 << 26, 8}, new byte[0])), 2048, zeros);
    packed("labels-fits", text(withHeader(new int[] {0x801, 1 << 20}, new byte[0])), 1, zeros);
    assertResults(
        List.of(MEMORY, MEMORY, MEMORY, MEMORY, "1048576 of 1"),
        packed("idx-small", small, 8, zeros),
        packed("idx-large", large, 256, zeros),
        packed("idx-many", small, 8, zeros),
        packed("idx-int", small, 8, zeros),
        packed("idx-fits", fits, 1, zeros));
  }

  @Test
  void archives() throws IOException {
    int size = 3073 * (1 << 17);
    String batch = text(tarHeader("data_batch_1.bin", '0', "%011o\0".formatted(size)));
    String names = text(tarHeader("batches.meta.txt", '0', "%011o\0".formatted(1 << 29)));
    String other = text(tarHeader("x".repeat(99), '0', "%011o\0".formatted(1 << 20)));
    String zeros = "\0".repeat(1 << 20);
    assertResults(
        List.of(
            MEMORY,
            "batches.meta.txt has 536870912 bytes; ten names need fewer",
            "with the 1048576 bytes of \""
                + "x".repeat(40)
                + "…\" the archive is past the"
                + " 1073741824 that are unpacked at most"),
        packed("cifar-batch", batch, 400, zeros),
        packed("cifar-names", names, 512, zeros),
        packed("cifar-entries", 1100, i -> other + zeros));
  }
}
