package dev.tutti.cli.download;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.nn.data.DataError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against servers on the loopback address that behave in every way they may, and must not.
@Timeout(60)
class DownloadTest {
  private static final int SIZE = 300_000;
  private static final byte[] CONTENT = bytes(1);
  private static final Patience BRIEF =
      new Patience(Duration.ofSeconds(5), Duration.ofSeconds(5), 3, Duration.ofMillis(10));

  @TempDir Path folder;

  private final List<String> notes = new ArrayList<>();
  private final List<Long> begun = new ArrayList<>();
  private long last;

  private static byte[] bytes(long seed) {
    byte[] bytes = new byte[SIZE];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static RemoteFile file(byte[] content, URI... addresses) {
    try {
      byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(content);
      return new RemoteFile(
          "set.bin", content.length, HexFormat.of().formatHex(sha256), List.of(addresses));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private final Download.Listener listener =
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

  private void get(RemoteFile file, Patience patience, Disk disk)
      throws Unavailable, InterruptedException {
    try (Download download = new Download(patience, disk, "tutti test", listener)) {
      download.get(file, folder);
    }
  }

  private void get(RemoteFile file) throws Unavailable, InterruptedException {
    get(file, BRIEF, Disk.REAL);
  }

  private String failure(RemoteFile file) {
    String message = assertThrows(Unavailable.class, () -> get(file)).getMessage();
    assertTrue(message.startsWith("set.bin cannot be downloaded: "), message);
    return message.substring("set.bin cannot be downloaded: ".length());
  }

  private Path target() {
    return folder.resolve("set.bin");
  }

  private Path part() {
    return folder.resolve("set.bin.part");
  }

  /// The file is there, and nothing beside it.
  private void assertDone(byte[] content) throws IOException {
    assertArrayEquals(content, Files.readAllBytes(target()));
    assertEquals(List.of("set.bin"), names());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

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
  void aCutConnectionIsResumedBehindTheLastByte() throws Exception {
    FileSite site = new FileSite(CONTENT);
    site.cuts.addAll(List.of(100_000, 50_001));
    try (TestServer server = new TestServer(site)) {
      get(file(CONTENT, server.address("/set.bin")));
      assertDone(CONTENT);
      assertEquals(
          List.of(0, 100_000, 150_001),
          server.requests().stream().map(TestServer.Request::from).toList());
      assertEquals("\"v1\"", server.requests().get(1).headers().get("if-range"));
      assertEquals(SIZE, site.sent.get(), "no byte was sent twice");
    }
    assertEquals(List.of(0L, 100_000L, 150_001L), begun);
    assertEquals(
        List.of(
            "set.bin: 127.0.0.1: the connection ended 200,000 bytes early; next try in 10 ms",
            "set.bin: 127.0.0.1: the connection ended 149,999 bytes early; next try in 20 ms"),
        notes);
  }

  @Test
  void aLaterProcessGoesOnWhereAnEarlierOneGaveUp() throws Exception {
    FileSite site = new FileSite(CONTENT);
    site.cuts.addAll(List.of(70_000, 0, 0));
    try (TestServer server = new TestServer(site)) {
      RemoteFile file = file(CONTENT, server.address("/set.bin"));
      failure(file);
      assertEquals(List.of("set.bin.part", "set.bin.part.origin"), names());
      assertArrayEquals(Arrays.copyOf(CONTENT, 70_000), Files.readAllBytes(part()));
      get(file);
      assertDone(CONTENT);
      assertEquals("\"v1\"", server.requests().getLast().headers().get("if-range"));
      assertEquals(SIZE, site.sent.get());
    }
  }

  @Test
  void aServerWithoutRangesSendsAllOfItAgain() throws Exception {
    FileSite site = new FileSite(CONTENT);
    site.ranges = false;
    site.cuts.add(100_000);
    try (TestServer server = new TestServer(site)) {
      get(file(CONTENT, server.address("/set.bin")));
      assertDone(CONTENT);
      assertEquals(2, server.requests().size());
      assertEquals(100_000 + SIZE, site.sent.get());
    }
    assertEquals("set.bin: the server sends the whole file again", notes.getLast());
  }

  /// The part is of a version that the server has no more.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFileThatChangedInBetweenIsFetchedAnew(boolean conditions) throws Exception {
    FileSite site = new FileSite(bytes(2));
    site.conditions = conditions;
    site.cuts.addAll(List.of(100_000, 0, 0));
    try (TestServer server = new TestServer(site)) {
      RemoteFile file = file(CONTENT, server.address("/set.bin"));
      failure(file);
      assertEquals(100_000, Files.size(part()));
      site.content = CONTENT;
      site.version = "\"v2\"";
      get(file);
      assertDone(CONTENT);
      // A server that ignores the condition sends the rest of another file first.
      long wasted = conditions ? 0 : SIZE - 100_000;
      assertEquals(100_000 + wasted + SIZE, site.sent.get());
    }
  }

  @Test
  void aWeakTagIsNoVersionButTheTimeOfTheLastChangeIs() throws Exception {
    String time = "Tue, 01 Feb 2022 10:00:00 GMT";
    try (TestServer server =
        new TestServer((request, out) -> {
          boolean first = !request.headers().containsKey("range");
          TestServer.head(
              out,
              first ? 200 : 206,
              "ETag: W/\"weak\"",
              "Last-Modified: " + time,
              "Content-Length: " + (SIZE - request.from()),
              "Content-Range: bytes %d-%d/*".formatted(request.from(), SIZE - 1));
          out.write(CONTENT, request.from(), first ? 1_000 : SIZE - request.from());
        })) {
      get(file(CONTENT, server.address("/set.bin")));
      assertDone(CONTENT);
      assertEquals(time, server.requests().getLast().headers().get("if-range"));
    }
  }

  @Test
  void anotherFileIsRefused() throws Exception {
    FileSite site = new FileSite(bytes(2));
    try (TestServer server = new TestServer(site)) {
      RemoteFile file = file(CONTENT, server.address("/set.bin"));
      assertEquals(
          "127.0.0.1: sends another file, its SHA-256 is %s where %s is expected"
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
  void theNextAddressGoesOnWithWhatTheFirstOneSent() throws Exception {
    FileSite broken = new FileSite(CONTENT);
    broken.cuts.addAll(List.of(120_000, 0, 0));
    FileSite whole = new FileSite(CONTENT);
    whole.version = "\"another name\"";
    try (TestServer first = new TestServer(broken);
        TestServer second = new TestServer(whole)) {
      get(file(CONTENT, first.address("/set.bin"), second.address("/set.bin")));
      assertDone(CONTENT);
      TestServer.Request request = second.requests().getFirst();
      assertEquals(120_000, request.from());
      assertFalse(request.headers().containsKey("if-range"), "that name is the first server's");
      assertEquals(SIZE - 120_000, whole.sent.get());
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
    TestServer server = new TestServer(new FileSite(CONTENT));
    URI address = server.address("/set.bin");
    server.close();
    assertEquals("127.0.0.1: no connection", failure(file(CONTENT, address)));
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
          new Patience(Duration.ofSeconds(5), Duration.ofMillis(1500), 2, Duration.ofMillis(10));
      get(file(CONTENT, server.address("/set.bin")), patience, Disk.REAL);
      assertDone(CONTENT);
      assertEquals(SIZE - 90_000, site.sent.get());
    } finally {
      end.countDown();
    }
    assertEquals(List.of("set.bin: 127.0.0.1: nothing came for 1500 ms; next try in 10 ms"), notes);
  }

  @Test
  void aServerThatNeverAnswersIsLeft() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (TestServer server = new TestServer((request, out) -> end.await())) {
      Patience patience =
          new Patience(Duration.ofMillis(1000), Duration.ofMillis(500), 2, Duration.ofMillis(10));
      Unavailable error =
          assertThrows(
              Unavailable.class,
              () -> get(file(CONTENT, server.address("/set.bin")), patience, Disk.REAL));
      assertEquals(
          "set.bin cannot be downloaded: 127.0.0.1: no answer within 1500 ms", error.getMessage());
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

  @Test
  void lessThanTheFileIsACutConnection() throws Exception {
    FileSite site = new FileSite(CONTENT);
    try (TestServer server =
        new TestServer((request, out) -> {
          if (request.from() > 0) {
            site.write(request, out);
            return;
          }
          TestServer.head(out, 200);
          out.write(CONTENT, 0, 200_000);
        })) {
      get(file(CONTENT, server.address("/set.bin")));
      assertDone(CONTENT);
      assertEquals(100_000, site.sent.get());
    }
    assertEquals(
        "set.bin: 127.0.0.1: the connection ended 100,000 bytes early; next try in 10 ms",
        notes.getFirst());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes 0-299999/300000",
        "bytes 99-299999/300000",
        "octets 5-6/7",
        "bytes */9",
        ""
      })
  void otherBytesThanAskedForAreThrownAway(String range) throws Exception {
    Files.write(part(), Arrays.copyOf(CONTENT, 100_000));
    FileSite site = new FileSite(CONTENT);
    try (TestServer server =
        new TestServer((request, out) -> {
          if (request.from() == 0) {
            site.write(request, out);
            return;
          }
          TestServer.head(
              out, 206, "Content-Range: " + range, "Content-Length: " + (SIZE - request.from()));
          out.write(CONTENT, request.from(), SIZE - request.from());
        })) {
      get(file(CONTENT, server.address("/set.bin")));
      assertDone(CONTENT);
      assertEquals(SIZE, site.sent.get());
    }
    assertEquals(
        List.of("set.bin: 127.0.0.1: sent other bytes than were asked for; next try in 10 ms"),
        notes);
  }

  @Test
  void aRangeThatIsRefusedIsAskedForNoMore() throws Exception {
    Files.write(part(), Arrays.copyOf(CONTENT, 100_000));
    FileSite site = new FileSite(CONTENT);
    try (TestServer server =
        new TestServer((request, out) -> {
          if (request.from() > 0) {
            TestServer.head(out, 416, "Content-Length: 0");
          } else {
            site.write(request, out);
          }
        })) {
      get(file(CONTENT, server.address("/set.bin")));
      assertDone(CONTENT);
      assertEquals(2, server.requests().size());
    }
  }

  @Test
  void aPartThatIsWholeNeedsNoServer() throws Exception {
    Files.write(part(), CONTENT);
    try (TestServer server = new TestServer(new FileSite(CONTENT))) {
      get(file(CONTENT, server.address("/set.bin")));
      assertDone(CONTENT);
      assertEquals(List.of(), server.requests());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {SIZE, SIZE + 5})
  void aPartThatCannotBeThisFilesIsThrownAway(int size) throws Exception {
    Files.write(part(), Arrays.copyOf(bytes(2), size));
    try (TestServer server = new TestServer(new FileSite(CONTENT))) {
      get(file(CONTENT, server.address("/set.bin")));
      assertDone(CONTENT);
      assertEquals(0, server.requests().getFirst().from());
    }
  }

  @Test
  void aFileThatIsThereIsLeftAlone() throws Exception {
    Files.write(target(), CONTENT);
    try (TestServer server = new TestServer(new FileSite(CONTENT))) {
      get(file(CONTENT, server.address("/set.bin")));
      assertDone(CONTENT);
      assertEquals(List.of(), server.requests());
    }
  }

  /// Until the new one is whole, whoever reads the name finds the former file.
  @Test
  void anotherFileIsReplacedAtTheEnd() throws Exception {
    Files.writeString(target(), "former");
    FileSite site = new FileSite(CONTENT);
    site.cuts.addAll(List.of(100, 0, 0));
    try (TestServer server = new TestServer(site)) {
      RemoteFile file = file(CONTENT, server.address("/set.bin"));
      failure(file);
      assertEquals("former", Files.readString(target()));
      get(file);
      assertDone(CONTENT);
    }
  }

  /// A disk with so much room.
  private static Disk disk(long usable, long room) {
    return new Disk() {
      @Override
      public long usable(Path folder) {
        return usable;
      }

      @Override
      public void append(FileChannel file, ByteBuffer bytes) throws IOException {
        if (file.size() + bytes.remaining() > room) {
          int fits = (int) (room - file.size());
          Disk.REAL.append(file, bytes.slice(bytes.position(), fits));
          throw new IOException("No space left on device");
        }
        Disk.REAL.append(file, bytes);
      }
    };
  }

  @Test
  void aFullDiskIsSeenBeforeAnythingIsAskedFor() throws Exception {
    Files.write(part(), Arrays.copyOf(CONTENT, 100_000));
    try (TestServer server = new TestServer(new FileSite(CONTENT))) {
      RemoteFile file = file(CONTENT, server.address("/set.bin"));
      DataError error =
          assertThrows(DataError.class, () -> get(file, BRIEF, disk(199_999, Long.MAX_VALUE)));
      assertEquals(folder + ": 0.2 MB are needed and 0.2 MB are free", error.getMessage());
      assertEquals(List.of(), server.requests());
      get(file, BRIEF, disk(200_000, Long.MAX_VALUE));
      assertDone(CONTENT);
    }
  }

  @Test
  void aDiskThatFillsUpEndsTheDownloadAndKeepsWhatIsThere() throws Exception {
    FileSite site = new FileSite(CONTENT);
    try (TestServer server = new TestServer(site)) {
      RemoteFile file = file(CONTENT, server.address("/set.bin"), server.address("/again"));
      DataError error =
          assertThrows(DataError.class, () -> get(file, BRIEF, disk(Long.MAX_VALUE, 123_456)));
      assertEquals(part() + ": No space left on device", error.getMessage());
      assertEquals(1, server.requests().size(), "no other address has more room");
      assertArrayEquals(Arrays.copyOf(CONTENT, 123_456), Files.readAllBytes(part()));
      get(file);
      assertDone(CONTENT);
      assertEquals(123_456, server.requests().getLast().from());
    }
  }

  @Test
  void aFolderThatCannotBeWrittenToIsOneLine() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    try (TestServer server = new TestServer(new FileSite(CONTENT));
        Download download = new Download(BRIEF, Disk.REAL, "tutti test", listener)) {
      RemoteFile wanted = file(CONTENT, server.address("/set.bin"));
      UncheckedIOException error =
          assertThrows(UncheckedIOException.class, () -> download.get(wanted, file));
      assertTrue(error.getCause() instanceof FileSystemException, error.toString());
      assertEquals(List.of(), server.requests());
    }
  }

  @Test
  void ofTwoAtOnceOneGivesUp() throws Exception {
    CountDownLatch half = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try (TestServer server =
            new TestServer((request, out) -> {
              TestServer.head(out, 200, "Content-Length: " + SIZE);
              out.write(CONTENT, 0, SIZE / 2);
              out.flush();
              half.countDown();
              goOn.await();
              out.write(CONTENT, SIZE / 2, SIZE - SIZE / 2);
            });
        other) {
      RemoteFile file = file(CONTENT, server.address("/set.bin"));
      Future<?> running =
          other.submit(() -> {
            get(file);
            return null;
          });
      assertTrue(half.await(10, TimeUnit.SECONDS));
      DataError error =
          assertThrows(
              DataError.class,
              () -> {
                try (Download second = new Download(BRIEF, Disk.REAL, "second", listener)) {
                  second.get(file, folder);
                }
              });
      assertEquals(part() + ": another process is downloading this file", error.getMessage());
      goOn.countDown();
      running.get(20, TimeUnit.SECONDS);
      assertDone(CONTENT);
      assertEquals(1, server.requests().size());
    } finally {
      goOn.countDown();
    }
  }

  /// Whatever breaks, the file that takes the name is the right one.
  @Test
  void anyWayOfBreakingEndsInTheRightFileOrNone() throws Exception {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      FileSite site = new FileSite(random.nextInt(4) == 0 ? bytes(2) : CONTENT);
      site.ranges = random.nextBoolean();
      site.conditions = random.nextBoolean();
      for (int cuts = random.nextInt(4); cuts > 0; cuts--) {
        site.cuts.add(random.nextInt(SIZE));
      }
      if (random.nextBoolean()) {
        Files.write(part(), Arrays.copyOf(bytes(random.nextInt(1, 3)), random.nextInt(SIZE + 2)));
      }
      try (TestServer server = new TestServer(site)) {
        RemoteFile file = file(CONTENT, server.address("/set.bin"));
        try {
          get(file);
        } catch (Unavailable e) {
          assertTrue(Files.notExists(target()), "seed " + seed);
          site.content = CONTENT;
          site.version = "\"v2\"";
          site.cuts.clear();
          get(file);
        }
        assertTrue(server.requests().size() <= 8, "seed " + seed);
      }
      assertDone(CONTENT);
      Files.delete(target());
    }
  }
}
