package dev.tutti.cli.data.download;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;

/// A site with one file: it follows RFC 9110 unless a test makes it break off.
final class FileSite implements TestServer.Answer {
  volatile byte[] content;
  volatile String version = "\"v1\"";

  /// Whether it knows `Range`.
  volatile boolean ranges = true;

  /// Whether it knows `If-Range`.
  volatile boolean conditions = true;

  /// After how many bytes the next answers break off.
  final Deque<Integer> cuts = new ArrayDeque<>();

  /// The bytes of the file that were sent, in all answers together.
  final AtomicLong sent = new AtomicLong();

  FileSite(byte[] content) {
    this.content = content;
  }

  @Override
  public void write(TestServer.Request request, OutputStream out) throws IOException {
    String condition = request.headers().getOrDefault("if-range", version);
    boolean part =
        ranges
            && request.headers().containsKey("range")
            && (condition.equals(version) || !conditions);
    int from = part ? request.from() : 0;
    String length = "Content-Length: " + (content.length - from);
    if (part && from >= content.length) {
      TestServer.head(out, 416, "Content-Range: bytes */" + content.length, "Content-Length: 0");
      return;
    }
    if (part) {
      String range = "bytes %d-%d/%d".formatted(from, content.length - 1, content.length);
      TestServer.head(out, 206, length, "Content-Range: " + range, "ETag: " + version);
    } else {
      TestServer.head(out, 200, length, "ETag: " + version);
    }
    Integer cut;
    synchronized (cuts) {
      cut = cuts.poll();
    }
    int count = Math.min(content.length - from, cut == null ? Integer.MAX_VALUE : cut);
    out.write(content, from, count);
    out.flush();
    sent.addAndGet(count);
  }
}
