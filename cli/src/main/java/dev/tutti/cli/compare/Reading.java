package dev.tutti.cli.compare;

import dev.tutti.cli.compare.Metric.Better;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Puts the tables into words: the gain of an ensemble over its members, and the cost and gain of
/// the others compared with it. The sentences follow from the numbers alone; a difference that may
/// be chance is called no clear difference ([Gain#clear]).
final class Reading {
  private static final List<Metric> READ = List.of(Metric.NLL, Metric.AUROC, Metric.ACCURACY);

  /// Ensembles that one sentence names.
  private static final int MOST = 4;

  private final List<Result> results;
  private final Settings settings;
  private final Figures figures;

  private Reading(List<Result> results, Settings settings, Figures figures) {
    this.results = results;
    this.settings = settings;
    this.figures = figures;
  }

  /// {@return at most two sentences}
  static List<String> sentences(List<Result> results, Settings settings, Figures figures) {
    return new Reading(results, settings, figures).sentences();
  }

  private List<String> sentences() {
    Optional<Result> ensemble =
        with(Methods.DEEP)
            .filter(Reading::isEnsemble)
            .or(() -> results.stream().filter(Reading::isEnsemble).findFirst());
    if (ensemble.isEmpty()) {
      return List.of(
          settings.networks().methods().equals(List.of(Methods.SINGLE))
              ? "One network alone: '--methods single,deep' shows what an ensemble of %d changes."
                  .formatted(NetworkOptions.MEMBERS)
              : "No ensemble of more than one member was tested: there is nothing to compare.");
    }
    List<String> sentences = new ArrayList<>(List.of(overItsMembers(ensemble.get())));
    cost().or(() -> disagreement(ensemble.get())).ifPresent(sentences::add);
    return sentences;
  }

  private static boolean isEnsemble(Result result) {
    return result.members() > 1;
  }

  private Optional<Result> with(Method method) {
    return results.stream().filter(r -> r.method() == method).findFirst();
  }

  private String overItsMembers(Result ensemble) {
    List<String> better = new ArrayList<>();
    List<String> worse = new ArrayList<>();
    List<String> unclear = new ArrayList<>();
    List<String> undefined = new ArrayList<>();
    for (Metric metric : READ) {
      Optional<Gain> gain = ensemble.evidence().overMembers(metric);
      if (gain.isEmpty()) {
        continue;
      }
      Gain g = gain.get();
      String before = figures.text(metric, g.before());
      String after = figures.text(metric, g.after());
      if (!Double.isFinite(g.after() - g.before())) {
        undefined.add("%s (%s and %s)".formatted(metric.label, before, after));
      } else if (!g.clear()) {
        unclear.add("%s (%s and %s)".formatted(metric.label, before, after));
      } else {
        boolean up =
            metric.better == Better.LARGER ? g.after() > g.before() : g.after() < g.before();
        List<String> apart = figures.apart(metric, g.before(), g.after());
        (up ? better : worse)
            .add("%s from %s to %s".formatted(metric.label, apart.get(0), apart.get(1)));
      }
    }
    List<String> said = new ArrayList<>();
    add(said, "improves ", better);
    add(said, "worsens ", worse);
    add(said, "shows no clear difference in ", unclear);
    add(said, "cannot be compared in ", undefined);
    return "Against the mean of its %d members, %s %s."
        .formatted(ensemble.members(), ensemble.method().inWords(), String.join("; it ", said));
  }

  private static void add(List<String> said, String verb, List<String> what) {
    if (!what.isEmpty()) {
      said.add(verb + list(what));
    }
  }

  /// {@return `a`, `a and b` or `a, b and c`}
  private static String list(List<String> items) {
    int last = items.size() - 1;
    return last == 0
        ? items.getFirst()
        : String.join(", ", items.subList(0, last)) + " and " + items.get(last);
  }

  /// The cost and gain of the other ensembles compared with the deep one, or of the ensembles
  /// compared with the single network.
  private Optional<String> cost() {
    Optional<Result> deep = with(Methods.DEEP);
    Optional<Result> single = with(Methods.SINGLE);
    List<Result> others =
        results.stream()
            .filter(r -> r.method() != Methods.SINGLE && r.method() != Methods.DEEP)
            .toList();
    if (others.isEmpty()) {
      return deep.isPresent() && single.isPresent()
          ? Optional.of(sentence(List.of(beside(deep.get(), List.of(single.get())))))
          : Optional.empty();
    }
    List<Result> anchors = new ArrayList<>();
    deep.ifPresent(anchors::add);
    single.ifPresent(anchors::add);
    if (anchors.isEmpty()) {
      anchors.add(others.getFirst());
      others = others.subList(1, others.size());
    }
    List<String> clauses =
        others.size() > MOST
            ? others.stream()
                .sorted(Comparator.comparingDouble(Metric.NLL::of))
                .limit(MOST)
                .map(other -> beside(other, anchors))
                .toList()
            : others.stream().map(other -> beside(other, anchors)).toList();
    String which =
        others.size() > MOST
            ? "of the %d others, the %d with the least NLL: ".formatted(others.size(), MOST)
            : "";
    return clauses.isEmpty()
        ? Optional.empty()
        : Optional.of(sentence(List.of(which + String.join("; ", clauses))));
  }

  private static String sentence(List<String> clauses) {
    String text = String.join("; ", clauses);
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
  }

  /// {@return `at 0.33 of the deep ensemble's flops and 0.26 of its parameters, the packed ensemble
  /// has NLL 0.09, higher than deep's 0.06 and lower than single's 0.15`}
  private String beside(Result result, List<Result> anchors) {
    Result first = anchors.getFirst();
    List<String> relations = new ArrayList<>();
    for (Result anchor : anchors) {
      String value = figures.text(Metric.NLL, anchor);
      relations.add("%s %s's %s".formatted(relation(result, anchor), anchor.name(), value));
    }
    return "at %s's flops and %s parameters, %s has NLL %s, %s"
        .formatted(
            part((double) result.flops() / first.flops()) + first.method().inWords(),
            part((double) result.params() / first.params()) + "its",
            result.method().inWords(),
            figures.text(Metric.NLL, result),
            list(relations));
  }

  private String relation(Result result, Result anchor) {
    Gain gain = result.evidence().nllOver(anchor.evidence());
    if (!Double.isFinite(gain.after() - gain.before())) {
      return "not comparable with";
    }
    if (!gain.clear()) {
      return "not clearly different from";
    }
    boolean same = figures.text(Metric.NLL, result).equals(figures.text(Metric.NLL, anchor));
    return (same ? "slightly " : "")
        + (gain.after() > gain.before() ? "higher than" : "lower than");
  }

  /// {@return `0.33 of `, `4.00 times `, or nothing for the whole}
  private static String part(double ratio) {
    String shown = String.format(Locale.ROOT, ratio < 10 ? "%.2f" : "%.0f", ratio);
    return switch (shown) {
      case "0.00" -> "less than 0.01 of ";
      case "1.00" -> "";
      default -> shown + (ratio < 1 ? " of " : " times ");
    };
  }

  private Optional<String> disagreement(Result ensemble) {
    String test = figures.text(Metric.DISAGREEMENT, ensemble);
    String examples = settings.data().source().isTable() ? "rows" : "images";
    return settings
        .data()
        .other()
        .filter(_ -> ensemble.ood().isPresent())
        .map(set ->
            "Two of its members disagree on %s of the test %s and on %s of %s."
                .formatted(
                    test,
                    examples,
                    figures.text(Metric.DISAGREEMENT, ensemble.ood().orElseThrow().disagreement()),
                    set));
  }
}
