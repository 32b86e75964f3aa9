package dev.tutti.cli;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/// The results as one table per group of metrics, a row per method.
final class Tables {
  /// What is said under the tables.
  static final String DIRECTIONS =
      "Larger is better for Acc, AUPR, AUROC and Cov@5Risk, smaller for Brier, NLL, ECE, aECE,\n"
          + "FPR95, AUGRC, AURC and Risk@80Cov.";

  private static final String BOLD_MEANS = " The best of each column is bold.";

  /// Members beyond this number are shown as a range.
  private static final int MEMBERS_SHOWN = 4;

  private Tables() {}

  /// Which values of a column are best.
  private enum Best {
    LARGEST,
    SMALLEST,
    NONE
  }

  private record Column(String name, Best best, boolean percent, ToDoubleFunction<Result> value) {
    static Column percent(String name, Best best, ToDoubleFunction<Result> value) {
      return new Column(name, best, true, value);
    }

    static Column number(String name, Best best, ToDoubleFunction<Result> value) {
      return new Column(name, best, false, value);
    }

    String text(Result result, Terminal terminal) {
      double v = value.applyAsDouble(result);
      if (Double.isNaN(v)) {
        return terminal.boxes() ? "–" : "-";
      }
      return percent
          ? String.format(Locale.ROOT, "%.3f%%", 100 * v)
          : String.format(Locale.ROOT, "%.5f", v);
    }
  }

  /// {@return all tables, an empty line after each, and what the columns' order of merit is}
  static List<String> lines(List<Result> results, Settings settings, Terminal terminal) {
    String data = settings.data().toString();
    List<Table> tables = new ArrayList<>();
    tables.add(
        table(
            "Classification of " + data,
            results,
            terminal,
            Column.percent("Acc", Best.LARGEST, r -> r.report().accuracy()),
            Column.number("Brier", Best.SMALLEST, r -> r.report().brier()),
            Column.number("Entropy", Best.NONE, r -> r.report().entropy()),
            Column.number("NLL", Best.SMALLEST, r -> r.report().nll())));
    tables.add(
        table(
            "Calibration",
            results,
            terminal,
            Column.percent("ECE", Best.SMALLEST, r -> r.report().ece()),
            Column.percent("aECE", Best.SMALLEST, r -> r.report().aece())));
    boolean ood = results.stream().allMatch(r -> r.ood().isPresent());
    if (ood) {
      tables.add(
          table(
              "OOD detection, " + settings.ood().map(DataSource::toString).orElse(""),
              results,
              terminal,
              Column.percent("AUPR", Best.LARGEST, r -> r.report().aupr()),
              Column.percent("AUROC", Best.LARGEST, r -> r.report().auroc()),
              Column.number("Entropy", Best.NONE, r -> r.ood().orElseThrow().entropy()),
              Column.percent("FPR95", Best.SMALLEST, r -> r.report().fpr95())));
    }
    if (results.stream().anyMatch(r -> r.members() > 1)) {
      tables.add(uncertainty(results, terminal, ood));
    }
    tables.add(
        table(
            "Selective classification",
            results,
            terminal,
            Column.percent("AUGRC", Best.SMALLEST, r -> r.report().augrc()),
            Column.percent("AURC", Best.SMALLEST, r -> r.report().aurc()),
            Column.percent("Cov@5Risk", Best.LARGEST, r -> r.report().covAt5Risk()),
            Column.percent("Risk@80Cov", Best.SMALLEST, r -> r.report().riskAt80Cov())));
    tables.add(complexity(results, settings, terminal));
    List<String> lines = new ArrayList<>();
    for (Table table : tables) {
      lines.addAll(table.lines(terminal));
      lines.add("");
    }
    boolean marked = terminal.bold() && results.size() > 1;
    lines.addAll((DIRECTIONS + (marked ? BOLD_MEANS : "")).lines().toList());
    return lines;
  }

  /// Each quantity on the test examples and, where there are any, on the others beside it.
  private static Table uncertainty(List<Result> results, Terminal terminal, boolean ood) {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.number("ens_Disagreement", Best.NONE, r -> r.report().ensDisagreement()));
    columns.add(Column.number("ens_Entropy", Best.NONE, r -> r.report().ensEntropy()));
    columns.add(Column.number("ens_MI", Best.NONE, r -> r.report().ensMi()));
    if (ood) {
      columns.add(1, Column.number("OOD", Best.NONE, r -> r.ood().orElseThrow().ensDisagreement()));
      columns.add(3, Column.number("OOD", Best.NONE, r -> r.ood().orElseThrow().ensEntropy()));
      columns.add(5, Column.number("OOD", Best.NONE, r -> r.ood().orElseThrow().ensMi()));
    }
    return table("Ensemble uncertainty", results, terminal, columns.toArray(Column[]::new));
  }

  private static Table table(
      String title, List<Result> results, Terminal terminal, Column... columns) {
    List<String> header = new ArrayList<>(List.of("Method"));
    List<List<Table.Cell>> rows = new ArrayList<>();
    for (Result result : results) {
      rows.add(new ArrayList<>(List.of(Table.Cell.plain(result.name()))));
    }
    for (Column column : columns) {
      header.add(column.name);
      String best = best(column, results, terminal);
      for (int i = 0; i < rows.size(); i++) {
        String text = column.text(results.get(i), terminal);
        // Equal as shown counts as equal: no row is set apart by digits that nobody sees.
        rows.get(i).add(new Table.Cell(text, text.equals(best)));
      }
    }
    return new Table(title, header, List.copyOf(rows));
  }

  private static String best(Column column, List<Result> results, Terminal terminal) {
    if (column.best == Best.NONE || results.size() < 2) {
      return null;
    }
    Result best = null;
    for (Result result : results) {
      double value = column.value.applyAsDouble(result);
      double former = best == null ? Double.NaN : column.value.applyAsDouble(best);
      boolean better = column.best == Best.LARGEST ? value > former : value < former;
      if (!Double.isNaN(value) && (best == null || better)) {
        best = result;
      }
    }
    return best == null ? null : column.text(best, terminal);
  }

  private static Table complexity(List<Result> results, Settings settings, Terminal terminal) {
    String each = settings.data().isTable() ? "row" : "image";
    List<List<Table.Cell>> rows = new ArrayList<>();
    for (Result result : results) {
      List<String> cells =
          List.of(
              result.name(),
              String.format(Locale.ROOT, "%,d", result.params()),
              String.format(Locale.ROOT, "%,d", result.flops()),
              String.format(Locale.ROOT, "%.1f s", result.trainSeconds()),
              members(result, terminal));
      rows.add(cells.stream().map(Table.Cell::plain).toList());
    }
    return new Table(
        "Complexity",
        List.of("Method", "params", "flops/" + each, "training", "members' own Acc"),
        rows);
  }

  private static String members(Result result, Terminal terminal) {
    List<String> shown =
        result.memberAccuracy().stream()
            .map(a -> String.format(Locale.ROOT, "%.2f", 100 * a))
            .toList();
    if (shown.size() <= MEMBERS_SHOWN) {
      return String.join(" ", shown) + " %";
    }
    DoubleStream accuracies = result.memberAccuracy().stream().mapToDouble(a -> 100 * a);
    DoubleSummaryStatistics range = accuracies.summaryStatistics();
    return String.format(
        Locale.ROOT,
        "%.2f%s%.2f, mean %.2f %%",
        range.getMin(),
        terminal.boxes() ? "–" : "-",
        range.getMax(),
        range.getAverage());
  }
}
