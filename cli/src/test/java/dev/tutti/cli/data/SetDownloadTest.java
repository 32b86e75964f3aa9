package dev.tutti.cli.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.cli.data.download.Disk;
import dev.tutti.cli.data.download.Download;
import dev.tutti.cli.data.download.DownloadFixture;
import dev.tutti.cli.data.download.RemoteFile;
import dev.tutti.cli.data.download.TestServer;
import dev.tutti.cli.terminal.StatusLine;
import dev.tutti.nn.io.DataError;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A set of one small file whose server has only the file that serves instead.
@Timeout(300)
class SetDownloadTest {
  private static final String SECOND = "the second edition";

  @TempDir Path folder;

  private final StringWriter err = new StringWriter();

  private static TestServer onlySecond() throws IOException {
    byte[] second = SECOND.getBytes(StandardCharsets.UTF_8);
    return new TestServer((request, out) -> {
      if (request.path().equals("/second.zip")) {
        TestServer.head(out, 200, "Content-Length: " + second.length);
        out.write(second);
      } else {
        TestServer.head(out, 404, "Content-Length: 0");
      }
    });
  }

  private static RemoteFile file(String name, String content, TestServer server) {
    URI address = server.address("/" + name);
    return DownloadFixture.file(name, content.getBytes(StandardCharsets.UTF_8), address);
  }

  private void get(TestServer server, boolean force) {
    KnownSet set =
        new KnownSet(
            DataSource.Kind.EUROSAT,
            "words",
            1,
            0,
            "none",
            server.address("/"),
            List.of(file("first.zip", "the first edition", server)),
            Optional.of(file("second.zip", SECOND, server)));
    StatusLine status =
        new StatusLine(new PrintWriter(err), StatusLine.Style.LINES, System::nanoTime);
    try (Download download =
        new Download(DownloadFixture.BRIEF, Disk.REAL, "tutti test", new DownloadLine(status))) {
      new SetDownload(download, status, force).get(set, folder);
    }
  }

  private String secondFile() throws IOException {
    return Files.readString(folder.resolve("second.zip"));
  }

  @Test
  void anotherEditionServesInstead() throws IOException {
    try (TestServer server = onlySecond()) {
      get(server, false);
      assertEquals(SECOND, secondFile());
      assertEquals(
          List.of(
              "first.zip cannot be downloaded: 127.0.0.1: HTTP status 404; trying second.zip",
              "second.zip: 18 bytes in 0 s"),
          err.toString().lines().toList());
      get(server, false);
      assertEquals(2, server.requests().size(), "what is there is asked for no more");
    }
  }

  @Test
  void aUsersFileOfItsNameIsReplacedOnlyByForce() throws IOException {
    Path users = Files.writeString(folder.resolve("second.zip"), "my own");
    try (TestServer server = onlySecond()) {
      DataError error = assertThrows(DataError.class, () -> get(server, false));
      assertEquals(
          users
              + ": is another file, 6 bytes, but there should be 18 bytes; --force downloads it"
              + " again",
          error.getMessage());
      assertEquals("my own", secondFile());
      assertEquals(1, server.requests().size());
      get(server, true);
      assertEquals(SECOND, secondFile());
    }
  }
}
