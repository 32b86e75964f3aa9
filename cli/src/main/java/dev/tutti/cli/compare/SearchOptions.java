package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.UsageError;
import dev.tutti.engine.Key;
import dev.tutti.ensembles.search.Space;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/// What a sweep tries, and how many of it goes on.
final class SearchOptions {
  /// Options of the training that may differ between members.
  private static final List<String> NAMES = List.of("lr", "weight-decay", "momentum", "clip-norm");

  private static final int TRIALS = 32;
  private static final int KEEP = 4;
  private static final String DEFAULT = "lr=log:0.0001:0.1";

  @Option(
      names = "--search",
      paramLabel = "NAME=VALUES",
      description = {
        "What differs between members, once for each of lr, weight-decay, momentum and clip-norm"
            + " (default: "
            + DEFAULT
            + "):",
        "log:LOW:HIGH draws it so that its logarithm is uniform; A,B,... chooses one of these."
      })
  List<String> search;

  @Option(
      names = "--trials",
      paramLabel = "N",
      description =
          "Members to try (default: every combination, if all values are named, else "
              + TRIALS
              + ").")
  Integer trials;

  @Option(
      names = "--keep",
      paramLabel = "K",
      description =
          "Members that are trained to the end; half of the others stop after the first epoch, half"
              + " of the rest after the second, the fourth, and so on (default: "
              + KEEP
              + "; as many as trials: none stops).")
  Integer keep;

  private Space space = new Space();

  /// Checks the choices and makes the defaults.
  void resolve() {
    search = search == null ? List.of(DEFAULT) : search;
    for (String asked : search) {
      String[] parts = asked.split("=", 2);
      if (parts.length < 2 || !NAMES.contains(parts[0])) {
        throw new UsageError(
            "--search %s: needs NAME=VALUES, NAME one of %s"
                .formatted(asked, String.join(", ", NAMES)));
      }
      try {
        space = space.with(parts[0], axis(parts[1]));
      } catch (NumberFormatException e) {
        throw new UsageError(
            "--search %s: VALUES are log:LOW:HIGH or numbers with commas between them"
                .formatted(asked));
      } catch (IllegalArgumentException e) {
        throw new UsageError(
            "--search %s: %s".formatted(asked, e.getMessage().replace("space: ", "")));
      }
    }
    Settings.requireAtLeastOne("--trials", trials);
    Settings.requireAtLeastOne("--keep", keep);
    keep = keep == null ? KEEP : keep;
  }

  private static Space.Axis axis(String values) {
    if (values.startsWith("log:")) {
      String[] ends = values.substring(4).split(":", -1);
      if (ends.length != 2) {
        throw new NumberFormatException(values);
      }
      return new Space.LogUniform(Double.parseDouble(ends[0]), Double.parseDouble(ends[1]));
    }
    return new Space.Choice(Arrays.stream(values.split(",", -1)).map(Double::parseDouble).toList());
  }

  /// {@return the points to try}
  List<Map<String, Double>> points(Key key) {
    boolean named = space.axes().values().stream().allMatch(a -> a instanceof Space.Choice);
    return trials == null && named
        ? space.grid()
        : space.draw(key, trials == null ? TRIALS : trials);
  }

  /// {@return `lr log:0.0001:0.1, momentum 0,0.9`; the learning rate's own value, if it is not
  /// searched for, comes first}
  String inWords() {
    String searched = String.join(", ", search).replace('=', ' ');
    return space.axes().containsKey("lr") ? searched : "lr {lr}, " + searched;
  }

  /// {@return what is searched for, in the order asked for}
  List<String> names() {
    return new ArrayList<>(space.axes().keySet());
  }
}
