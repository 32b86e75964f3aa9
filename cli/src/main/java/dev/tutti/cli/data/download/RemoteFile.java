package dev.tutti.cli.data.download;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/// A file that can be downloaded, and what it has to be.
///
/// @param name what it is called on disk
/// @param bytes its size
/// @param sha256 its SHA-256, 64 hexadecimal digits in small letters
/// @param addresses its addresses, in the order in which they are tried
public record RemoteFile(
    String name, long bytes, String sha256, Optional<Content> content, List<URI> addresses) {
  /// The unpacked bytes.
  ///
  /// @param bytes how many there are
  /// @param sha256 their SHA-256
  public record Content(long bytes, String sha256) {}

  public RemoteFile {
    addresses = List.copyOf(addresses);
    if (!name.matches("[A-Za-z0-9_][A-Za-z0-9._-]*")
        || bytes < 1
        || !sha256.matches("[0-9a-f]{64}")
        || addresses.isEmpty()) {
      throw new IllegalArgumentException("no such file can be: " + name);
    }
  }

  /// A file of which only the very bytes are right.
  public RemoteFile(String name, long bytes, String sha256, List<URI> addresses) {
    this(name, bytes, sha256, Optional.empty(), addresses);
  }

  /// {@return the same file from one other address}
  public RemoteFile from(URI address) {
    return new RemoteFile(name, bytes, sha256, content, List.of(address));
  }
}
