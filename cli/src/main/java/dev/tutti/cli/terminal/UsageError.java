package dev.tutti.cli.terminal;

import java.util.Collection;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// A command line that names something unknown, or asks for things that contradict each other: exit
/// status 2 with this line.
public final class UsageError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UsageError(String message) {
    super(message);
  }

  /// {@return the error for an unknown name of some kind: with the nearest valid one, or all of
  /// them}
  public static UsageError unknown(String kind, String name, Collection<String> valid) {
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

  /// {@return the error for a command line without a command}
  public static ParameterException commandNeeded(CommandSpec spec) {
    return new ParameterException(
        spec.commandLine(),
        "a command is needed: " + String.join(", ", spec.subcommands().keySet()));
  }
}
