package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.Json;
import dev.tutti.cli.terminal.StatusLine;
import dev.tutti.cli.terminal.Table;
import dev.tutti.cli.terminal.Terminal;
import dev.tutti.cli.terminal.UsageError;
import dev.tutti.engine.Parallel;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.train.Trainer;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.Callback;
import dev.tutti.nn.fit.Checkpointing;
import dev.tutti.nn.fit.EarlyStopping;
import dev.tutti.nn.fit.EpochReport;
import dev.tutti.nn.fit.Halving;
import dev.tutti.nn.fit.History;
import dev.tutti.nn.fit.Progress;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.io.AtomicFile;
import dev.tutti.nn.io.DataError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tutti sweep`: tries hyper-parameters with an ensemble whose members differ in them, all stepped
/// as one program, and stops the worst on the way.
@Command(
    name = "sweep",
    sortOptions = false,
    header = "Tries hyper-parameters, all at once, and stops the worst on the way.",
    customSynopsis = "tutti sweep [OPTIONS]",
    description = {
      "",
      "Every trial is a network of its own with its own weights to start from; all see the same"
          + " batches. They are judged by a part of the training examples that is kept"
          + " (--validation, by default 0.2).",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  tutti sweep",
      "  tutti sweep --search lr=log:1e-4:1e-1 --search weight-decay=0,1e-4,1e-2 --trials 64",
      "  tutti sweep --data csv:iris.csv#species --epochs 50 --batch 16 --json trials.jsonl"
    })
public final class Sweep implements Runnable {
  private static final double VALIDATION = 0.2;

  @Spec private CommandSpec spec;

  @ArgGroup(validate = false, order = 1, heading = "%nSearch:%n")
  private SearchOptions search = new SearchOptions();

  @ArgGroup(validate = false, order = 2, heading = "%nData:%n")
  private DataOptions data = new DataOptions();

  @ArgGroup(validate = false, order = 3, heading = "%nTraining:%n")
  private TrainingOptions training = new TrainingOptions();

  @ArgGroup(validate = false, order = 4, heading = "%nRun and output:%n")
  private SweepRun run = new SweepRun();

  /// How to run, and the places of results.
  static final class SweepRun {
    @Option(
        names = "--model",
        paramLabel = "NAME",
        description =
            "The network, as for compare (default: lenet for images of 16x16 and more, else mlp).")
    String model;

    @Option(
        names = "--seed",
        paramLabel = "S",
        description = "Of everything that is random (default: 42).")
    Long seed;

    @Option(
        names = "--threads",
        paramLabel = "N",
        description = "Threads to compute on; changes no figure (default: the cores).")
    Integer threads;

    @Option(
        names = "--json",
        paramLabel = "FILE",
        description = "Write a line of JSON for every trial, the best first.")
    Path json;

    @Option(
        names = "--checkpoint",
        paramLabel = "DIR",
        description = "Save sweep.checkpoint and sweep.jsonl after every epoch.")
    Path checkpoint;

    @Option(
        names = "--resume",
        description = "Go on from --checkpoint, with the bits of a run without a break.")
    boolean resume;

    @Option(names = "--quiet", description = "No progress on standard error.")
    boolean quiet;
  }

  @Override
  public void run() {
    search.resolve();
    if (training.validation == null) {
      training.validation = VALIDATION;
    }
    if (training.patience != null) {
      throw new UsageError("--patience does not go with sweep: --keep says how many members stop");
    }
    if (run.resume && run.checkpoint == null) {
      throw new UsageError("--resume needs a --checkpoint folder");
    }
    RunOptions common = new RunOptions();
    common.seed = run.seed;
    common.threads = run.threads;
    common.quiet = run.quiet;
    NetworkOptions networks = new NetworkOptions();
    networks.model = run.model;
    networks.methods = Methods.SINGLE.label();
    for (String name : search.names()) {
      if (Options.byName(training).containsKey(name.replace('-', '_'))) {
        throw new UsageError("--search %s and --%s name the same".formatted(name, name));
      }
    }
    data.ood = "none";
    search(Settings.of(data, networks, training, common, System.getenv()));
  }

  private void search(Settings settings) {
    Parallel.threads(settings.run().threads);
    Optional<Path> folder = Optional.ofNullable(run.checkpoint);
    folder.ifPresent(this::prepare);
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    StatusLine status =
        new StatusLine(err, StatusLine.Style.of(run.quiet, Terminal.ofStderr()), System::nanoTime);
    status.doing("reading " + settings.data().source());
    Examples examples = Examples.load(settings);
    Batches batches = Contestant.batches(settings, examples);
    List<Map<String, Double>> points = search.points(settings.seeds().search());
    Recipe recipe =
        Recipe.together(
            points.stream()
                .map(point ->
                    training.at(point).recipe(batches.count()).key(settings.seeds().root()))
                .toList());
    Model model = settings.networks().network().orElseGet(() -> Model.forShape(examples.shape()));
    int classes = examples.train().numClasses();
    DeepEnsemble start =
        DeepEnsemble.init(
            settings.seeds().networks(),
            points.size(),
            key -> model.init(key, examples.shape(), classes));
    status.say(
        "%s: %,d to train on, %,d to validate; %s, %d trials, %d to the end; %s; seed %d"
            .formatted(
                settings.data().source(),
                examples.train().size(),
                examples.validation().orElseThrow().size(),
                model.label(),
                points.size(),
                Math.min(search.keep, points.size()),
                training.inWords(search.inWords()),
                settings.run().seed));
    List<String> lines = new ArrayList<>();
    Trainer trainer =
        new Trainer(recipe, Progress.Listener.NONE)
            .validating(
                Batches.of(examples.validation().orElseThrow(), Result.BATCH)
                    .transformed(examples.normalisation().transform()),
                EarlyStopping.never())
            .halving(new Halving(1, Math.min(search.keep, points.size())))
            .calling(told(status, lines));
    if (folder.isPresent()) {
      Path file = folder.get().resolve("sweep.checkpoint");
      trainer =
          trainer
              .calling(new History(folder.get().resolve("sweep.jsonl")))
              .checkpointing(new Checkpointing(file, 0, run.resume));
    }
    trainer.fit(start, batches);
    status.close();
    List<Trial> trials = Trial.of(points, folder.map(Sweep::linesOf).orElse(lines));
    Table table = Trial.table(trials, search.names(), examples.called());
    table.lines(Terminal.ofStdout()).forEach(out::println);
    out.println();
    Trial best = trials.getFirst();
    if (!best.finite()) {
      throw new DataError("sweep: no trial has a finite loss; search smaller rates");
    }
    String command = "tutti " + String.join(" ", best.arguments(settings, model));
    Terminal.wrapped("The best recipe: " + command).forEach(out::println);
    out.flush();
    if (run.json != null) {
      AtomicFile.write(
          run.json,
          file -> {
            for (Trial trial : trials) {
              file.write(Json.line(trial.entries()));
            }
          });
      status.say("wrote " + run.json);
    }
  }

  private void prepare(Path folder) {
    for (String name : List.of("sweep.checkpoint", "sweep.jsonl")) {
      RunFiles.requireNew(
          "--checkpoint", folder.resolve(name), run.resume, "--resume goes on from it");
    }
  }

  private static List<String> linesOf(Path folder) {
    Path file = folder.resolve("sweep.jsonl");
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new DataError(file + ": cannot be read", e);
    }
  }

  private static Callback<Object> told(StatusLine status, List<String> lines) {
    return new Callback<>() {
      @Override
      public void epoch(EpochReport report, Supplier<?> current) {
        lines.add(report.toJson());
        long left = report.stopped().stream().filter(stopped -> !stopped).count();
        double least =
            report.validationLoss().stream()
                .mapToDouble(d -> d)
                .filter(Double::isFinite)
                .min()
                .orElse(Double.NaN);
        status.say(
            String.format(
                Locale.ROOT,
                "epoch %d of %d: %d members go on, least validation loss %.3f",
                report.epoch() + 1,
                report.epochs(),
                left,
                least));
      }
    };
  }
}
