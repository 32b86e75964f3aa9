package dev.tutti.cli.compare;

import dev.tutti.cli.terminal.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A member of a sweep, with the last that is known of it.
///
/// @param number the member
/// @param point what it tried
/// @param epochs how many it was trained
/// @param loss its validation loss after the last of them, NaN if it is not finite
/// @param accuracy likewise, NaN if there is none
record Trial(int number, Map<String, Double> point, int epochs, double loss, double accuracy) {
  /// {@return the trials, those that were trained longest first, of these the one with the least
  /// loss: a loss after fewer epochs says less}
  ///
  /// @param reports the epochs' reports ([dev.tutti.nn.fit.EpochReport#toJson])
  static List<Trial> of(List<Map<String, Double>> points, List<String> reports) {
    List<Trial> trials = new ArrayList<>();
    List<JsonNode> epochs =
        reports.stream().map(line -> JsonMapper.shared().readTree(line)).toList();
    for (int m = 0; m < points.size(); m++) {
      int trained = epochs.size();
      for (int e = 0; e < epochs.size(); e++) {
        if (epochs.get(e).get("stopped").get(m).asBoolean()) {
          trained = Math.min(trained, e + 1);
        }
      }
      JsonNode last = epochs.get(trained - 1);
      trials.add(
          new Trial(
              m,
              points.get(m),
              trained,
              number(last.get("validation_loss").get(m)),
              number(last.get("validation_accuracy").get(m))));
    }
    trials.sort(
        Comparator.comparing((Trial t) -> !t.finite())
            .thenComparing(t -> -t.epochs)
            .thenComparing(t -> t.loss));
    return trials;
  }

  private static double number(JsonNode node) {
    return node.isNull() ? Double.NaN : node.asDouble();
  }

  boolean finite() {
    return Double.isFinite(loss);
  }

  static Table table(List<Trial> trials, List<String> names, String examples) {
    List<String> header = new ArrayList<>(List.of("trial"));
    header.addAll(names);
    header.addAll(List.of("epochs", "loss", "accuracy"));
    List<List<Table.Cell>> rows = new ArrayList<>();
    for (Trial trial : trials) {
      List<String> cells = new ArrayList<>(List.of("" + trial.number));
      names.forEach(name -> cells.add(shown(trial.point.get(name))));
      cells.add("" + trial.epochs);
      cells.add(trial.finite() ? String.format(Locale.ROOT, "%.3f", trial.loss) : "not finite");
      cells.add(
          Double.isFinite(trial.accuracy)
              ? String.format(Locale.ROOT, "%.1f %%", 100 * trial.accuracy)
              : "–");
      rows.add(cells.stream().map(Table.Cell::plain).toList());
    }
    return new Table("Trials on the validation " + examples, header, rows);
  }

  private static String shown(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.3g", value);
  }

  /// {@return the arguments that compare networks trained by this recipe}
  List<String> arguments(Settings settings, Model model) {
    List<String> arguments = new ArrayList<>(List.of("compare"));
    arguments.addAll(Options.arguments(settings.data()));
    arguments.addAll(List.of("--model", model.label()));
    TrainingOptions best = settings.training().at(point);
    best.validation = null;
    arguments.addAll(Options.arguments(best));
    arguments.addAll(List.of("--seed", "" + settings.run().seed));
    return arguments;
  }

  /// {@return its line of JSON}
  Map<String, Object> entries() {
    Map<String, Object> entries = new LinkedHashMap<>();
    entries.put("trial", number);
    point.forEach((name, value) -> entries.put(name.replace('-', '_'), value));
    entries.put("epochs", epochs);
    entries.put("validation_loss", finite() ? loss : null);
    entries.put("validation_accuracy", Double.isFinite(accuracy) ? accuracy : null);
    return entries;
  }
}
