package dev.tutti.cli.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.cli.Cli;
import dev.tutti.cli.Cli.Outcome;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DataListTest {
  @TempDir Path folder;

  private JsonNode list(Path dataDir, String... more) {
    String[] args = new String[more.length + 5];
    System.arraycopy(
        new String[] {"data", "list", "--json", "--data-dir", dataDir.toString()}, 0, args, 0, 5);
    System.arraycopy(more, 0, args, 5, more.length);
    Outcome outcome = Cli.run(args);
    assertEquals(0, outcome.status(), outcome.err());
    return JsonMapper.shared().readTree(outcome.out());
  }

  private static String here(JsonNode list, String name) {
    for (JsonNode set : list.get("sets")) {
      if (set.get("name").asString().equals(name)) {
        return set.get("here").asString();
      }
    }
    throw new AssertionError(name + " is not listed");
  }

  /// A file of a size that takes no room on the disk.
  private static void sized(Path file, long bytes) throws IOException {
    Files.createDirectories(file.getParent());
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(bytes);
    }
  }

  @Test
  void showsEverySetWithItsAddress() {
    Outcome outcome = Cli.run("data", "list", "--data-dir", folder.toString());
    assertEquals(0, outcome.status(), outcome.err());
    assertEquals("Data sets in " + folder, outcome.out().lines().findFirst().orElse(""));
    for (KnownSet set : KnownSet.all()) {
      assertTrue(outcome.out().contains(set.name()), outcome.out());
      String where = outcome.out();
      assertTrue(
          where.contains(set.address().toString()) || where.contains(set.page().toString()), where);
    }
    long none = outcome.out().lines().filter(line -> line.matches(".*\\bno\\W*")).count();
    assertEquals(4, none, outcome.out());
  }

  @Test
  void aFolderThatDoesNotExistHoldsNothing() {
    Path none = folder.resolve("none");
    JsonNode list = list(none);
    assertEquals("no", here(list, "cifar10"));
    assertEquals(none.toString(), list.get("data_dir").asString());
  }

  @Test
  void tellsHowMuchIsThere() throws IOException {
    assertEquals("no", here(list(folder), "mnist"));
    Path mnist = folder.resolve("mnist");
    sized(mnist.resolve("train-images-idx3-ubyte.gz.part"), 5);
    assertEquals("a part", here(list(folder), "mnist"));
    sized(mnist.resolve("train-labels-idx1-ubyte.gz"), 28_881);
    sized(mnist.resolve("t10k-labels-idx1-ubyte.gz"), 4_542);
    assertEquals("2 of 4 files", here(list(folder), "mnist"));
    sized(mnist.resolve("t10k-images-idx3-ubyte.gz"), 1_648_877);
    sized(mnist.resolve("train-images-idx3-ubyte.gz"), 9_912_422);
    assertEquals("yes", here(list(folder), "mnist"));
    assertEquals("another file", here(list(folder, "--verify"), "mnist"));
    sized(mnist.resolve("t10k-images-idx3-ubyte.gz"), 7);
    assertEquals("another file", here(list(folder), "mnist"));
    assertEquals("no", here(list(folder), "fashion-mnist"));
  }

  /// They may be the set in another form, which `compare` reads too.
  @Test
  void filesOfOtherNamesAreNoted() throws IOException {
    sized(folder.resolve("cifar10/cifar-10-batches-bin/test_batch.bin"), 3_073);
    assertEquals("other files", here(list(folder), "cifar10"));
  }

  @Test
  void oneEditionOfEurosatIsEnough() throws IOException {
    sized(folder.resolve("eurosat/EuroSAT_RGB.zip"), 94_658_721);
    assertEquals("yes", here(list(folder), "eurosat"));
  }

  /// As `compare` does, it finds a set's files in the folder itself too.
  @Test
  void filesMayLieInTheFolderItself() throws IOException {
    sized(folder.resolve("cifar-10-binary.tar.gz"), 170_052_171);
    JsonNode list = list(folder);
    assertEquals("yes", here(list, "cifar10"));
    assertEquals("no", here(list, "mnist"));
  }

  @Test
  void jsonHasAllThatIsKnown() throws IOException {
    sized(folder.resolve("eurosat/EuroSAT.zip.part"), 17);
    JsonNode set = list(folder).get("sets").get(3);
    assertEquals("eurosat", set.get("name").asString());
    assertEquals(27_000, set.get("train").asInt());
    assertEquals("MIT", set.get("licence").asString());
    assertEquals(folder.resolve("eurosat").toString(), set.get("folder").asString());
    JsonNode file = set.get("files").get(0);
    assertEquals("EuroSAT.zip", file.get("name").asString());
    assertEquals(94_280_567, file.get("bytes").asInt());
    assertEquals(64, file.get("sha256").asString().length());
    assertEquals(
        "http://madm.dfki.de/files/sentinel/EuroSAT.zip", file.get("addresses").get(1).asString());
    assertEquals("part", file.get("here").asString());
    assertEquals(17, file.get("bytes_here").asInt());
    assertEquals("false", file.get("instead_of_the_others").toString());
    assertEquals("true", set.get("files").get(1).get("instead_of_the_others").toString());
  }

  @Test
  void theFolderIsAskedForOrNamedOrTheUsual() {
    assertEquals(folder, DataFolder.choose(folder, Map.of("TUTTI_DATA", "/b")));
    assertEquals(Path.of("/b"), DataFolder.choose(null, Map.of("TUTTI_DATA", "/b")));
    Path usual = Path.of(System.getProperty("user.home"), ".cache/tutti/data");
    assertEquals(usual, DataFolder.choose(null, Map.of("TUTTI_DATA", " ")));
    assertEquals(usual, DataFolder.choose(null, Map.of()));
  }
}
