package dev.tutti.cli.compare;

import dev.tutti.cli.compare.Metric.Better;
import dev.tutti.cli.data.DataSource;
import dev.tutti.cli.terminal.StatusLine;
import dev.tutti.cli.terminal.Table;
import dev.tutti.cli.terminal.Table.Cell;
import dev.tutti.cli.terminal.Terminal;
import dev.tutti.ensembles.metrics.Uncertainty;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The results as one table per group of metrics, a row per method, and sentences that read them.
/// No line is wider than [Terminal#WIDTH], except for text that cannot be broken.
final class Tables {
  private static final String BOLD_MEANS = " The best of each column is bold.";

  /// Columns that the members' values may take.
  private static final int MEMBERS_WIDTH = 25;

  private final List<Result> results;
  private final Settings settings;
  private final Terminal terminal;
  private final Figures figures;

  private Tables(List<Result> results, Settings settings, Terminal terminal) {
    this.results = results;
    this.settings = settings;
    this.terminal = terminal;
    figures = new Figures(results, terminal);
  }

  /// {@return all tables, an empty line after each; which values are better; and the sentences of
  /// [Reading]}
  static List<String> lines(List<Result> results, Settings settings, Terminal terminal) {
    return new Tables(results, settings, terminal).lines();
  }

  private List<String> lines() {
    boolean ood = results.stream().allMatch(r -> r.ood().isPresent());
    boolean ensembles = results.stream().anyMatch(r -> r.members() > 1);
    List<Table> tables = new ArrayList<>();
    tables.add(
        table(
            settings.data().source() + ": " + examples(results.getFirst().evidence().examples()),
            Stream.of(Metric.ACCURACY, Metric.NLL, Metric.BRIER, Metric.ECE, Metric.AECE)
                .map(this::column)));
    if (ood) {
      tables.add(
          table(
              "Out-of-distribution detection: " + ood(),
              Stream.of(Metric.AUROC, Metric.AUPR, Metric.FPR95).map(this::column)));
    }
    if (ensembles) {
      tables.add(
          table(
              ood ? "Uncertainty: test " + examples() + ", and " + ood() + " (OOD)" : "Uncertainty",
              uncertainty(ood)));
    }
    tables.add(
        table(
            "Selective classification",
            Stream.of(Metric.AURC, Metric.AUGRC, Metric.COV_AT_5_RISK, Metric.RISK_AT_80_COV)
                .map(this::column)));
    if (ensembles) {
      tables.add(members(ood));
    }
    tables.add(cost());
    List<String> lines = new ArrayList<>();
    for (Table table : tables) {
      lines.addAll(table.lines(terminal));
      lines.add("");
    }
    boolean marked = terminal.bold() && results.size() > 1;
    lines.addAll(Terminal.wrapped(directions(ood) + (marked ? BOLD_MEANS : "")));
    lines.add("");
    for (String sentence : Reading.sentences(results, settings, figures)) {
      lines.addAll(Terminal.wrapped(sentence));
    }
    return lines;
  }

  private String examples() {
    return settings.data().source().isTable() ? "rows" : "images";
  }

  private String examples(int count) {
    return String.format(Locale.ROOT, "%,d test %s", count, examples());
  }

  /// {@return the out-of-distribution data's name}
  private String ood() {
    return settings.data().other().map(DataSource::toString).orElse("");
  }

  /// {@return which values are better, of the metrics that are shown}
  private static String directions(boolean ood) {
    return "Better is larger: %s; smaller: %s."
        .formatted(directed(Better.LARGER, ood), directed(Better.SMALLER, ood));
  }

  private static String directed(Better better, boolean ood) {
    List<Metric> ofOod = List.of(Metric.AUROC, Metric.AUPR, Metric.FPR95);
    return Stream.of(Metric.values())
        .filter(metric -> metric.better == better && (ood || !ofOod.contains(metric)))
        .map(metric -> metric.label)
        .collect(Collectors.joining(", "));
  }

  /// Values below each other.
  private record Column(String name, Metric metric, ToDoubleFunction<Result> value) {}

  private Column column(Metric metric) {
    return new Column(metric.label, metric, metric::of);
  }

  /// Each quantity on the test examples and, if there are any, next to it on the others.
  private Stream<Column> uncertainty(boolean ood) {
    return Stream.of(
            new Pair(Metric.ENTROPY, Uncertainty.Summary::entropy),
            new Pair(Metric.MUTUAL_INFORMATION, Uncertainty.Summary::mutualInformation),
            new Pair(Metric.DISAGREEMENT, Uncertainty.Summary::disagreement))
        .flatMap(pair -> {
          // Two words below each other keep the table narrow.
          Column test =
              new Column(pair.metric.label.replace(' ', '\n'), pair.metric, pair.metric::of);
          return ood
              ? Stream.of(
                  test,
                  new Column("OOD", pair.metric, r -> pair.other.apply(r.ood().orElseThrow())))
              : Stream.of(test);
        });
  }

  private record Pair(Metric metric, Function<Uncertainty.Summary, Double> other) {}

  private Table table(String title, Stream<Column> columns) {
    List<String> header = new ArrayList<>(List.of("method"));
    List<List<Cell>> rows = new ArrayList<>();
    for (Result result : results) {
      rows.add(new ArrayList<>(List.of(Cell.plain(result.name()))));
    }
    columns.forEach(column -> {
      header.add(column.name);
      String best = best(column);
      for (int i = 0; i < rows.size(); i++) {
        String text = text(column, results.get(i));
        // Equal as shown counts as equal: no row is marked because of digits that are not shown.
        rows.get(i).add(new Cell(text, text.equals(best)));
      }
    });
    return new Table(terminal.shortened(title), header, List.copyOf(rows));
  }

  private String text(Column column, Result result) {
    return figures.text(column.metric, column.value.applyAsDouble(result));
  }

  private String best(Column column) {
    Better better = column.metric.better;
    if (better == Better.NEITHER || results.size() < 2) {
      return null;
    }
    Result best = null;
    for (Result result : results) {
      double value = column.value.applyAsDouble(result);
      double former = best == null ? Double.NaN : column.value.applyAsDouble(best);
      boolean isBetter = better == Better.LARGER ? value > former : value < former;
      if (!Double.isNaN(value) && (best == null || isBetter)) {
        best = result;
      }
    }
    return best == null ? null : text(column, best);
  }

  /// The quality of each member alone.
  private Table members(boolean ood) {
    List<String> header = new ArrayList<>();
    header.addAll(List.of("method", "members", "accuracy", "mean", "mean\nNLL"));
    if (ood) {
      header.add("mean\nAUROC");
    }
    List<List<Cell>> rows = new ArrayList<>();
    for (Result result : results) {
      List<String> cells = new ArrayList<>();
      cells.add(result.name());
      cells.add(String.format(Locale.ROOT, "%,d", result.members()));
      cells.add(figures.text(Metric.ACCURACY, result.memberAccuracy(), MEMBERS_WIDTH));
      cells.add(mean(Metric.ACCURACY, result.memberAccuracy()));
      cells.add(mean(Metric.NLL, result.memberNll()));
      if (ood) {
        cells.add(mean(Metric.AUROC, result.detection().orElseThrow().memberAuroc()));
      }
      rows.add(cells.stream().map(Cell::plain).toList());
    }
    return new Table("Each member alone", header, List.copyOf(rows));
  }

  private String mean(Metric metric, List<Double> values) {
    return figures.text(
        metric, values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN));
  }

  private Table cost() {
    List<List<Cell>> rows = new ArrayList<>();
    for (Result result : results) {
      rows.add(
          Stream.of(
                  result.name(),
                  String.format(Locale.ROOT, "%,d", result.params()),
                  String.format(Locale.ROOT, "%,d", result.flops()),
                  StatusLine.seconds(result.trainSeconds()))
              .map(Cell::plain)
              .toList());
    }
    String each = settings.data().source().isTable() ? "row" : "image";
    return new Table(
        "Cost", List.of("method", "parameters", "flops/" + each, "training"), List.copyOf(rows));
  }
}
