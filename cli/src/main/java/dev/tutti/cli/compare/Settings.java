package dev.tutti.cli.compare;

import dev.tutti.cli.data.DataSource;
import dev.tutti.cli.terminal.UsageError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a comparison does, with all defaults filled in except the model's, which may depend on the
/// data.
record Settings(
    DataOptions data, NetworkOptions networks, TrainingOptions training, RunOptions run) {
  /// Completes and checks what the command line says.
  ///
  /// @param environment the environment variables
  /// @throws UsageError if it names something unknown or contradicts itself
  static Settings of(
      DataOptions data,
      NetworkOptions networks,
      TrainingOptions training,
      RunOptions run,
      Map<String, String> environment) {
    data.resolve(environment);
    networks.resolve(data.source());
    run.resolve();
    training.resolve(data.source().kind() == DataSource.Kind.GLYPHS);
    return new Settings(data, networks, training, run);
  }

  /// Checks a number, if one is given.
  static void requireAtLeastOne(String option, Integer value) {
    if (value != null && value < 1) {
      throw new UsageError(option + " must be at least 1, got " + value);
    }
  }

  Seeds seeds() {
    return Seeds.of(run.seed);
  }

  /// {@return the command line that asks for just this, with no default left to the program and
  /// without the places where results go}
  List<String> arguments(Model resolved) {
    List<String> arguments = new ArrayList<>(List.of("compare"));
    arguments.addAll(Options.arguments(data));
    arguments.addAll(networks.arguments(resolved));
    arguments.addAll(Options.arguments(training));
    arguments.addAll(List.of("--seed", "" + run.seed));
    return arguments;
  }
}
