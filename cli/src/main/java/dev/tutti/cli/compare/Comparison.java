package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.InterruptHook;
import dev.tutti.cli.terminal.StatusLine;
import dev.tutti.cli.terminal.Terminal;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.nn.fit.TrainingError;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Trains and tests the methods one after another and reports what is finished, however the run
/// ends: at its end, at an error, or when the process is told to stop.
final class Comparison {
  private final Settings settings;
  private final RunFiles files;
  private final StatusLine status;
  private final ProgressLine progress;
  private final PrintWriter out;
  private final PrintWriter err;
  private final List<Result> finished = new ArrayList<>();
  private Examples examples;
  private Method running;
  private boolean handedOver;

  Comparison(
      Settings settings, RunFiles files, StatusLine status, PrintWriter out, PrintWriter err) {
    this.settings = settings;
    this.files = files;
    this.status = status;
    progress = new ProgressLine(status);
    this.out = out;
    this.err = err;
  }

  /// Reads the data, runs all methods, and prints and writes their results.
  void run() {
    try (InterruptHook _ = InterruptHook.add(this::interrupted)) {
      runMethods();
    }
  }

  private void runMethods() {
    try {
      status.doing("reading " + settings.data().source());
      examples = Examples.load(settings);
      Stream.concat(
              summary(settings, examples, Terminal.ofStderr()).stream(), examples.notes().stream())
          .flatMap(line -> Terminal.wrapped(line).stream())
          .forEach(status::say);
      List<Contestant> contestants = Contestant.all(settings, examples);
      status.doing("warming up");
      progress.plan(
          contestants,
          new WarmUp(settings, examples).run(contestants),
          examples.train().size(),
          examples.called());
      for (Contestant contestant : contestants) {
        compete(contestant);
      }
      handOver();
    } catch (RuntimeException | Error e) {
      keepFinished();
      throw e;
    }
  }

  private void compete(Contestant contestant) {
    synchronized (this) {
      running = contestant.method();
    }
    progress.begin(contestant);
    long start = System.nanoTime();
    Ensemble trained;
    try {
      trained = contestant.train(settings, examples, progress);
    } catch (TrainingError e) {
      throw new TrainingError(contestant.method().label() + ": " + e.getMessage());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    progress.testing();
    Result result = Result.of(contestant, trained, seconds, examples);
    finish(result, trained);
  }

  private synchronized void finish(Result result, Ensemble trained) {
    if (handedOver) {
      return;
    }
    files.weights(result, trained);
    finished.add(result);
    running = null;
    Figures figures = new Figures(List.of(result), Terminal.ofStderr());
    status.say(
        "%s: trained in %s, accuracy %s, NLL %s"
            .formatted(
                result.name(),
                StatusLine.seconds(result.trainSeconds()),
                figures.text(Metric.ACCURACY, result),
                figures.text(Metric.NLL, result)));
  }

  /// Prints the tables and writes the files, once.
  private synchronized void handOver() {
    if (handedOver) {
      return;
    }
    handedOver = true;
    status.close();
    if (finished.isEmpty()) {
      files.release();
      return;
    }
    boolean swapped = settings.run().jsonToStdout();
    PrintWriter tables = swapped ? err : out;
    Terminal terminal = swapped ? Terminal.ofStderr() : Terminal.ofStdout();
    Tables.lines(finished, settings, terminal).forEach(tables::println);
    if (tables.checkError()) {
      throw new UncheckedIOException(new IOException("the tables could not be written"));
    }
    if (swapped) {
      out.print(new String(JsonReport.bytes(settings, finished), StandardCharsets.UTF_8));
      out.flush();
    }
    for (String line : files.results(finished, examples)) {
      if (!settings.run().quiet) {
        err.println(line);
      }
    }
    err.flush();
  }

  /// After an error: what is finished is printed and written, then the error is thrown.
  private synchronized void keepFinished() {
    if (handedOver) {
      return;
    }
    if (finished.isEmpty()) {
      handOver();
      return;
    }
    String kept = names(finished.stream().map(Result::method).toList());
    try {
      handOver();
    } catch (RuntimeException e) {
      // A disk that is full now was full before: that error is thrown, this one adds nothing.
      status.close();
    }
    err.println("tutti: only " + kept + " could be finished");
    err.flush();
  }

  /// The process is told to stop (Ctrl-C). Runs in a shutdown hook, so the training goes on until
  /// the JVM halts after this method; it writes nothing any more.
  private synchronized void interrupted() {
    if (handedOver) {
      return;
    }
    String cut = running == null ? "" : running.label() + " was cut off" + progress.whereCutOff();
    List<Method> left = new ArrayList<>(settings.networks().methods());
    left.removeAll(finished.stream().map(Result::method).toList());
    left.remove(running);
    List<Method> done = finished.stream().map(Result::method).toList();
    RuntimeException failure = null;
    try {
      handOver();
    } catch (RuntimeException e) {
      failure = e;
    }
    List<String> said = new ArrayList<>();
    if (!cut.isEmpty()) {
      said.add(cut);
    }
    if (!left.isEmpty()) {
      said.add("not started: " + names(left));
    }
    said.add(done.isEmpty() ? "nothing was finished" : "finished and kept: " + names(done));
    if (failure != null) {
      err.println("tutti: " + failure.getMessage());
    }
    err.println("tutti: interrupted; " + String.join("; ", said));
    err.flush();
  }

  /// {@return a line on the data and one on networks and training}
  private static List<String> summary(Settings settings, Examples examples, Terminal terminal) {
    Model model = settings.networks().network().orElseGet(() -> Model.forShape(examples.shape()));
    String ood =
        settings
            .data()
            .other()
            .map(set ->
                String.format(
                    Locale.ROOT,
                    "; out of distribution: %,d of %s",
                    examples.ood().orElseThrow().size(),
                    set))
            .orElse("");
    String methods =
        settings.networks().methods().stream().map(Method::label).collect(Collectors.joining(", "));
    boolean ensemble = !settings.networks().methods().equals(List.of(Methods.SINGLE));
    String members = ensemble ? ", members: " + settings.networks().members : "";
    return List.of(
        String.format(
            Locale.ROOT,
            "%s: %,d %s of %s to train on, %s%,d to test%s",
            settings.data().source(),
            examples.train().size(),
            examples.called(),
            examples.shapeInWords(terminal.times()),
            examples
                .validation()
                .map(set -> String.format(Locale.ROOT, "%,d to validate, ", set.size()))
                .orElse(""),
            examples.test().size(),
            ood),
        "%s (%s)%s; %s; seed %d"
            .formatted(
                model.label(),
                methods,
                members,
                settings.training().inWords(),
                settings.run().seed));
  }

  private static String names(List<Method> methods) {
    return methods.stream().map(Method::label).collect(Collectors.joining(", "));
  }
}
