package dev.tutti.cli;

import java.util.Collection;
import java.util.Optional;

/// A command line that names something unknown, or asks for things that contradict each other: exit
/// status 2 with this line.
final class UsageError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageError(String message) {
    super(message);
  }

  /// {@return the error for an unknown name of some kind: with the nearest valid one, or all of
  /// them}
  static UsageError unknown(String kind, String name, Collection<String> valid) {
    Optional<String> nearest = NearestName.of(name, valid);
    return new UsageError(
        "unknown %s '%s'; %s"
            .formatted(
                kind,
                name,
                nearest.isPresent()
                    ? "did you mean '" + nearest.get() + "'?"
                    : "valid: " + String.join(", ", valid)));
  }
}
