package dev.tutti.cli.data;

import dev.tutti.cli.data.download.Download;
import dev.tutti.cli.data.download.RemoteFile;
import dev.tutti.cli.data.download.Words;
import dev.tutti.cli.terminal.StatusLine;
import java.util.Locale;

/// Shows on a [StatusLine] how far a download is.
final class DownloadLine implements Download.Listener {
  private static final double SECOND = 1e9;

  private final StatusLine status;
  private RemoteFile file;
  private long first; // bytes that were there when the connection began
  private long have;
  private long start;

  DownloadLine(StatusLine status) {
    this.status = status;
  }

  @Override
  public synchronized void begin(RemoteFile next, long there) {
    file = next;
    first = there;
    have = there;
    start = status.now();
    if (there > 0) {
      status.say(file.name() + ": continues after the first " + Words.size(there));
    }
    status.begin(file.name() + ": " + Words.size(file.bytes()));
  }

  @Override
  public synchronized void at(long there) {
    have = there;
    if (!status.due()) {
      return;
    }
    double seconds = (status.now() - start) / SECOND;
    double rate = (have - first) / seconds;
    status.progress(
        String.format(
            Locale.ROOT,
            "%s: %.1f of %.1f MB, %.1f MB/s, %s left",
            file.name(),
            have / 1e6,
            file.bytes() / 1e6,
            rate / 1e6,
            StatusLine.duration((file.bytes() - have) / rate)),
        (double) have / file.bytes());
  }

  @Override
  public void note(String line) {
    status.say(line);
  }

  /// {@return what a download that was cut off leaves, or nothing if none began}
  synchronized String whereCutOff() {
    return file == null || have == 0 || have == file.bytes()
        ? ""
        : "; %s of %s are kept, the same command goes on from there"
            .formatted(Words.size(have), file.name());
  }
}
