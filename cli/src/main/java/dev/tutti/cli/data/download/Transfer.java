package dev.tutti.cli.data.download;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One request for the missing bytes of a file.
///
/// Bytes that are there are not requested again (`Range`), if they are of the version that the
/// server still has (`If-Range`). If the server sends the whole file instead, the part starts
/// again. An `IOException` is worth another try, a [Refusal] is not.
final class Transfer {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");

  private final RemoteFile file;
  private final URI address;
  private final PartFile part;
  private final Patience patience;
  private final Download.Listener listener;

  Transfer(
      RemoteFile file, URI address, PartFile part, Patience patience, Download.Listener listener) {
    this.file = file;
    this.address = address;
    this.part = part;
    this.patience = patience;
    this.listener = listener;
  }

  /// Brings the part to the file's size.
  ///
  /// @return whether all of it came now, none of it from an earlier request
  boolean run(HttpClient client, String agent) throws IOException, Refusal, InterruptedException {
    long have = part.size();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .header("User-Agent", agent)
            .header("Accept-Encoding", "identity");
    if (have > 0) {
      request.header("Range", "bytes=" + have + "-");
      part.version(address).ifPresent(version -> request.header("If-Range", version));
    }
    // Not the request's own timeout, which in later JDKs bounds the whole body too.
    HttpResponse<Flow.Publisher<List<ByteBuffer>>> response =
        await(client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofPublisher()));
    PartWriter writer = new PartWriter(part, file.bytes(), listener);
    boolean fresh;
    try {
      fresh = begins(response, have);
      part.comesFrom(address, version(response));
      listener.begin(file, part.size());
    } catch (IOException | Refusal | RuntimeException e) {
      writer.stop(e);
      throw e;
    } finally {
      response.body().subscribe(writer);
    }
    writer.await(patience);
    return fresh;
  }

  /// Prepares the part so that the answer continues it.
  ///
  /// @return whether the part is empty
  private boolean begins(HttpResponse<?> response, long have) throws IOException, Refusal {
    return switch (response.statusCode()) {
      case 200 -> wholeFile(response, have);
      case 206 -> missingBytes(response, have);
      case 416 -> {
        part.clear();
        throw new IOException("has no bytes after the first " + have);
      }
      default -> throw refused(response);
    };
  }

  private boolean wholeFile(HttpResponse<?> response, long have) throws Refusal {
    OptionalLong length = response.headers().firstValueAsLong("Content-Length");
    if (length.isPresent()) {
      requireSize(length.getAsLong());
    }
    if (have > 0) {
      listener.note(file.name() + ": the server sends the whole file again");
      part.clear();
    }
    return true;
  }

  private boolean missingBytes(HttpResponse<?> response, long have) throws IOException, Refusal {
    String range = response.headers().firstValue("Content-Range").orElse("");
    Matcher matcher = CONTENT_RANGE.matcher(range);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) != have) {
      part.clear();
      throw new IOException("sent other bytes than requested");
    }
    if (!matcher.group(3).equals("*")) {
      requireSize(Long.parseLong(matcher.group(3)));
    }
    return false;
  }

  private void requireSize(long size) throws Refusal {
    if (size != file.bytes()) {
      throw new Refusal(
          "has %s, the file has %s".formatted(Words.bytes(size), Words.bytes(file.bytes())));
    }
  }

  /// The status of a busy server justifies another try.
  private static Refusal refused(HttpResponse<?> response) throws IOException {
    int status = response.statusCode();
    if (status == 408 || status == 429 || status >= 500) {
      throw new IOException("HTTP status " + status);
    }
    Optional<String> redirect = response.headers().firstValue("Location");
    if (status / 100 == 3 && redirect.isPresent()) {
      return new Refusal(
          "HTTP status %d to %s: too many redirects, or one from https to http"
              .formatted(status, redirect.get()));
    }
    return new Refusal("HTTP status " + status);
  }

  /// What `If-Range` may be compared with: a strong `ETag`, else the time of the last change.
  private static Optional<String> version(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("ETag")
        .filter(tag -> tag.startsWith("\""))
        .or(() -> response.headers().firstValue("Last-Modified"));
  }

  private <T> T await(Future<T> answer) throws IOException, InterruptedException {
    Duration most = patience.connect().plus(patience.stall());
    try {
      return answer.get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("no answer within " + Words.time(most), e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failed ? failed : new IOException(e.getCause());
    }
  }
}
