package dev.tutti.cli.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.cli.ChildJvm;
import dev.tutti.cli.Cli;
import dev.tutti.cli.Cli.Outcome;
import dev.tutti.cli.RealData;
import dev.tutti.cli.data.download.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The command, against mirrors on the loopback address.
@Timeout(300)
class DataGetTest {
  private static final String IMAGES = "train-images-idx3-ubyte.gz";

  @TempDir Path folder;

  private Outcome get(TestServer mirror, String... more) {
    List<String> args = new ArrayList<>(List.of("data", "get"));
    args.addAll(List.of(more));
    args.addAll(
        List.of("--data-dir", folder.toString(), "--mirror", mirror.address("").toString()));
    return Cli.run(args.toArray(String[]::new));
  }

  private static TestServer nothing() throws IOException {
    return new TestServer((request, out) -> TestServer.head(out, 404, "Content-Length: 0"));
  }

  /// Serves the files below a folder.
  private static TestServer serving(Path root) throws IOException {
    return new TestServer((request, out) -> {
      byte[] bytes = Files.readAllBytes(root.resolve(request.path().substring(1)));
      TestServer.head(out, 200, "Content-Length: " + bytes.length);
      out.write(bytes);
    });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data get minst|unknown data set 'minst'; did you mean 'mnist'?|data get",
        "data get imagenet|unknown data set 'imagenet'; valid: mnist, fashion-mnist, cifar10,"
            + " eurosat|data get",
        "data get|name a data set: mnist, fashion-mnist, cifar10, eurosat|data get",
        "data get mnist --mirror ftp://a/b|--mirror must begin with http:// or https:// and a"
            + " host, got ftp://a/b|data get",
        "data get mnist --mirror http://|--mirror must begin with http:// or https:// and a host,"
            + " got http://|data get",
        "data get mnist --mirror http://a/%zz|--mirror http://a/%zz is not an address|data get",
        "data get mnist --froce|unknown option '--froce'; did you mean '--force'?|data get",
        "data|a command is needed: get, list|data",
        "data gte mnist|unknown command 'gte'; did you mean 'get'?|data",
        "data list mnist|unknown argument 'mnist'|data list",
      })
  void usageErrorsAreOneLine(String command, String line, String help) {
    Outcome outcome = Cli.run(command.split(" "));
    assertEquals("tutti: " + line + " (see 'tutti " + help + " --help')", outcome.err().strip());
    assertEquals(2, outcome.status());
    assertEquals("", outcome.out());
  }

  /// From the mirror to figures: the download, `list`, and the comparison that reads the files.
  @Test
  void whatWasDownloadedCanBeTrainedOn() throws IOException {
    Path real = RealData.folder("mnist");
    try (TestServer mirror = serving(real.getParent())) {
      Outcome outcome = get(mirror, "mnist", "mnist");
      assertEquals(0, outcome.status(), outcome.err());
      assertEquals(
          "mnist: complete in %s%n  ./tutti compare --data mnist --data-dir %s%n"
              .formatted(folder.resolve("mnist"), folder),
          outcome.out());
      assertEquals(4, outcome.err().lines().count(), outcome.err());
      assertTrue(outcome.err().startsWith(IMAGES + ": 9.9 MB in "), outcome.err());
      assertEquals(4, mirror.requests().size());
      assertEquals("/mnist/" + IMAGES, mirror.requests().getFirst().path());
      assertArrayEquals(
          Files.readAllBytes(real.resolve(IMAGES)),
          Files.readAllBytes(folder.resolve("mnist").resolve(IMAGES)));

      Outcome again = get(mirror, "mnist");
      assertEquals(0, again.status(), again.err());
      assertEquals(
          folder.resolve("mnist").resolve(IMAGES) + ": is there already",
          again.err().lines().findFirst().orElse(""));
      assertEquals(outcome.out(), again.out());
      assertEquals(4, mirror.requests().size());
    }
    Outcome list = Cli.run("data", "list", "--verify", "--data-dir", folder.toString());
    String row = list.out().lines().filter(line -> line.contains(" mnist ")).findFirst().get();
    assertTrue(row.contains("yes"), row);
    Outcome compare =
        Cli.run(
            ("compare --quiet --data mnist --ood none --limit 64 --test-limit 32 --epochs 1"
                    + " --model mlp --methods single --data-dir "
                    + folder)
                .split(" "));
    assertEquals(0, compare.status(), compare.err());
    assertTrue(compare.out().contains("single"), compare.out());
  }

  @Test
  void anotherFileIsReplacedOnlyByForce() throws IOException {
    Path real = RealData.folder("mnist");
    Path labels = folder.resolve("mnist/t10k-labels-idx1-ubyte.gz");
    Files.createDirectories(labels.getParent());
    byte[] right = Files.readAllBytes(real.resolve("t10k-labels-idx1-ubyte.gz"));
    byte[] wrong = right.clone();
    wrong[100] ^= 1;
    Files.write(labels, wrong);
    try (TestServer mirror = serving(real.getParent())) {
      Outcome outcome = get(mirror, "mnist");
      assertEquals(1, outcome.status());
      assertEquals(
          "tutti: %s: is another file, its SHA-256 is not %s; --force downloads it again"
              .formatted(labels, KnownSet.named("mnist").files().getLast().sha256()),
          outcome.err().strip());
      assertEquals(List.of(), mirror.requests());
      assertArrayEquals(wrong, Files.readAllBytes(labels));

      assertEquals(0, get(mirror, "mnist", "--force", "--quiet").status());
      assertArrayEquals(right, Files.readAllBytes(labels));
    }
  }

  @Test
  void sizesThatDifferAreNamed() throws IOException {
    Path archive = folder.resolve("cifar10/cifar-10-binary.tar.gz");
    Files.createDirectories(archive.getParent());
    Files.writeString(archive, "short");
    try (TestServer mirror = nothing()) {
      Outcome outcome = get(mirror, "cifar10");
      assertEquals(1, outcome.status());
      assertEquals(
          "tutti: %s: is another file, 5 bytes, but there should be 170,052,171 bytes;"
                  .formatted(archive)
              + " --force downloads it again",
          outcome.err().strip());
      assertEquals(List.of(), mirror.requests());
      Outcome forced = get(mirror, "cifar10", "--force", "--quiet");
      assertEquals(
          "tutti: cifar10: cifar-10-binary.tar.gz cannot be downloaded: 127.0.0.1: HTTP status 404",
          forced.err().strip());
      assertEquals("short", Files.readString(archive), "replaced only by the right file");
    }
  }

  @Test
  void foldersInTheWayAreOneLine() throws IOException {
    Path images = Files.createDirectories(folder.resolve("mnist").resolve(IMAGES));
    try (TestServer mirror = nothing()) {
      assertEquals(
          "tutti: " + images + ": is a folder, a file belongs here",
          get(mirror, "mnist", "--force").err().strip());
      Path file = Files.writeString(folder.resolve("cifar10"), "kept");
      Outcome outcome = get(mirror, "cifar10");
      assertEquals(1, outcome.status());
      assertEquals("tutti: " + file + ": is a file, a folder is needed", outcome.err().strip());
      Outcome inside =
          Cli.run(
              "data",
              "get",
              "mnist",
              "--data-dir",
              file.toString(),
              "--mirror",
              mirror.address("").toString());
      assertEquals(
          "tutti: " + file.resolve("mnist") + ": cannot create this folder", inside.err().strip());
      assertEquals("kept", Files.readString(file));
      assertEquals(List.of(), mirror.requests());
    }
  }

  @Test
  void theEditionThatServesInsteadIsTriedLast() throws IOException {
    try (TestServer mirror = nothing()) {
      Outcome outcome = get(mirror, "eurosat");
      assertEquals(1, outcome.status());
      assertEquals(
          List.of(
              "EuroSAT.zip cannot be downloaded: 127.0.0.1: HTTP status 404; trying"
                  + " EuroSAT_RGB.zip",
              "tutti: eurosat: EuroSAT.zip cannot be downloaded: 127.0.0.1: HTTP status 404;"
                  + " EuroSAT_RGB.zip cannot be downloaded: 127.0.0.1: HTTP status 404"),
          outcome.err().lines().toList());
      assertEquals("", outcome.out());
      assertEquals(
          List.of("/eurosat/EuroSAT.zip", "/eurosat/EuroSAT_RGB.zip"),
          mirror.requests().stream().map(TestServer.Request::path).toList());
    }
  }

  /// Sends the first file's length and some of it, and waits for the latch before the rest.
  private static TestServer slow(int bytes, CountDownLatch end) throws IOException {
    return new TestServer((request, out) -> {
      long size = KnownSet.named("mnist").files().getFirst().bytes();
      if (request.from() > 0) {
        String range = "bytes %d-%d/%d".formatted(request.from(), size - 1, size);
        TestServer.head(
            out, 206, "Content-Range: " + range, "Content-Length: " + (size - request.from()));
        zeros(out, size - request.from());
        return;
      }
      TestServer.head(out, 200, "Content-Length: " + size, "ETag: \"v1\"");
      zeros(out, bytes);
      end.await();
      zeros(out, size - bytes);
    });
  }

  private static void zeros(OutputStream out, long count) throws IOException {
    out.write(new byte[(int) count]);
    out.flush();
  }

  /// One process downloads, another one finds it at work, Ctrl-C ends the first, and a third goes
  /// on where that was.
  @Test
  void ctrlCKeepsWhatHasCome() throws IOException, InterruptedException {
    ChildJvm.assumeSignalsArrive();
    CountDownLatch end = new CountDownLatch(1);
    Path part = folder.resolve("mnist").resolve(IMAGES + ".part");
    try (TestServer mirror = slow(3_000_000, end);
        ChildJvm first =
            ChildJvm.start(
                folder,
                List.of(
                    "data",
                    "get",
                    "mnist",
                    "--data-dir",
                    folder.toString(),
                    "--mirror",
                    mirror.address("").toString()))) {
      first.waitUntil(errors -> size(part) == 3_000_000);
      Outcome second = get(mirror, "mnist");
      assertEquals(1, second.status());
      assertEquals(
          "tutti: " + part.getParent() + ": another process is downloading into this folder",
          second.err().strip());

      assertEquals(130, first.interrupt(), first.err());
      assertEquals(
          "tutti: interrupted; 3.0 MB of "
              + IMAGES
              + " are kept, the same command goes on from there",
          first.lastError());
      assertEquals("", first.out());
      assertEquals(3_000_000, size(part));
      assertEquals(1, mirror.requests().size());

      end.countDown();
      Outcome third = get(mirror, "mnist");
      assertEquals(
          IMAGES + ": continues after the first 3.0 MB",
          third.err().lines().findFirst().orElse(""));
      assertEquals(3_000_000, mirror.requests().get(1).from());
      assertEquals("\"v1\"", mirror.requests().get(1).headers().get("if-range"));
      // Zeros are not digits: what came is thrown away, fetched again, and refused.
      assertEquals(1, third.status());
      assertTrue(third.lastError().contains("sends another file"), third.err());
      assertEquals(-1, size(part));
    } finally {
      end.countDown();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return -1;
    }
  }
}
