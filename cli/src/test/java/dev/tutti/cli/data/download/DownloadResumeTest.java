package dev.tutti.cli.data.download;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a broken download leaves, and how the next one resumes from it.
@Timeout(300)
class DownloadResumeTest extends DownloadFixture {
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
        List.of("set.bin: 127.0.0.1: sent other bytes than requested; next try in 10 ms"), notes);
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
