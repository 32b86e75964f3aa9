package dev.tutti.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.ensembles.metrics.Report;
import dev.tutti.ensembles.metrics.Uncertainty;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TablesTest {
  private static final Terminal BOXES = new Terminal(false, false, true);
  private static final Terminal BOLD = new Terminal(true, true, false);

  private static final Report FIRST =
      new Report(
          0.98125,
          0.0289512,
          0.0621,
          0.0456,
          0.0123,
          Double.NaN,
          0.99,
          0.985,
          0.0264,
          Double.NaN,
          0.0456,
          0,
          0.00061,
          0.00059,
          1,
          0);
  private static final Report SECOND =
      new Report(
          0.98125,
          0.0200004,
          0.05,
          0.06,
          0.0125,
          0.02,
          0.97,
          0.9851,
          0.03,
          0.012,
          0.05,
          0.01,
          0.0005,
          0.00059,
          Double.NaN,
          0.001);

  private static List<Result> results() {
    return List.of(
        new Result(
            Method.SINGLE,
            1,
            Model.LENET,
            44_426,
            563_280,
            9.04,
            List.of(0.98125),
            FIRST,
            Optional.of(new Uncertainty.Summary(1.2, Double.NaN, 1.2, 0))),
        new Result(
            Method.DEEP,
            5,
            Model.LENET,
            222_130,
            2_816_400,
            123.46,
            List.of(0.97, 0.98, 0.99, 0.98, 0.98),
            SECOND,
            Optional.of(new Uncertainty.Summary(1.5, 0.38780, 1.01786, 0.23445))));
  }

  private static Settings settings() {
    return Settings.of(
        new CompareOptions.Data(),
        new CompareOptions.Ensembles(),
        new CompareOptions.Training(),
        new CompareOptions.Output(),
        Map.of());
  }

  private static String text(List<Result> results, Terminal terminal) {
    return String.join("\n", Tables.lines(results, settings(), terminal)) + "\n";
  }

  @Test
  void boxes() {
    assertEquals(
        """
        Classification of glyphs
        ┌────────┬─────────┬─────────┬─────────┬─────────┐
        │ Method │     Acc │   Brier │ Entropy │     NLL │
        ├────────┼─────────┼─────────┼─────────┼─────────┤
        │ single │ 98.125% │ 0.02895 │ 0.04560 │ 0.06210 │
        │ deep   │ 98.125% │ 0.02000 │ 0.06000 │ 0.05000 │
        └────────┴─────────┴─────────┴─────────┴─────────┘

        Calibration
        ┌────────┬────────┬────────┐
        │ Method │    ECE │   aECE │
        ├────────┼────────┼────────┤
        │ single │ 1.230% │      – │
        │ deep   │ 1.250% │ 2.000% │
        └────────┴────────┴────────┘

        OOD detection, non-digits
        ┌────────┬─────────┬─────────┬─────────┬────────┐
        │ Method │    AUPR │   AUROC │ Entropy │  FPR95 │
        ├────────┼─────────┼─────────┼─────────┼────────┤
        │ single │ 98.500% │ 99.000% │ 1.20000 │ 2.640% │
        │ deep   │ 98.510% │ 97.000% │ 1.50000 │ 3.000% │
        └────────┴─────────┴─────────┴─────────┴────────┘

        Ensemble uncertainty
        ┌────────┬──────────────────┬─────────┬─────────────┬─────────┬─────────┬─────────┐
        │ Method │ ens_Disagreement │     OOD │ ens_Entropy │     OOD │  ens_MI │     OOD │
        ├────────┼──────────────────┼─────────┼─────────────┼─────────┼─────────┼─────────┤
        │ single │                – │       – │     0.04560 │ 1.20000 │ 0.00000 │ 0.00000 │
        │ deep   │          0.01200 │ 0.38780 │     0.05000 │ 1.01786 │ 0.01000 │ 0.23445 │
        └────────┴──────────────────┴─────────┴─────────────┴─────────┴─────────┴─────────┘

        Selective classification
        ┌────────┬────────┬────────┬───────────┬────────────┐
        │ Method │  AUGRC │   AURC │ Cov@5Risk │ Risk@80Cov │
        ├────────┼────────┼────────┼───────────┼────────────┤
        │ single │ 0.059% │ 0.061% │  100.000% │     0.000% │
        │ deep   │ 0.059% │ 0.050% │         – │     0.100% │
        └────────┴────────┴────────┴───────────┴────────────┘

        Complexity
        ┌────────┬─────────┬─────────────┬──────────┬───────────────────────────┐
        │ Method │  params │ flops/image │ training │          members' own Acc │
        ├────────┼─────────┼─────────────┼──────────┼───────────────────────────┤
        │ single │  44,426 │     563,280 │    9.0 s │                   98.13 % │
        │ deep   │ 222,130 │   2,816,400 │  123.5 s │ 97.00–99.00, mean 98.00 % │
        └────────┴─────────┴─────────────┴──────────┴───────────────────────────┘

        Larger is better for Acc, AUPR, AUROC and Cov@5Risk, smaller for Brier, NLL, ECE, aECE,
        FPR95, AUGRC, AURC and Risk@80Cov.
        """,
        text(results(), BOXES));
  }

  @Test
  void plainTextIsAscii() {
    String text = text(results(), Terminal.PLAIN);
    assertTrue(text.chars().allMatch(c -> c < 128), text);
    assertTrue(
        text.startsWith(
            """
            Classification of glyphs
            Method      Acc    Brier  Entropy      NLL
            ------  -------  -------  -------  -------
            single  98.125%  0.02895  0.04560  0.06210
            deep    98.125%  0.02000  0.06000  0.05000

            Calibration
            Method     ECE    aECE
            ------  ------  ------
            single  1.230%       -
            deep    1.250%  2.000%
            """),
        text);
  }

  /// Equal as shown is equal; a value that is undefined never wins; entropy has no best.
  @Test
  void theBestIsBold() {
    String text = text(results(), BOLD).replace("\u001b[1m", "<").replace("\u001b[0m", ">");
    assertTrue(text.contains("single  <98.125%>  0.02895  0.04560  0.06210\n"), text);
    assertTrue(text.contains("deep    <98.125%>  <0.02000>  0.06000  <0.05000>\n"), text);
    assertTrue(text.contains("single  <1.230%>       -\n"), text);
    assertTrue(text.contains("deep    1.250%  <2.000%>\n"), text);
    assertTrue(text.contains("single  98.500%  <99.000%>  1.20000  <2.640%>\n"), text);
    assertTrue(text.contains("single  <0.059%>  0.061%   <100.000%>      <0.000%>\n"), text);
    assertTrue(text.endsWith("The best of each column is bold.\n"), text);
  }

  @Test
  void oneMethodHasNoBestAndASingleNetworkNoDisagreement() {
    String text = text(results().subList(0, 1), BOLD);
    assertFalse(text.contains("\u001b"), text);
    assertFalse(text.contains("bold"), text);
    assertFalse(text.contains("Ensemble uncertainty"), text);
  }
}
