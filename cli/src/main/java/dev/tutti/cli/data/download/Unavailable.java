package dev.tutti.cli.data.download;

/// No address gave the file; the line has the reason of each.
public final class Unavailable extends Exception {
  private static final long serialVersionUID = 1L;

  Unavailable(String message) {
    super(message);
  }
}
