package dev.tutti.cli.data.download;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Writes the bytes of an answer after those of a part, as they come. It subscribes to the body
/// rather than reading it as a stream, which drops the received bytes if the connection breaks.
final class PartWriter implements Flow.Subscriber<List<ByteBuffer>> {
  private final PartFile part;
  private final Download.Listener listener;
  private final long bytes;
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private volatile long received;
  private Flow.Subscription subscription;

  /// @param bytes the size of the whole file
  PartWriter(PartFile part, long bytes, Download.Listener listener) {
    this.part = part;
    this.bytes = bytes;
    this.listener = listener;
  }

  @Override
  public synchronized void onSubscribe(Flow.Subscription to) {
    subscription = to;
    if (end.isDone()) {
      to.cancel();
    } else {
      to.request(1);
    }
  }

  @Override
  public synchronized void onNext(List<ByteBuffer> chunk) {
    if (end.isDone()) {
      return;
    }
    try {
      for (ByteBuffer buffer : chunk) {
        if (buffer.remaining() > bytes - part.size()) {
          part.clear();
          throw new Refusal("sends more than the file's " + Words.bytes(bytes));
        }
        received += buffer.remaining();
        part.append(buffer);
      }
      listener.at(part.size());
      subscription.request(1);
    } catch (Refusal | RuntimeException e) {
      stop(e);
    }
  }

  @Override
  public synchronized void onError(Throwable failure) {
    if (!end.isDone()) {
      stop(failure instanceof IOException ? early(failure) : failure);
    }
  }

  @Override
  public synchronized void onComplete() {
    if (!end.isDone() && part.size() < bytes) {
      stop(early(null));
    }
    end.complete(null);
  }

  private IOException early(Throwable cause) {
    String missing = Words.bytes(bytes - part.size());
    return new IOException("the connection ended " + missing + " early", cause);
  }

  /// From here on nothing is written any more, and the rest of the answer is cancelled.
  synchronized void stop(Throwable failure) {
    end.completeExceptionally(failure);
    if (subscription != null) {
      subscription.cancel();
    }
  }

  /// Waits for the last byte. It fails if fewer than the least bytes come within a stall's time: a
  /// server that sends a byte now and then must not hold the download forever.
  void await(Patience patience) throws IOException, Refusal, InterruptedException {
    long before = 0;
    while (true) {
      try {
        end.get(patience.stall().toNanos(), TimeUnit.NANOSECONDS);
        return;
      } catch (TimeoutException e) {
        long came = received - before;
        if (came < patience.least()) {
          String bytes = came == 0 ? "nothing" : "only " + Words.bytes(came);
          stop(new IOException(bytes + " came in " + Words.time(patience.stall())));
        }
        before += came;
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case IOException failed -> throw failed;
          case Refusal refusal -> throw refusal;
          case RuntimeException failed -> throw failed;
          case Throwable other -> throw new IOException(other);
        }
      }
    }
  }
}
