package dev.tutti.cli;

import dev.tutti.cli.compare.Compare;
import dev.tutti.cli.compare.Sweep;
import dev.tutti.cli.data.DataCommand;
import dev.tutti.cli.terminal.Failure;
import dev.tutti.cli.terminal.NearestName;
import dev.tutti.cli.terminal.UsageError;
import dev.tutti.cli.terminal.Version;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// The `tutti` command and the entry point of the launcher.
///
/// Exit status: 0 done, 1 failed, 2 the command line is wrong. Whatever goes wrong is one line on
/// standard error; `-Dtutti.trace=true` adds the stack trace.
@Command(
    name = "tutti",
    description = "Trains ensembles of neural networks side by side and shows their uncertainty.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Version.class,
    subcommands = {Compare.class, Sweep.class, DataCommand.class, Doctor.class})
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  /// Runs the command and ends the JVM with its exit status.
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /// Runs the command and returns its exit status.
  static int run(String... args) {
    CommandLine commandLine =
        new CommandLine(new Main())
            .setParameterExceptionHandler(Main::explainUsage)
            .setExecutionExceptionHandler(Main::explainFailure);
    // Not in the annotation, whose attributes the commands inherit.
    commandLine
        .getCommandSpec()
        .usageMessage()
        .footer(
            "",
            "Try:",
            "  tutti compare          four methods on drawn digits, in less than a minute",
            "  tutti compare --help   the choices of data, networks and training",
            "  tutti data get mnist   download a public data set to train on");
    try {
      return commandLine.execute(args);
    } catch (Error error) {
      return fail(commandLine, error);
    }
  }

  /// Without a command there is nothing to run: the usage, and the exit status of a usage error.
  @Override
  public void run() {
    throw UsageError.commandNeeded(spec);
  }

  private static int explainUsage(ParameterException error, String[] args) {
    String message =
        error instanceof UnmatchedArgumentException unmatched
            ? unmatchedMessage(unmatched)
            : plain(Failure.firstLine(error.getMessage()));
    return refuse(error.getCommandLine(), message, error);
  }

  private static int explainFailure(
      Exception error, CommandLine command, CommandLine.ParseResult arguments) {
    return error instanceof UsageError
        ? refuse(command, error.getMessage(), error)
        : fail(command, error);
  }

  private static int refuse(CommandLine command, String message, Throwable error) {
    complain(
        command,
        message + " (see '" + command.getCommandSpec().qualifiedName() + " --help')",
        error);
    return CommandLine.ExitCode.USAGE;
  }

  /// Names the first argument that is not understood, and the valid name nearest to it.
  private static String unmatchedMessage(UnmatchedArgumentException error) {
    CommandSpec spec = error.getCommandLine().getCommandSpec();
    String argument = error.getUnmatched().getFirst();
    boolean option = argument.startsWith("-");
    String name = option ? argument.split("=", 2)[0] : argument;
    List<String> valid = option ? options(spec) : commands(spec);
    String kind = option ? "option" : valid.isEmpty() ? "argument" : "command";
    String text = "unknown " + kind + " '" + name + "'";
    Optional<String> nearest = NearestName.of(name, valid);
    if (nearest.isPresent()) {
      return text + "; did you mean '" + nearest.get() + "'?";
    }
    valid.removeIf(candidate -> candidate.startsWith("-") && !candidate.startsWith("--"));
    return valid.isEmpty() ? text : text + "; valid: " + String.join(", ", valid);
  }

  private static int fail(CommandLine command, Throwable error) {
    complain(command, Failure.message(error), error);
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static void complain(CommandLine command, String message, Throwable error) {
    PrintWriter err = command.getErr();
    err.println("tutti: " + message);
    if (Boolean.getBoolean("tutti.trace")) {
      error.printStackTrace(err);
    }
    err.flush();
  }

  private static List<String> commands(CommandSpec spec) {
    return new ArrayList<>(spec.subcommands().keySet());
  }

  private static List<String> options(CommandSpec spec) {
    List<String> names = new ArrayList<>();
    for (OptionSpec option : spec.options()) {
      names.addAll(List.of(option.names()));
    }
    return names;
  }

  /// Replaces the names of Java's types by words, and starts with a small letter.
  private static String plain(String message) {
    String text =
        message
            .replaceFirst("is not an? (int|long)$", "is not a whole number")
            .replaceFirst("is not a (float|double)$", "is not a number");
    return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }
}
