package dev.tutti.cli.data.download;

import dev.tutti.nn.io.DataError;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;

/// Downloads files whose size and SHA-256 are known.
///
/// A file's addresses are tried in their order, each several times if it fails in a way that may
/// pass. The bytes go to `NAME.part` and stay there whatever happens, so that the next request, of
/// this process or another, asks for the missing ones only; since the SHA-256 is known, they may
/// even come from another address. The file takes its name when size and SHA-256 are right.
/// Redirects are followed, five at most and none from https to http.
public final class Download implements AutoCloseable {
  /// A connection that brought this much before it broke does not count as a failure.
  private static final long PROGRESS = 1 << 20;

  private final Patience patience;
  private final Disk disk;
  private final String agent;
  private final Listener listener;
  private final HttpClient client;

  /// A listener to the progress of a download.
  public interface Listener {
    /// Bytes of a file begin to come after the first `have` ones.
    void begin(RemoteFile file, long have);

    /// This many bytes of it are there now.
    void at(long have);

    /// Something happened that the user would not expect.
    void note(String line);
  }

  /// @param agent the program's name for servers
  public Download(Patience patience, Disk disk, String agent, Listener listener) {
    this.patience = patience;
    this.disk = disk;
    this.agent = agent;
    this.listener = listener;
    client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(patience.connect())
            .build();
  }

  /// Puts the file into the folder, in the place of another one of its name. Of two processes that
  /// download into one folder, one gives up; the folder keeps the empty file `.tutti.lock`.
  ///
  /// @throws Unavailable if no address gives it
  /// @throws DataError if it cannot be written, or another process is downloading into the folder
  public void get(RemoteFile file, Path folder) throws Unavailable, InterruptedException {
    Path target = folder.resolve(file.name());
    try (FolderLock _ = FolderLock.take(folder);
        PartFile part = PartFile.open(target, disk)) {
      if (LocalFile.look(file, folder, true).state() == LocalFile.State.WHOLE) {
        return; // Another process was faster.
      }
      if (part.size() > file.bytes() || part.size() == file.bytes() && !isRight(part, file)) {
        part.clear();
      }
      if (part.size() < file.bytes()) {
        requireSpace(folder, file.bytes() - part.size());
        fetch(file, part);
      }
      part.publish();
    }
  }

  private void requireSpace(Path folder, long bytes) {
    long usable;
    try {
      usable = disk.usable(folder);
    } catch (IOException e) {
      return; // Unknown; then writing fails if there is too little.
    }
    if (usable < bytes) {
      throw new DataError(
          "%s: %s are needed and %s are free"
              .formatted(folder, Words.size(bytes), Words.size(usable)));
    }
  }

  private void fetch(RemoteFile file, PartFile part) throws Unavailable, InterruptedException {
    List<String> reasons = new ArrayList<>();
    for (URI address : file.addresses()) {
      try {
        fetch(file, address, part);
        return;
      } catch (Refusal e) {
        reasons.add(address.getHost() + ": " + e.getMessage());
        if (reasons.size() < file.addresses().size()) {
          listener.note(file.name() + ": " + reasons.getLast());
        }
      }
    }
    throw new Unavailable(file.name() + " cannot be downloaded: " + String.join("; ", reasons));
  }

  /// Completes the part from one address.
  private void fetch(RemoteFile file, URI address, PartFile part)
      throws Refusal, InterruptedException {
    Transfer transfer = new Transfer(file, address, part, patience, listener);
    int tries = patience.tries();
    Duration pause = patience.pause();
    long most = part.size();
    boolean mismatched = false;
    while (true) {
      try {
        boolean fresh = transfer.run(client, agent);
        String found = part.sha256();
        if (found.equals(file.sha256())) {
          return;
        }
        part.clear();
        if (fresh || mismatched) {
          throw new Refusal(
              "sends another file, its SHA-256 is %s, but %s is expected"
                  .formatted(found, file.sha256()));
        }
        mismatched = true;
        listener.note(file.name() + ": the earlier part did not fit; starting again");
      } catch (IOException e) {
        if (part.size() - most >= PROGRESS) {
          most = part.size();
          tries = patience.tries();
          pause = patience.pause();
        }
        tries--;
        if (tries <= 0 || isHopeless(e)) {
          throw new Refusal(reason(e));
        }
        listener.note(
            "%s: %s: %s; next try in %s"
                .formatted(file.name(), address.getHost(), reason(e), Words.time(pause)));
        Thread.sleep(pause);
        pause = pause.multipliedBy(2);
      }
    }
  }

  private static boolean isRight(PartFile part, RemoteFile file) {
    return part.sha256().equals(file.sha256());
  }

  /// Whether the failure will be the same in a few seconds.
  private static boolean isHopeless(IOException e) {
    return isUnknownHost(e) || hasCause(e, SSLHandshakeException.class);
  }

  private static boolean isUnknownHost(IOException e) {
    return hasCause(e, UnresolvedAddressException.class);
  }

  private static boolean hasCause(Throwable e, Class<? extends Throwable> type) {
    return e != null && (type.isInstance(e) || hasCause(e.getCause(), type));
  }

  private String reason(IOException e) {
    if (isUnknownHost(e)) {
      return "this host is not known; is there a network?";
    }
    return switch (e) {
      case HttpConnectTimeoutException _ ->
          "no connection within " + Words.time(patience.connect());
      case ConnectException _ -> "no connection";
      default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    };
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
