package dev.tutti.cli.data.download;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.nn.io.DataError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The folder's contents, how full its disk is, and who else is writing there.
@Timeout(300)
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

  /// Packed anew, as distributions of Linux do, it has other bytes and the same content.
  @Test
  void aFileWithTheSameContentIsLeftAlone() throws Exception {
    byte[] packed = gzip(CONTENT);
    byte[] anew = packed.clone();
    anew[9] ^= 3; // the system on which it was packed
    URI nowhere = URI.create("http://127.0.0.1:9/");
    RemoteFile.Content content =
        new RemoteFile.Content(CONTENT.length, file(CONTENT, nowhere).sha256());
    RemoteFile wanted = file("set.gz", packed, nowhere);
    RemoteFile file =
        new RemoteFile(
            wanted.name(),
            wanted.bytes(),
            wanted.sha256(),
            Optional.of(content),
            wanted.addresses());
    Path target = Files.write(folder.resolve("set.gz"), anew);
    assertEquals(LocalFile.State.OTHER, LocalFile.look(wanted, folder, true).state());
    assertEquals(LocalFile.State.WHOLE, LocalFile.look(file, folder, true).state());
    for (byte[] other : List.of(CONTENT, gzip(bytes(2)), Arrays.copyOf(anew, anew.length - 9))) {
      Files.write(target, other);
      assertEquals(LocalFile.State.OTHER, LocalFile.look(file, folder, true).state());
    }
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  /// Until the new one is whole, a reader of the name finds the former file.
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
      assertTrue(half.await(120, TimeUnit.SECONDS));
      DataError error =
          assertThrows(
              DataError.class,
              () -> {
                try (Download second = new Download(BRIEF, Disk.REAL, "second", listener)) {
                  second.get(file, folder);
                }
              });
      assertEquals(
          folder + ": another process is downloading into this folder", error.getMessage());
      goOn.countDown();
      running.get(120, TimeUnit.SECONDS);
      assertDone(CONTENT);
      assertEquals(1, server.requests().size());
    } finally {
      goOn.countDown();
    }
  }

  /// Opening, deleting and opening again: a deleted file's number in the file system goes to the
  /// next one at once, so it must not identify the file that was opened.
  @Test
  void aPartHasOneOwnerInThisProcess() throws Exception {
    assertTrue(OpenOften.inThreads(folder, 4) > 0);
    assertEquals(List.of(), names());
  }

  @Test
  void aPartHasOneOwnerAmongProcesses() throws Exception {
    List<Process> children = new ArrayList<>();
    for (int child = 0; child < 3; child++) {
      children.add(OpenOften.start(folder));
    }
    assertTrue(OpenOften.inThreads(folder, 2) >= 0);
    for (Process child : children) {
      String said = new String(child.getInputStream().readAllBytes(), UTF_8);
      assertEquals(0, child.waitFor(), said);
    }
    assertEquals(List.of(), names());
  }

  /// The lock of a process does not end when another thread of it fails to lock the folder.
  @Test
  void askingInVainDoesNotUnlock() throws Exception {
    try (FolderLock _ = FolderLock.take(folder)) {
      assertThrows(DataError.class, () -> FolderLock.take(folder));
      assertThrows(DataError.class, () -> FolderLock.take(folder.resolve(".")));
      Process child = OpenOften.start(folder);
      String said = new String(child.getInputStream().readAllBytes(), UTF_8);
      assertEquals(0, child.waitFor(), said);
      assertEquals("opened 0 times", said.strip());
    }
  }
}
