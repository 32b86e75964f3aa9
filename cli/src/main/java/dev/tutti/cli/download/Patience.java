package dev.tutti.cli.download;

import java.time.Duration;

/// How long a download waits and how often it tries.
///
/// @param connect for a connection
/// @param stall for an answer, and for the next bytes of it
/// @param tries how often an address is asked in a row before it is given up
/// @param pause before the second try; twice as long before each further one
public record Patience(Duration connect, Duration stall, int tries, Duration pause) {
  /// What a user is expected to have.
  public static final Patience NORMAL =
      new Patience(Duration.ofSeconds(20), Duration.ofSeconds(30), 4, Duration.ofSeconds(1));
}
