package dev.tutti.cli.data.download;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against servers on the loopback address that behave in every way they may, and must not.
@Timeout(300)
class DownloadTest extends DownloadFixture {
  @Test
  void theFileArrives() throws Exception {
    FileSite site = new FileSite(CONTENT);
    try (TestServer server = new TestServer(site)) {
      get(file(CONTENT, server.address("/a/set.bin")));
      assertDone(CONTENT);
      assertEquals(1, server.requests().size());
      TestServer.Request request = server.requests().getFirst();
      assertEquals("/a/set.bin", request.path());
      assertEquals("tutti test", request.headers().get("user-agent"));
      assertEquals("identity", request.headers().get("accept-encoding"));
      assertFalse(request.headers().containsKey("range"));
    }
    assertEquals(List.of(0L), begun);
    assertEquals(SIZE, last);
    assertEquals(List.of(), notes);
  }

  @Test
  void anotherFileIsRefused() throws Exception {
    FileSite site = new FileSite(bytes(2));
    try (TestServer server = new TestServer(site)) {
      RemoteFile file = file(CONTENT, server.address("/set.bin"));
      assertEquals(
          "127.0.0.1: sends another file, its SHA-256 is %s, but %s is expected"
              .formatted(file(bytes(2), server.address("/")).sha256(), file.sha256()),
          failure(file));
      assertEquals(1, server.requests().size());
      assertEquals(List.of(), names());
    }
  }

  @Test
  void aServerThatAlwaysCutsAndNeverFitsIsGivenUp() throws Exception {
    FileSite site = new FileSite(bytes(2));
    site.cuts.addAll(List.of(100_000, SIZE, 100_000, SIZE, 100_000, SIZE));
    try (TestServer server = new TestServer(site)) {
      assertTrue(failure(file(CONTENT, server.address("/set.bin"))).contains("another file"));
      assertEquals(4, server.requests().size());
      assertEquals(List.of(), names());
    }
  }

  @Test
  void aMissingFileIsSoughtAtTheNextAddressAtOnce() throws Exception {
    try (TestServer none =
            new TestServer((request, out) -> TestServer.head(out, 404, "Content-Length: 0"));
        TestServer server = new TestServer(new FileSite(CONTENT))) {
      assertEquals("127.0.0.1: HTTP status 404", failure(file(CONTENT, none.address("/set.bin"))));
      assertEquals(1, none.requests().size());
      assertEquals(List.of(), names());
      get(file(CONTENT, none.address("/set.bin"), server.address("/set.bin")));
      assertDone(CONTENT);
    }
    assertEquals(List.of("set.bin: 127.0.0.1: HTTP status 404"), notes);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 503})
  void aBusyServerIsAskedAgain(int status) throws Exception {
    FileSite site = new FileSite(CONTENT);
    List<Integer> left = new ArrayList<>(List.of(1, 2));
    try (TestServer server =
        new TestServer((request, out) -> {
          if (left.isEmpty()) {
            site.write(request, out);
          } else {
            left.removeLast();
            TestServer.head(out, status, "Content-Length: 0");
          }
        })) {
      get(file(CONTENT, server.address("/set.bin")));
      assertDone(CONTENT);
      assertEquals(3, server.requests().size());
    }
    assertEquals(
        List.of(
            "set.bin: 127.0.0.1: HTTP status " + status + "; next try in 10 ms",
            "set.bin: 127.0.0.1: HTTP status " + status + "; next try in 20 ms"),
        notes);
  }

  @Test
  void triesAreBounded() throws Exception {
    try (TestServer server =
        new TestServer((request, out) -> TestServer.head(out, 503, "Content-Length: 0"))) {
      assertEquals(
          "127.0.0.1: HTTP status 503", failure(file(CONTENT, server.address("/set.bin"))));
      assertEquals(3, server.requests().size());
    }
  }

  @Test
  void nobodyListens() throws Exception {
    // Bound, so that no other process gets the port meanwhile, but not listening.
    try (Socket bound = new Socket()) {
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      URI address = URI.create("http://127.0.0.1:" + bound.getLocalPort() + "/set.bin");
      assertEquals("127.0.0.1: no connection", failure(file(CONTENT, address)));
    }
  }

  @Test
  void redirectsAreFollowedWithTheRange() throws Exception {
    FileSite site = new FileSite(CONTENT);
    site.cuts.add(100_000);
    try (TestServer server = new TestServer(site);
        TestServer door =
            new TestServer((request, out) ->
                TestServer.head(
                    out, 302, "Location: " + server.address("/set.bin"), "Content-Length: 0"))) {
      get(file(CONTENT, door.address("/elsewhere")));
      assertDone(CONTENT);
      assertEquals(2, door.requests().size());
      assertEquals(100_000, server.requests().getLast().from());
      assertEquals("\"v1\"", server.requests().getLast().headers().get("if-range"));
      assertEquals(SIZE, site.sent.get());
    }
  }

  @Test
  void redirectsAreBounded() throws Exception {
    try (TestServer server =
        new TestServer((request, out) ->
            TestServer.head(out, 302, "Location: " + request.path() + "x", "Content-Length: 0"))) {
      String line = failure(file(CONTENT, server.address("/x")));
      assertTrue(line.contains("too many redirects"), line);
      assertTrue(server.requests().size() <= 6, server.requests().size() + " requests");
    }
  }

  @Test
  void aSilentServerIsLeftAndResumed() throws Exception {
    FileSite site = new FileSite(CONTENT);
    CountDownLatch end = new CountDownLatch(1);
    try (TestServer server =
        new TestServer((request, out) -> {
          if (request.from() > 0) {
            site.write(request, out);
            return;
          }
          TestServer.head(out, 200, "Content-Length: " + SIZE, "ETag: \"v1\"");
          out.write(CONTENT, 0, 90_000);
          out.flush();
          end.await();
        })) {
      Patience patience =
          new Patience(Duration.ofSeconds(60), Duration.ofSeconds(5), 1, 2, Duration.ofMillis(10));
      get(file(CONTENT, server.address("/set.bin")), patience, Disk.REAL);
      assertDone(CONTENT);
      assertEquals(SIZE - 90_000, site.sent.get());
    } finally {
      end.countDown();
    }
    assertEquals(List.of("set.bin: 127.0.0.1: nothing came in 5 s; next try in 10 ms"), notes);
  }

  /// A byte now and then is not progress; what has come is kept.
  @Test
  void aServerThatTricklesIsLeft() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (TestServer server =
        new TestServer((request, out) -> {
          int from = request.from();
          String range = "Content-Range: bytes %d-%d/%d".formatted(from, SIZE - 1, SIZE);
          TestServer.head(out, from == 0 ? 200 : 206, range, "ETag: \"v1\"");
          for (int at = from; !end.await(20, TimeUnit.MILLISECONDS); at++) {
            out.write(CONTENT, at, 1);
            out.flush();
          }
        })) {
      Patience patience =
          new Patience(
              Duration.ofSeconds(60), Duration.ofSeconds(2), 1000, 2, Duration.ofMillis(10));
      Unavailable error =
          assertThrows(
              Unavailable.class,
              () -> get(file(CONTENT, server.address("/set.bin")), patience, Disk.REAL));
      assertTrue(
          error
              .getMessage()
              .matches("set.bin cannot be downloaded: 127.0.0.1: only \\d+ bytes came in 2 s"),
          error.getMessage());
      assertEquals(2, server.requests().size());
      byte[] kept = Files.readAllBytes(part());
      assertTrue(kept.length > 0, "nothing was kept");
      assertArrayEquals(Arrays.copyOf(CONTENT, kept.length), kept);
    } finally {
      end.countDown();
    }
  }

  @Test
  void aServerThatNeverAnswersIsLeft() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (TestServer server = new TestServer((request, out) -> end.await())) {
      Patience patience =
          new Patience(Duration.ofSeconds(3), Duration.ofSeconds(1), 1, 2, Duration.ofMillis(10));
      Unavailable error =
          assertThrows(
              Unavailable.class,
              () -> get(file(CONTENT, server.address("/set.bin")), patience, Disk.REAL));
      assertEquals(
          "set.bin cannot be downloaded: 127.0.0.1: no answer within 4 s", error.getMessage());
      assertEquals(2, server.requests().size());
    } finally {
      end.countDown();
    }
  }

  @Test
  void anotherLengthIsRefusedBeforeAnythingIsWritten() throws Exception {
    FileSite site = new FileSite(Arrays.copyOf(CONTENT, SIZE - 1));
    try (TestServer server = new TestServer(site)) {
      assertEquals(
          "127.0.0.1: has 299,999 bytes, the file has 300,000 bytes",
          failure(file(CONTENT, server.address("/set.bin"))));
      assertEquals(List.of(), begun);
      assertEquals(List.of(), names());
    }
  }

  @Test
  void moreThanTheFileIsRefused() throws Exception {
    try (TestServer server =
        new TestServer((request, out) -> {
          TestServer.head(out, 200);
          out.write(CONTENT);
          out.write(CONTENT);
        })) {
      assertEquals(
          "127.0.0.1: sends more than the file's 300,000 bytes",
          failure(file(CONTENT, server.address("/set.bin"))));
      assertEquals(List.of(), names());
    }
  }
}
