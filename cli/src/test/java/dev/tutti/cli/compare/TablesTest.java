package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.cli.terminal.Terminal;
import dev.tutti.ensembles.metrics.Predictions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TablesTest {
  private static final Terminal BOXES = new Terminal(false, false, true);
  private static final Terminal BOLD = new Terminal(true, true, false);

  private static Result result(Method method, int members, boolean ood) {
    Random random = new Random(5);
    Predictions id = Results.noisy(members, 2_000, 3, 1.5, random);
    Optional<Predictions> other =
        ood ? Optional.of(Results.noisy(members, 2_000, 0, 1.5, random)) : Optional.empty();
    return Results.of(method, id, Results.labels(2_000), other);
  }

  private static List<Result> results() {
    return List.of(result(Methods.SINGLE, 1, true), result(Methods.DEEP, 5, true));
  }

  private static String text(List<Result> results, Terminal terminal) {
    boolean ood = results.getFirst().ood().isPresent();
    Settings settings = Results.settings("glyphs", ood ? "non-digits" : "none");
    return String.join("\n", Tables.lines(results, settings, terminal)) + "\n";
  }

  @Test
  void boxes() {
    assertEquals(
        """
        glyphs: 2,000 test images
        ┌────────┬──────────┬───────┬───────┬────────┬────────┐
        │ method │ accuracy │   NLL │ Brier │    ECE │   aECE │
        ├────────┼──────────┼───────┼───────┼────────┼────────┤
        │ single │   94.9 % │ 0.161 │ 0.088 │  4.8 % │  4.8 % │
        │ deep   │   99.2 % │ 0.131 │ 0.048 │ 10.6 % │ 10.6 % │
        └────────┴──────────┴───────┴───────┴────────┴────────┘

        Out-of-distribution detection: non-digits
        ┌────────┬────────┬────────┬────────┐
        │ method │  AUROC │   AUPR │  FPR95 │
        ├────────┼────────┼────────┼────────┤
        │ single │ 78.6 % │ 73.5 % │ 63.4 % │
        │ deep   │ 92.4 % │ 90.7 % │ 30.6 % │
        └────────┴────────┴────────┴────────┘

        Uncertainty: test images, and non-digits (OOD)
        ┌────────┬─────────┬───────┬─────────────┬───────┬──────────────┬────────┐
        │ method │ entropy │   OOD │      mutual │   OOD │ disagreement │    OOD │
        │        │         │       │ information │       │              │        │
        ├────────┼─────────┼───────┼─────────────┼───────┼──────────────┼────────┤
        │ single │   0.252 │ 0.481 │       0.000 │ 0.000 │            – │      – │
        │ deep   │   0.309 │ 0.614 │       0.057 │ 0.126 │        7.9 % │ 40.8 % │
        └────────┴─────────┴───────┴─────────────┴───────┴──────────────┴────────┘

        Selective classification
        ┌────────┬────────┬────────┬───────────┬────────────┐
        │ method │   AURC │  AUGRC │ Cov@5Risk │ Risk@80Cov │
        ├────────┼────────┼────────┼───────────┼────────────┤
        │ single │ 0.64 % │ 0.58 % │    99.7 % │      1.2 % │
        │ deep   │ 0.02 % │ 0.02 % │   100.0 % │      0.0 % │
        └────────┴────────┴────────┴───────────┴────────────┘

        Each member alone
        ┌────────┬─────────┬───────────────┬────────┬───────┬────────┐
        │ method │ members │      accuracy │   mean │  mean │   mean │
        │        │         │               │        │   NLL │  AUROC │
        ├────────┼─────────┼───────────────┼────────┼───────┼────────┤
        │ single │       1 │        94.9 % │ 94.9 % │ 0.161 │ 78.6 % │
        │ deep   │       5 │ 94.9 – 95.9 % │ 95.4 % │ 0.153 │ 79.6 % │
        └────────┴─────────┴───────────────┴────────┴───────┴────────┘

        Cost
        ┌────────┬────────────┬─────────────┬──────────┐
        │ method │ parameters │ flops/image │ training │
        ├────────┼────────────┼─────────────┼──────────┤
        │ single │     44,426 │     563,280 │    9.0 s │
        │ deep   │    222,130 │   2,816,400 │    9.0 s │
        └────────┴────────────┴─────────────┴──────────┘

        Better is larger: accuracy, AUROC, AUPR, Cov@5Risk; smaller: NLL, Brier, ECE,
        aECE, FPR95, AURC, AUGRC, Risk@80Cov.

        Against the mean of its 5 members, the deep ensemble improves NLL from 0.153 to
        0.131, AUROC from 79.6 % to 92.4 % and accuracy from 95.4 % to 99.2 %.
        At 5.00 times the single network's flops and 5.00 times its parameters, the deep
        ensemble has NLL 0.131, lower than single's 0.161.
        """,
        text(results(), BOXES));
  }

  @Test
  void plainTextIsAscii() {
    String text = text(results(), Terminal.PLAIN);
    assertTrue(text.chars().allMatch(c -> c < 128), text);
    assertTrue(text.startsWith("glyphs: 2,000 test images\nmethod  accuracy    NLL"), text);
    assertTrue(text.contains("single    94.9 %  0.161"), text);
  }

  private static String marked(List<Result> results) {
    return text(results, BOLD).replace("\u001b[1m", "<").replace("\u001b[0m", ">");
  }

  /// Equal as shown is equal; entropy has no best.
  @Test
  void theBestIsBold() {
    String text = marked(results());
    assertTrue(text.contains("deep      <99.2 %>  <0.131>"), text);
    assertTrue(text.contains("The best of each column is bold."), text);
    List<String> uncertainty =
        text.lines().dropWhile(line -> !line.startsWith("Uncertainty")).limit(6).toList();
    assertFalse(String.join("\n", uncertainty).contains("<"), text);

    Predictions same = Results.noisy(2, 500, 3, 1.5, new Random(6));
    int[] labels = Results.labels(500);
    List<Result> alike =
        List.of(
            Results.of(Methods.DEEP, same, labels, Optional.empty()),
            Results.of(Methods.BATCH, same, labels, Optional.empty()));
    text = marked(alike);
    assertTrue(text.contains("\ndeep    <") && text.contains("\nbatch   <"), text);
  }

  @Test
  void oneMethodHasNoBestAndASingleNetworkNoMembers() {
    String text = text(results().subList(0, 1), BOLD);
    assertFalse(text.contains("\u001b"), text);
    assertFalse(text.contains("bold"), text);
    assertFalse(text.contains("Uncertainty"), text);
    assertFalse(text.contains("Each member"), text);
  }

  @Test
  void withoutOtherDataNothingIsSaidOfThem() {
    String text = text(List.of(result(Methods.DEEP, 3, false)), BOXES);
    assertFalse(text.contains("OOD"), text);
    assertFalse(text.contains("AUROC"), text);
    assertTrue(text.contains("mutual │ disagreement"), text);
  }

  /// Every line of every comparison fits a terminal of 80 columns: of many members of large
  /// networks on large and small test sets, trained for days, and of data with a long name.
  @ParameterizedTest
  @ValueSource(ints = {1, 29, 60, 500, 2_000, 20_000})
  void everyLineFitsEightyColumns(int count) {
    Random random = new Random(count);
    String longName = "folder:/data/" + "a-folder-with-a-long-name/".repeat(6) + "images";
    for (Terminal terminal : List.of(BOXES, BOLD, Terminal.PLAIN)) {
      for (int members : new int[] {1, 2, 4, 5, 1_000}) {
        if ((long) members * count > 100_000) {
          continue;
        }
        List<Result> results = new ArrayList<>();
        for (Method method : Methods.byDefault()) {
          int m = method.members(members);
          Predictions id = Results.noisy(m, count, random.nextInt(12), 3, random);
          Predictions ood = Results.noisy(m, count, 0, 3, random);
          Contestant contestant =
              Results.contestant(
                  method, Model.parse("wideresnet28x10"), 36_500_000L * m, 10_500_000_000L * m);
          results.add(
              Result.of(
                  contestant,
                  m,
                  1e6 * random.nextDouble(),
                  Results.logits(id),
                  Results.labels(count),
                  Optional.of(Results.logits(ood))));
        }
        for (Settings settings :
            List.of(
                Results.settings("glyphs", "non-digits"),
                Results.settings("fashion-mnist", "mnist"),
                Results.settings(longName, longName + "2"),
                Results.settings("csv:" + longName, "csv:" + longName + "2"))) {
          for (String line : Tables.lines(results, settings, terminal)) {
            String shown = line.replaceAll("\u001b\\[.m", "");
            assertTrue(shown.length() <= Terminal.WIDTH, shown.length() + ": " + shown);
          }
        }
      }
    }
  }
}
