package dev.tutti.cli.download;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.nn.data.DataError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What stands in the folder, how full its disk is, and who else is writing there.
@Timeout(60)
class DownloadFolderTest extends DownloadFixture {
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

  /// Between opening a part and locking it, the one who had it may take it away.
  @Test
  void partsAreThereAsLongAsTheyAreOpen() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Integer>> running = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        running.add(threads.submit(this::openOften));
      }
      int opened = 0;
      for (Future<Integer> thread : running) {
        opened += thread.get();
      }
      assertTrue(opened > 0);
    }
    assertEquals(List.of(), names());
  }

  private int openOften() throws IOException {
    int opened = 0;
    for (int i = 0; i < 2000; i++) {
      try (PartFile part = PartFile.open(target(), Disk.REAL)) {
        part.append(ByteBuffer.wrap(new byte[] {1}));
        assertEquals(1, Files.size(part()));
        part.clear();
        opened++;
      } catch (DataError busy) {
        assertEquals(part() + ": another process is downloading this file", busy.getMessage());
      }
    }
    return opened;
  }
}
