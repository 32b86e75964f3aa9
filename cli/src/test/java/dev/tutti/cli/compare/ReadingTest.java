package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.cli.terminal.Terminal;
import dev.tutti.ensembles.metrics.Predictions;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The sentences say what the numbers say.
class ReadingTest {
  private static final int COUNT = 2_000;
  private static final int[] LABELS = Results.labels(COUNT);

  private static List<String> read(Result... results) {
    List<Result> all = List.of(results);
    boolean ood = all.getFirst().ood().isPresent();
    return Reading.sentences(
        all,
        Results.settings("glyphs", ood ? "non-digits" : "none"),
        new Figures(all, Terminal.PLAIN));
  }

  private static Result result(Method method, int members, double own, boolean ood) {
    Random random = new Random(7);
    Predictions id = Results.noisy(members, COUNT, 2.5, own, random);
    Predictions other = Results.noisy(members, COUNT, 0, own, random);
    return Results.of(method, id, LABELS, ood ? Optional.of(other) : Optional.empty());
  }

  /// The same predictions as often as there are members, with the last of a list moved.
  private static Predictions same(int members, float wrong, float right, int wrongs) {
    float[] positive = new float[members * COUNT];
    for (int m = 0; m < members; m++) {
      for (int i = 0; i < COUNT; i++) {
        float p = i < wrongs ? wrong : right;
        positive[m * COUNT + i] = LABELS[i] == 1 ? p : 1 - p;
      }
    }
    return Predictions.binary(positive, members, COUNT);
  }

  @Test
  void anEnsembleOfMembersThatErrApartImprovesOnThem() {
    List<String> said = read(result(Methods.SINGLE, 1, 2, true), result(Methods.DEEP, 4, 2, true));
    assertEquals(2, said.size());
    assertTrue(
        said.get(0)
            .matches(
                "Against the mean of its 4 members, the deep ensemble improves NLL from 0\\.\\d+ to"
                    + " 0\\.\\d+, AUROC from \\d\\d\\.\\d % to \\d\\d\\.\\d % and accuracy from"
                    + " \\d\\d\\.\\d % to \\d\\d\\.\\d %\\."),
        said.get(0));
    assertTrue(
        said.get(1)
            .matches(
                "At 4\\.00 times the single network's flops and 4\\.00 times its parameters, the"
                    + " deep ensemble has NLL 0\\.\\d+, lower than single's 0\\.\\d+\\."),
        said.get(1));
  }

  @Test
  void membersThatAreTheSameGiveNoClearDifference() {
    Result packed = Results.of(Methods.PACKED, same(3, 0.4f, 0.9f, 100), LABELS, Optional.empty());
    assertEquals(
        List.of(
            "Against the mean of its 3 members, the packed ensemble shows no clear difference in"
                + " NLL (0.146 and 0.146) and accuracy (95.0 % and 95.0 %)."),
        read(packed));
  }

  /// Two members that are right and one that is very sure of the wrong class: the mean is wrong if
  /// most members are right, although its NLL is better than theirs.
  @Test
  void whatGetsWorseIsSaid() {
    float[] positive = new float[3 * COUNT];
    for (int m = 0; m < 3; m++) {
      for (int i = 0; i < COUNT; i++) {
        float right = i % 10 > 0 ? 0.9f : m < 2 ? 0.6f : 0.1f;
        positive[m * COUNT + i] = LABELS[i] == 1 ? right : 1 - right;
      }
    }
    Result deep =
        Results.of(Methods.DEEP, Predictions.binary(positive, 3, COUNT), LABELS, Optional.empty());
    assertEquals(
        List.of(
            "Against the mean of its 3 members, the deep ensemble improves NLL from 0.206 to 0.178;"
                + " it worsens accuracy from 96.7 % to 90.0 %."),
        read(deep));
  }

  @Test
  void theOthersAreReadBesideTheDeepEnsembleAndTheSingleNetwork() {
    Result single = Results.of(Methods.SINGLE, same(1, 0.2f, 0.9f, 100), LABELS, Optional.empty());
    Result deep = Results.of(Methods.DEEP, same(4, 0.4f, 0.95f, 100), LABELS, Optional.empty());
    Result packed =
        Results.of(
            Methods.PACKED, same(4, 0.3f, 0.93f, 100), LABELS, Optional.empty(), 45_672, 737_760);
    Result batch =
        Results.of(
            Methods.BATCH, same(4, 0.4f, 0.95f, 100), LABELS, Optional.empty(), 47_946, 2_253_120);
    assertEquals(
        "At 0.33 of the deep ensemble's flops and 0.26 of its parameters, the packed ensemble has"
            + " NLL 0.129, higher than deep's 0.095 and lower than single's 0.181; at the deep"
            + " ensemble's flops and 0.27 of its parameters, the BatchEnsemble has NLL 0.095, not"
            + " clearly different from deep's 0.095 and lower than single's 0.181.",
        read(single, deep, packed, batch).get(1));
    // Whatever the order of --methods.
    assertEquals(
        read(packed, single, deep).get(1), read(deep, packed, single).get(1), "order of methods");
    assertEquals(
        "At 1.31 times the single network's flops and 1.03 times its parameters, the packed"
            + " ensemble has NLL 0.129, lower than single's 0.181.",
        read(packed, single).get(1));
    assertEquals(
        "At 3.05 times the packed ensemble's flops and 1.05 times its parameters, the BatchEnsemble"
            + " has NLL 0.095, lower than packed's 0.129.",
        read(packed, batch).get(1));
  }

  @Test
  void anInfiniteNllIsNotCompared() {
    Result deep = Results.of(Methods.DEEP, same(2, 0, 0.9f, 1), LABELS, Optional.empty());
    Result single = Results.of(Methods.SINGLE, same(1, 0.2f, 0.9f, 1), LABELS, Optional.empty());
    List<String> said = read(single, deep);
    assertEquals(
        "Against the mean of its 2 members, the deep ensemble shows no clear difference in accuracy"
            + " (100.0 % and 100.0 %); it cannot be compared in NLL (infinite and infinite).",
        said.get(0));
    assertTrue(
        said.get(1).contains("has NLL infinite, not comparable with single's 0.1"), said.get(1));
  }

  @Test
  void aLoneEnsembleIsReadBesideOtherData() {
    List<String> said = read(result(Methods.BATCH, 3, 2, true));
    assertTrue(
        said.get(1)
            .matches(
                "Two of its members disagree on \\d+\\.\\d % of the test images and on \\d+\\.\\d %"
                    + " of non-digits\\."),
        said.get(1));
  }

  @Test
  void oneNetworkHasNothingBesideIt() {
    List<Result> one = List.of(result(Methods.SINGLE, 1, 1, true));
    assertEquals(
        List.of("One network alone: '--methods single,deep' shows what an ensemble of 4 changes."),
        Reading.sentences(
            one,
            Results.settings("glyphs", "non-digits", "single"),
            new Figures(one, Terminal.PLAIN)));
    // A run of several methods that was interrupted, or ensembles of one member.
    List<String> said =
        List.of("No ensemble of more than one member was tested: there is nothing to compare.");
    assertEquals(said, read(one.getFirst()));
    assertEquals(
        said, read(result(Methods.SINGLE, 1, 1, false), result(Methods.DEEP, 1, 1, false)));
  }
}
