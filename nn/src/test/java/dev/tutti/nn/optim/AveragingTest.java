package dev.tutti.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Shared;
import dev.tutti.engine.State;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.optim.Averaging.Averaged;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Averages of weights, and snapshots.
public class AveragingTest {
  private static final int MEMBERS = 3;

  /// A model with parameters, running statistics and an index.
  public record Model(Tensor w, @State Tensor mean, Tensor index, Tensor bias) {}

  private static Model model(int seed) {
    Values values = new Values(seed);
    return new Model(
        values.normal(4, 3), values.normal(3), values.ints(0, 99, 2), values.normal(3));
  }

  static List<Averaging> averagings() {
    return List.of(new Swa(), new Ema(0.9), new Ema(0.9).warmup(true));
  }

  /// Averages of single numbers by the definition.
  private static double expected(Averaging of, double[] models) {
    double average = models[0];
    for (int n = 1; n < models.length; n++) {
      double keep =
          switch (of) {
            case Swa swa -> n / (n + 1.0);
            case Ema ema -> ema.warmup() ? Math.min(0.9, (1.0 + n) / (10.0 + n)) : 0.9;
            default -> throw new AssertionError(of);
          };
      average = keep * average + (1 - keep) * models[n];
    }
    return average;
  }

  @ParameterizedTest
  @MethodSource("averagings")
  void followsItsDefinition(Averaging averaging) {
    int steps = 120;
    double[] models = new Values(5).normal(steps).toDoubles();
    Averaged<Tensor> average = averaging.init(Tensor.of(77));
    for (int n = 0; n < steps; n++) {
      average = averaging.update(average, Tensor.of((float) models[n]));
      double of = expected(averaging, java.util.Arrays.copyOf(models, n + 1));
      // Some float32 roundings of numbers of order 1; older ones fade.
      assertEquals(of, average.params().toDoubles()[0], 1e-6, "after " + (n + 1));
      assertEquals(n + 1, average.count().item());
    }
  }

  /// The first model counts once, and what the average is shaped like not at all.
  @Test
  void theAverageOfOneTwoThreeIsTwo() {
    Swa swa = new Swa();
    Averaged<Tensor> average = swa.init(Tensor.of(1000));
    double[] expected = {1, 1.5, 2};
    for (int n = 0; n < 3; n++) {
      average = swa.update(average, Tensor.of(n + 1));
      Expect.equal(new double[] {expected[n]}, average.params());
    }
  }

  @ParameterizedTest
  @MethodSource("averagings")
  void theFirstModelIsItsAverage(Averaging averaging) {
    Model one = model(1);
    Expect.sameLeaves("first", one, averaging.update(averaging.init(model(9)), one).params());
  }

  /// State and integers are the newest model's.
  @ParameterizedTest
  @MethodSource("averagings")
  void stateAndIntegersAreTheNewest(Averaging averaging) {
    Averaged<Model> average = averaging.init(model(0));
    for (int n = 1; n < 4; n++) {
      average = averaging.update(average, model(n));
      Expect.sameBits("state", model(n).mean, average.params().mean);
      Expect.sameBits("index", model(n).index, average.params().index);
    }
  }

  /// An average, its newest model and its rule, as members have them.
  public record Member(Averaged<Model> average, Model newest, Averaging rule) {
    Averaged<Model> next() {
      return rule.update(average, newest);
    }
  }

  private static Member member(int m, Averaging rule) {
    Averaged<Model> average = rule.init(model(m));
    for (int n = 0; n < m; n++) {
      average = rule.update(average, model(10 * m + n));
    }
    return new Member(average, model(7 + m), rule);
  }

  /// Members with different counts, one of which has no model yet, and different decays.
  @ParameterizedTest
  @MethodSource("averagings")
  void mappedIsAlone(Averaging averaging) {
    List<Member> members = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      double scale = 1 - 0.2 * m;
      members.add(member(m, Tree.map(averaging, t -> t.mul(scale))));
    }
    Averaged<Model> alone = Tree.stack(members.stream().map(Member::next).toList());
    Expect.sameLeaves("vmap", alone, Transforms.vmap(Member::next).apply(Tree.stack(members)));
  }

  @Test
  void decaysPerMember() {
    Ema ema = new Ema(0.5, 0.25).forMembers(2);
    Expect.sameBits("own", Tensor.of(0.5f, 0.25f), ema.decay());
    Expect.sameBits("one", Tensor.of(0.5f, 0.5f), new Ema(0.5).forMembers(2).decay());
    assertEquals(
        "Ema: decay has shape [2], which is neither one value nor one for each of 3 members",
        assertThrows(IllegalArgumentException.class, () -> ema.forMembers(3)).getMessage());
  }

  /// A model whose members share a table.
  public record Tabled(@Shared Tensor table, Tensor w) {}

  /// Models kept at the ends of cycles of 2, 4 and 8 epochs, while training writes over its state.
  @Test
  void snapshotsAtTheEndsOfCycles() {
    Snapshots<Tabled> snapshots = new Snapshots<>(Schedule.cosineRestarts(2, 2, 0), 15);
    assertThrows(ShapeError.class, snapshots::stacked);
    Tensor table = Tensor.of(5, 6);
    Tabled model = new Tabled(table, Tensor.zeros(1, 3).add(1));
    for (int epoch = 1; epoch <= 15; epoch++) {
      model =
          Transforms.vmap((Tabled t) -> new Tabled(t.table, t.w.mul(-1.5))).donate().apply(model);
      snapshots = snapshots.after(epoch, model);
    }
    Tabled kept = snapshots.stacked();
    Expect.sameBits("shared", table, kept.table);
    float[] expected = new float[9];
    for (int i = 0; i < 9; i++) {
      expected[i] = (float) Math.pow(-1.5, new int[] {2, 6, 14}[i / 3]);
    }
    Expect.sameBits("models", Tensor.of(expected, 3, 1, 3), kept.w);
  }
}
