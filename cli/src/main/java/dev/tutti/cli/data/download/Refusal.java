package dev.tutti.cli.data.download;

/// An address does not give the file, and trying it again would not help.
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  Refusal(String reason) {
    super(reason);
  }
}
