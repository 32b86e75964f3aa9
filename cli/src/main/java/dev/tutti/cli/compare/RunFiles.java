package dev.tutti.cli.compare;

import dev.tutti.cli.data.DataSource;
import dev.tutti.cli.data.Digest;
import dev.tutti.cli.data.Normalisation;
import dev.tutti.cli.terminal.Json;
import dev.tutti.cli.terminal.UsageError;
import dev.tutti.cli.terminal.Version;
import dev.tutti.engine.Backend;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.AtomicFile;
import dev.tutti.nn.io.DataError;
import dev.tutti.nn.io.SafeTensors;
import dev.tutti.nn.io.StateDict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The files that a comparison writes: `--json FILE`, and in `--out DIR` a `METHOD.safetensors` per
/// finished method and `run.json`. Each is written atomically.
///
/// A file of weights holds the network's state dict ([StateDict]), the member axis first (also of
/// one network, with size 1), except in what a BatchEnsemble's members share and in packed layers,
/// which have no member axis; its metadata name the method, model and members.
final class RunFiles {
  private final Settings settings;
  private final Optional<RunClaim> claim;

  private RunFiles(Settings settings, Optional<RunClaim> claim) {
    this.settings = settings;
    this.claim = claim;
  }

  /// Checks that the files can be written, makes the folder and claims it, before hours are spent.
  ///
  /// @throws DataError if they cannot, or the folder has results of another run
  static RunFiles prepare(Settings settings) {
    settings.run().folder().ifPresent(folder -> requireFolder("--out " + folder, folder));
    prepareEpochs(settings);
    try {
      settings.run().jsonFile().ifPresent(RunFiles::requireFile);
    } catch (InvalidPathException e) {
      throw new DataError("--json " + settings.run().json + ": is not a path", e);
    }
    settings.run().folder().ifPresent(folder -> requireApart(settings, folder));
    return new RunFiles(
        settings,
        settings.run().folder().map(folder -> RunClaim.take(folder, settings.run().force)));
  }

  /// Makes a folder that may be written to.
  private static void requireFolder(String option, Path folder) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new DataError(option + ": is a file, a folder is needed");
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new DataError(option + ": cannot create this folder", e);
    }
    requireWritable(option, folder);
  }

  /// What a former run wrote epoch by epoch is not written over without a word.
  private static void prepareEpochs(Settings settings) {
    RunOptions run = settings.run();
    for (Method method : settings.networks().methods()) {
      run.checkpointOf(method)
          .ifPresent(
              file -> requireNew("--checkpoint", file, run.resume, "--resume goes on from it"));
      String resume = run.checkpoint == null ? "remove it" : "--resume goes on from its checkpoint";
      run.historyOf(method).ifPresent(file -> requireNew("--history", file, run.resume, resume));
    }
  }

  static void requireNew(String option, Path file, boolean resume, String way) {
    Path folder = file.getParent();
    requireFolder(option + " " + folder, folder);
    if (Files.exists(file) && !resume) {
      throw new DataError(
          "%s %s: holds %s of a former run; %s, or name another folder"
              .formatted(option, folder, file.getFileName(), way));
    }
  }

  /// The report must not be one of the files that `--out` writes.
  private static void requireApart(Settings settings, Path folder) {
    settings
        .run()
        .jsonFile()
        .map(file -> file.toAbsolutePath().normalize())
        .filter(file -> folder.toAbsolutePath().normalize().equals(file.getParent()))
        .filter(file ->
            file.getFileName().toString().equals(RunClaim.FILE)
                || file.getFileName().toString().endsWith(".safetensors"))
        .ifPresent(file -> {
          throw new UsageError(
              "--json " + file + " is a file that --out " + folder + " writes; name another");
        });
  }

  private static void requireFile(Path file) {
    if (Files.isDirectory(file)) {
      throw new DataError("--json " + file + ": is a folder, a file is needed");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new DataError("--json " + file + ": its folder does not exist");
    }
    requireWritable("--json " + file, folder);
  }

  private static void requireWritable(String option, Path folder) {
    if (!Files.isWritable(folder)) {
      throw new DataError(option + ": the folder may not be written to (permission denied)");
    }
  }

  /// Writes a finished method's weights, if requested.
  void weights(Result result, Ensemble trained) {
    Optional<Path> folder = settings.run().folder();
    if (folder.isPresent()) {
      claim.orElseThrow().check();
      Map<String, String> about = new LinkedHashMap<>();
      about.put("format", "pt");
      about.put("method", result.name());
      about.put("model", result.model().label());
      about.put("members", "" + result.members());
      new SafeTensors(StateDict.of(trained), about)
          .write(RunClaim.weights(folder.get(), result.name()));
    }
  }

  /// Releases the folder, if nothing was written.
  void release() {
    claim.ifPresent(RunClaim::release);
  }

  /// Writes `--json` and `run.json`, if requested, and returns a line for each.
  List<String> results(List<Result> results, Examples examples) {
    List<String> said = new ArrayList<>();
    settings
        .run()
        .jsonFile()
        .ifPresent(file -> {
          byte[] json = JsonReport.bytes(settings, results);
          AtomicFile.write(file, out -> out.write(json));
          said.add("wrote " + file);
        });
    settings
        .run()
        .folder()
        .ifPresent(folder -> {
          claim.orElseThrow().check();
          Path run = folder.resolve(RunClaim.FILE);
          byte[] json = Json.bytes(run(results, examples));
          AtomicFile.write(run, out -> out.write(json));
          said.add("wrote " + run + " and " + weightsIn(results));
        });
    return said;
  }

  private static String weightsIn(List<Result> results) {
    return String.join(", ", results.stream().map(r -> r.name() + ".safetensors").toList());
  }

  private Map<String, Object> run(List<Result> results, Examples examples) {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("arguments", settings.arguments(results.getFirst().model()));
    run.put("seed", settings.run().seed);
    run.put("tutti", Version.text());
    run.put("backend", Backend.active().name());
    run.put("threads", settings.run().threads);
    run.put(
        "java",
        System.getProperty("java.runtime.version") + ", " + System.getProperty("java.vm.name"));
    run.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("name", settings.data().source().toString());
    data.put("shape", examples.train().shape());
    data.put("classes", examples.train().classes());
    data.put("train", part(examples.train()));
    data.put("test", part(examples.test()));
    examples
        .ood()
        .ifPresent(set -> {
          Map<String, Object> ood = part(set);
          ood.put("name", settings.data().other().map(DataSource::toString).orElse(""));
          data.put("ood", ood);
        });
    Normalisation normalisation = examples.normalisation();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("mean", normalisation.mean());
    values.put("std", normalisation.std());
    values.put("origin", normalisation.origin());
    data.put("normalisation", values);
    run.put("data", data);
    run.put("training", Options.byName(settings.training()));
    List<String> unfinished =
        new ArrayList<>(settings.networks().methods().stream().map(Method::label).toList());
    List<Map<String, Object>> methods = new ArrayList<>();
    for (Result result : results) {
      unfinished.remove(result.name());
      Map<String, Object> entry = JsonReport.method(result);
      entry.put("weights", result.name() + ".safetensors");
      entry.putAll(result.about());
      if (result.method() != Methods.SINGLE && result.method() != Methods.DEEP) {
        entry.put("loss", result.loss().toString().toLowerCase(Locale.ROOT));
      }
      methods.add(entry);
    }
    run.put("methods", methods);
    run.put("unfinished", unfinished);
    return run;
  }

  private static Map<String, Object> part(Dataset set) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("examples", set.size());
    part.put("sha256", Digest.sha256(set));
    return part;
  }
}
