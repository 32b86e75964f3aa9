package dev.tutti.cli.compare;

import dev.tutti.cli.data.DataFolder;
import dev.tutti.cli.data.DataSource;
import dev.tutti.cli.data.ImageSize;
import dev.tutti.cli.terminal.UsageError;
import dev.tutti.engine.Parallel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a comparison does, with all defaults filled in except the model's, which may depend on the
/// data.
///
/// @param data what to train and test on
/// @param ood the out-of-distribution data, if any
/// @param size what images of folders are resized to, if requested
/// @param dataDir the folder of data sets, which need not exist if none is read from it
/// @param limit the most training examples, if bounded
/// @param testLimit the most test examples, if bounded
/// @param model the network, if one is named
/// @param json the file of results, `-` for standard output, if requested
/// @param out the folder of weights, if requested
/// @param force whether a former run's files in `out` are deleted
record Settings(
    DataSource data,
    Optional<DataSource> ood,
    Optional<ImageSize> size,
    Path dataDir,
    Optional<Integer> limit,
    Optional<Integer> testLimit,
    Optional<Model> model,
    List<Method> methods,
    int members,
    double alpha,
    int gamma,
    Training training,
    long seed,
    int threads,
    Optional<String> json,
    Optional<Path> out,
    boolean force,
    boolean quiet) {
  private static final String STDOUT = "-";

  /// Completes and checks what the command line says.
  ///
  /// @param environment the environment variables
  /// @throws UsageError if it names something unknown or contradicts itself
  static Settings of(
      CompareOptions.Data data,
      CompareOptions.Ensembles ensembles,
      CompareOptions.Training training,
      CompareOptions.Output output,
      Map<String, String> environment) {
    DataSource source = DataSource.parse("--data", data.data == null ? Defaults.DATA : data.data);
    Optional<DataSource> ood = ood(source, data.ood);
    source.requirePath();
    ood.ifPresent(DataSource::requirePath);
    Optional<ImageSize> size = Optional.ofNullable(data.size).map(ImageSize::parse);
    if (size.isPresent() && !source.isFolder() && !ood.map(DataSource::isFolder).orElse(false)) {
      throw new UsageError(
          "--size goes with folder: and eurosat, as --data or --ood; the images of %s have one size"
              .formatted(source));
    }
    if (data.limit != null) {
      requireAtLeastOne("--limit", data.limit);
    }
    if (data.testLimit != null) {
      requireAtLeastOne("--test-limit", data.testLimit);
    }
    Optional<Model> model = Optional.ofNullable(ensembles.model).map(Model::parse);
    List<Method> methods =
        ensembles.methods != null
            ? Method.parse(ensembles.methods)
            : model.map(Model::methods).orElse(List.of(Method.values()));
    if (source.isTable() && model.isPresent() && model.get() != Model.MLP) {
      throw new UsageError(
          "--model "
              + model.get().label()
              + " needs images, --data "
              + source
              + " is a table; use --model mlp");
    }
    model.ifPresent(m -> requireMethodsOf(m, methods));
    requireEnsembleOptionsUsed(ensembles, methods);
    if (output.force && output.out == null) {
      throw new UsageError("--force has no effect without --out");
    }
    if (training.threads != null) {
      requireAtLeastOne("--threads", training.threads);
      if (training.threads > Parallel.MAX_THREADS) {
        throw new UsageError(
            "--threads is at most " + Parallel.MAX_THREADS + ", got " + training.threads);
      }
    }
    return new Settings(
        source,
        ood,
        size,
        DataFolder.choose(data.dataDir, environment),
        Optional.ofNullable(data.limit),
        Optional.ofNullable(data.testLimit),
        model,
        methods,
        ensembles.members == null ? Defaults.MEMBERS : ensembles.members,
        ensembles.alpha == null ? Defaults.ALPHA : ensembles.alpha,
        ensembles.gamma == null ? Defaults.GAMMA : ensembles.gamma,
        Training.of(training, source.kind() == DataSource.Kind.GLYPHS),
        training.seed == null ? Defaults.SEED : training.seed,
        training.threads == null ? Parallel.threads() : training.threads,
        Optional.ofNullable(output.json),
        Optional.ofNullable(output.out),
        output.force,
        output.quiet);
  }

  private static Optional<DataSource> ood(DataSource data, String asked) {
    if (asked == null) {
      return data.hasDigitSize() ? Optional.of(DataSource.NON_DIGITS) : Optional.empty();
    }
    Optional<DataSource> ood = DataSource.parseOod(asked);
    if (ood.isPresent() && ood.get().equals(data)) {
      throw new UsageError("--ood " + asked + " is the data itself; choose another set");
    }
    if (ood.isPresent() && ood.get().isTable() != data.isTable()) {
      throw new UsageError(
          "--ood %s and --data %s do not go together: one is a table, the other images"
              .formatted(ood.get(), data));
    }
    return ood;
  }

  private static void requireMethodsOf(Model model, List<Method> methods) {
    for (Method method : methods) {
      if (!model.methods().contains(method)) {
        throw new UsageError(
            "--model %s goes with the methods %s, not with %s"
                .formatted(model.label(), named(model.methods()), method.label()));
      }
    }
  }

  private static String named(List<Method> methods) {
    return methods.stream().map(Method::label).collect(Collectors.joining(","));
  }

  /// An option that no chosen method reads is a mistake that would not be noticed.
  private static void requireEnsembleOptionsUsed(
      CompareOptions.Ensembles asked, List<Method> methods) {
    boolean packed = methods.contains(Method.PACKED);
    if (!packed && (asked.alpha != null || asked.gamma != null)) {
      throw new UsageError(
          (asked.alpha != null ? "--alpha" : "--gamma")
              + " has no effect with --methods "
              + named(methods)
              + ": it is for packed");
    }
    if (asked.members != null) {
      requireAtLeastOne("--members", asked.members);
      if (methods.equals(List.of(Method.SINGLE))) {
        throw new UsageError("--members has no effect with --methods single");
      }
    }
    if (asked.alpha != null && !(asked.alpha > 0 && asked.alpha < Double.POSITIVE_INFINITY)) {
      throw new UsageError("--alpha must be a positive number, got " + asked.alpha);
    }
    if (asked.gamma != null) {
      requireAtLeastOne("--gamma", asked.gamma);
    }
  }

  static void requireAtLeastOne(String option, int value) {
    if (value < 1) {
      throw new UsageError(option + " must be at least 1, got " + value);
    }
  }

  Seeds seeds() {
    return Seeds.of(seed);
  }

  /// {@return whether standard output is the JSON's}
  boolean jsonToStdout() {
    return json.equals(Optional.of(STDOUT));
  }

  /// {@return the file of results, if it is one}
  Optional<Path> jsonFile() {
    return json.filter(name -> !name.equals(STDOUT)).map(Path::of);
  }

  /// {@return the command line that asks for just this, with no default left to the program and
  /// without the places where results go}
  List<String> arguments(Model resolved) {
    List<String> arguments = new ArrayList<>(List.of("compare", "--data", data.toString()));
    arguments.addAll(List.of("--ood", ood.map(DataSource::toString).orElse(DataSource.NONE)));
    size.ifPresent(sides -> arguments.addAll(List.of("--size", sides.toString())));
    if (data.kind().inDataDir() || ood.map(set -> set.kind().inDataDir()).orElse(false)) {
      arguments.addAll(List.of("--data-dir", dataDir.toString()));
    }
    limit.ifPresent(n -> arguments.addAll(List.of("--limit", "" + n)));
    testLimit.ifPresent(n -> arguments.addAll(List.of("--test-limit", "" + n)));
    arguments.addAll(List.of("--model", resolved.label(), "--methods", named(methods)));
    if (!methods.equals(List.of(Method.SINGLE))) {
      arguments.addAll(List.of("--members", "" + members));
    }
    if (methods.contains(Method.PACKED)) {
      arguments.addAll(List.of("--alpha", "" + alpha, "--gamma", "" + gamma));
    }
    training.addArguments(arguments);
    arguments.addAll(List.of("--seed", "" + seed));
    return arguments;
  }
}
