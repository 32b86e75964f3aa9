package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.StatusLine;
import dev.tutti.cli.terminal.Terminal;
import dev.tutti.cli.terminal.UsageError;
import dev.tutti.engine.Parallel;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `tutti compare`: trains ensembles side by side on one data set and prints one table per group of
/// metrics and sentences that read them.
@Command(
    name = "compare",
    sortOptions = false,
    header = "Trains ensembles side by side and prints their metrics.",
    customSynopsis = "tutti compare [OPTIONS]",
    description = {
      "",
      "Every method trains on the same data with the same seed; one table per group of metrics"
          + " shows them, a row per method, and two sentences read them. Without options: drawn"
          + " digits and all four methods, in less than a minute.",
      "",
      "Ctrl-C prints and writes what is finished. The same options and seed give the same figures,"
          + " bit for bit, with any number of threads.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  tutti compare",
      "  tutti compare --data mnist --ood fashion-mnist --data-dir ~/data",
      "  tutti compare --data folder:photos --methods deep,packed --members 8",
      "  tutti compare --data csv:iris.csv#species --epochs 50 --batch 16 --out run"
    })
public final class Compare implements Runnable {
  @Spec private CommandSpec spec;

  @ArgGroup(validate = false, order = 1, heading = "%nData:%n")
  private DataOptions data = new DataOptions();

  @ArgGroup(validate = false, order = 2, heading = "%nNetworks:%n")
  private NetworkOptions networks = new NetworkOptions();

  @ArgGroup(validate = false, order = 3, heading = "%nTraining:%n")
  private TrainingOptions training = new TrainingOptions();

  @ArgGroup(validate = false, order = 4, heading = "%nRun and output:%n")
  private RunOptions run = new RunOptions();

  @Override
  public void run() {
    requireOnce(spec.commandLine().getParseResult().originalArgs());
    Settings settings = Settings.of(data, networks, training, run, System.getenv());
    Parallel.threads(settings.run().threads);
    RunFiles files = RunFiles.prepare(settings);
    PrintWriter err = spec.commandLine().getErr();
    StatusLine.Style style = StatusLine.Style.of(settings.run().quiet, Terminal.ofStderr());
    StatusLine status = new StatusLine(err, style, System::nanoTime);
    new Comparison(settings, files, status, spec.commandLine().getOut(), err).run();
  }

  /// An option given twice would make the parser forget the others of its group.
  private void requireOnce(List<String> arguments) {
    Set<String> seen = new HashSet<>();
    for (String argument : arguments) {
      String name = argument.startsWith("--") ? argument.split("=", 2)[0] : "";
      if (spec.findOption(name) != null && !seen.add(name)) {
        throw new UsageError(name + " is given twice");
      }
    }
  }
}
