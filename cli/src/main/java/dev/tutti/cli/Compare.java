package dev.tutti.cli;

import dev.tutti.engine.Parallel;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `tutti compare`: trains ensembles side by side on one data set and prints one table per group of
/// metrics.
@Command(
    name = "compare",
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Trains ensemble methods side by side on one data set with one seed and prints one table per"
          + " group of metrics, a row per method. Without options: drawn digits, four methods,"
          + " under a minute.",
      "",
      "Ctrl-C prints and writes what is finished. The same options and seed give the same figures,"
          + " bit for bit, with any number of threads."
    },
    footer = {
      "",
      "Examples:",
      "  tutti compare",
      "  tutti compare --data mnist --ood fashion-mnist --data-dir data --json mnist.json",
      "  tutti compare --data folder:photos --model convnet --methods deep,packed --members 8",
      "  tutti compare --data csv:iris.csv#species --epochs 50 --batch 16 --out runs/iris"
    })
final class Compare implements Runnable {
  @Spec private CommandSpec spec;

  @ArgGroup(validate = false, order = 1, heading = "%nData:%n")
  private CompareOptions.Data data = new CompareOptions.Data();

  @ArgGroup(validate = false, order = 2, heading = "%nNetworks:%n")
  private CompareOptions.Ensembles ensembles = new CompareOptions.Ensembles();

  @ArgGroup(validate = false, order = 3, heading = "%nTraining:%n")
  private CompareOptions.Training training = new CompareOptions.Training();

  @ArgGroup(validate = false, order = 4, heading = "%nOutput:%n")
  private CompareOptions.Output output = new CompareOptions.Output();

  @Override
  public void run() {
    Settings settings = Settings.of(data, ensembles, training, output);
    Parallel.threads(settings.threads());
    RunFiles files = RunFiles.prepare(settings);
    PrintWriter err = spec.commandLine().getErr();
    Terminal terminal = Terminal.ofStderr();
    ProgressLine.Style style =
        settings.quiet()
            ? ProgressLine.Style.NONE
            : terminal.interactive() ? ProgressLine.Style.ONE_LINE : ProgressLine.Style.LINES;
    ProgressLine progress = new ProgressLine(err, style, System::nanoTime, settings.threads());
    progress.doing("reading " + settings.data());
    Examples examples;
    try {
      examples = Examples.load(settings);
    } catch (RuntimeException | Error e) {
      progress.close();
      throw e;
    }
    summary(settings, examples, terminal).forEach(progress::say);
    new Comparison(settings, examples, files, progress, spec.commandLine().getOut(), err).run();
  }

  /// {@return a line on the data and one on networks and training}
  private static List<String> summary(Settings settings, Examples examples, Terminal terminal) {
    Model model = settings.model().orElseGet(() -> Model.forShape(examples.shape()));
    String ood =
        settings
            .ood()
            .map(set ->
                String.format(
                    Locale.ROOT,
                    "; out of distribution: %,d of %s",
                    examples.ood().orElseThrow().size(),
                    set))
            .orElse("");
    String methods =
        settings.methods().stream().map(Method::label).collect(Collectors.joining(", "));
    return List.of(
        String.format(
            Locale.ROOT,
            "%s: %,d %s of %s to train on, %,d to test%s",
            settings.data(),
            examples.train().size(),
            examples.called(),
            examples.shapeInWords(terminal.times()),
            examples.test().size(),
            ood),
        "%s (%s), %d members; %s; seed %d"
            .formatted(
                model.label(),
                methods,
                settings.members(),
                settings.training().inWords(),
                settings.seed()));
  }
}
