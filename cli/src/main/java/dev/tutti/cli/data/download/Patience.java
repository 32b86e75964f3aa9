package dev.tutti.cli.data.download;

import java.time.Duration;

/// How long a download waits and how often it tries.
///
/// @param connect for a connection
/// @param stall for an answer, and for the next `least` bytes of it
/// @param least the bytes that have to come in every `stall`, or the connection is given up
/// @param tries how often an address is tried in a row before it is given up
/// @param pause before the second try; twice as long before each further one
public record Patience(Duration connect, Duration stall, long least, int tries, Duration pause) {
  /// The least that a user is expected to have: 1,000 bytes a second.
  public static final Patience NORMAL =
      new Patience(
          Duration.ofSeconds(20), Duration.ofSeconds(30), 30_000, 4, Duration.ofSeconds(1));
}
