package dev.tutti.cli.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.cli.data.download.RemoteFile;
import dev.tutti.cli.terminal.StatusLine;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class DownloadLineTest {
  private static final long SECOND = 1_000_000_000L;
  private static final RemoteFile FILE =
      new RemoteFile(
          "a.zip", 20_000_000, "0".repeat(64), List.of(URI.create("http://127.0.0.1/a.zip")));

  private final StringWriter text = new StringWriter();
  private long now = 5;

  private DownloadLine line(StatusLine.Style style) {
    return new DownloadLine(new StatusLine(new PrintWriter(text), style, () -> now));
  }

  private String shown() {
    String shown = text.toString().replace("\r\u001b[K", "<clear>").replace("\n", "<end>");
    text.getBuffer().setLength(0);
    return shown;
  }

  @Test
  void onATerminalABarGrowsInOneLine() {
    DownloadLine line = line(StatusLine.Style.ONE_LINE);
    line.begin(FILE, 0);
    assertEquals("<clear>a.zip: 20.0 MB", shown());
    now += 2 * SECOND;
    line.at(5_000_000);
    // 79 columns: 45 of text, a quarter of the other 31 full.
    String said = "a.zip: 5.0 of 20.0 MB, 2.5 MB/s, 6 s left";
    assertEquals(
        "<clear>" + said + " [" + "=".repeat(9) + " ".repeat(79 - said.length() - 12) + "]",
        shown());
    line.at(5_000_001);
    assertEquals("", shown());
    line.note("a note stays");
    assertEquals("<clear>a note stays<end>", shown());
  }

  @Test
  void elsewhereALineComesEveryTenSeconds() {
    DownloadLine line = line(StatusLine.Style.LINES);
    line.begin(FILE, 4_000_000);
    assertEquals("a.zip: continues after the first 4.0 MB<end>", shown());
    now += 9 * SECOND;
    line.at(5_000_000);
    assertEquals("", shown());
    now += SECOND;
    line.at(6_000_000);
    // What was there before counts neither for the rate nor for the time.
    assertEquals("a.zip: 6.0 of 20.0 MB, 0.2 MB/s, 1 min 10 s left<end>", shown());
  }

  @Test
  void quietIsSilent() {
    DownloadLine line = line(StatusLine.Style.NONE);
    line.begin(FILE, 4_000_000);
    now += 100 * SECOND;
    line.at(5_000_000);
    line.note("a note");
    assertEquals("", shown());
  }

  @Test
  void tellsWhatACutOffDownloadLeaves() {
    DownloadLine line = line(StatusLine.Style.NONE);
    assertEquals("", line.whereCutOff());
    line.begin(FILE, 0);
    assertEquals("", line.whereCutOff());
    line.at(5_000_000);
    assertEquals(
        "; 5.0 MB of a.zip are kept, the same command goes on from there", line.whereCutOff());
    line.at(20_000_000);
    assertEquals("", line.whereCutOff());
  }
}
