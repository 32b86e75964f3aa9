package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.BatchEnsemble;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.Packing;
import dev.tutti.nn.data.Batch;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.EarlyStopping;
import dev.tutti.nn.fit.EpochReport;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.io.DataError;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.testkit.Expect;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Validation after every epoch: each member is judged, kept and stopped by itself.
@ResourceLock(Tasks.THREADS)
class ValidationTest {
  private static final EarlyStopping RULE = new EarlyStopping(2).burnIn(1).smoothing(0.3);
  private static final int EPOCHS = 12;

  /// A trained ensemble with what was reported of each epoch, and the ensemble after each.
  private record Run(DeepEnsemble trained, List<EpochReport> reports, List<Ensemble> after) {}

  private static Run fit(Recipe recipe, DeepEnsemble start, EarlyStopping rule) {
    List<EpochReport> reports = new ArrayList<>();
    List<Ensemble> after = new ArrayList<>();
    DeepEnsemble trained =
        new Trainer(recipe)
            .validating(Runs.validation(), rule)
            .calling((report, current) -> {
              reports.add(report);
              after.add(current.get());
            })
            .fit(start, Runs.batches());
    return new Run(trained, reports, after);
  }

  @Test
  void membersAreKeptAndStoppedAsTheyWouldBeAlone() {
    Run all = fit(Runs.recipe(EPOCHS), Runs.ensemble(), RULE);
    Set<Integer> lengths = new HashSet<>();
    for (int m = 0; m < Runs.MEMBERS; m++) {
      int member = m;
      DeepEnsemble alone = new DeepEnsemble(Tree.slice(Runs.ensemble().network(), m, m + 1), 1);
      Run one = fit(Runs.recipe(EPOCHS).forMember(m, Runs.MEMBERS), alone, RULE);
      Expect.sameLeaves("member " + m, one.trained, member(all.trained, m));
      lengths.add(one.reports.size());
      for (int e = 0; e < one.reports.size(); e++) {
        EpochReport own = one.reports.get(e);
        EpochReport shared = all.reports.get(e);
        assertEquals(own.loss().getFirst(), shared.loss().get(member));
        assertEquals(own.validationLoss().getFirst(), shared.validationLoss().get(member));
        assertEquals(own.validationAccuracy().getFirst(), shared.validationAccuracy().get(member));
        assertEquals(own.bestEpoch().getFirst(), shared.bestEpoch().get(member));
        assertEquals(own.stopped().getFirst(), shared.stopped().get(member));
        assertEquals(own.lr().getFirst(), shared.lr().get(member));
      }
    }
    assertTrue(lengths.size() > 1, "members stop at different epochs: " + lengths);
    Tasks.threadCounts()
        .forEach(threads ->
            Tasks.withThreads(
                threads,
                () -> {
                  Run again = fit(Runs.recipe(EPOCHS), Runs.ensemble(), RULE);
                  Expect.sameLeaves(threads + " threads", all.trained, again.trained);
                  assertEquals(all.reports, again.reports);
                }));
  }

  private static DeepEnsemble member(DeepEnsemble all, int m) {
    return new DeepEnsemble(Tree.slice(all.network(), m, m + 1), 1);
  }

  @Test
  void bestEpochsParametersAreKeptAndStoppedMembersRest() {
    Run run = fit(Runs.recipe(EPOCHS), Runs.ensemble(), RULE);
    EpochReport last = run.reports.getLast();
    for (int m = 0; m < Runs.MEMBERS; m++) {
      int best = last.bestEpoch().get(m);
      assertTrue(best >= RULE.burnIn(), "best epoch " + best);
      Expect.sameLeaves(
          "member " + m, member((DeepEnsemble) run.after.get(best), m), member(run.trained, m));
      for (int e = 1; e < run.reports.size(); e++) {
        DeepEnsemble before = member((DeepEnsemble) run.after.get(e - 1), m);
        DeepEnsemble after = member((DeepEnsemble) run.after.get(e), m);
        Tensor a = Tree.tensors(before).getFirst();
        Tensor b = Tree.tensors(after).getFirst();
        assertEquals(run.reports.get(e - 1).stopped().get(m), Expect.same(a, b), "epoch " + e);
      }
    }
  }

  /// The validation loss is the mean cross-entropy of the unseen examples, the rule a naive loop.
  @Test
  void reportsAreTheDefinitions() {
    Run run = fit(Runs.recipe(EPOCHS), Runs.ensemble(), RULE);
    for (int m = 0; m < Runs.MEMBERS; m++) {
      double smoothed = 0;
      double best = Double.POSITIVE_INFINITY;
      int bestEpoch = -1;
      boolean stopped = false;
      for (int e = 0; e < run.reports.size(); e++) {
        EpochReport report = run.reports.get(e);
        assertEquals(e, report.epoch());
        if (stopped) {
          assertTrue(report.validationLoss().get(m).isNaN());
          assertTrue(report.loss().get(m).isNaN());
          continue;
        }
        Batch all = Batches.of(Runs.UNSEEN, 100).transformed(Tasks.normalized()).batch(0, 0);
        Tensor logits = run.after.get(e).logits(all.x()).get(m);
        double loss = logits.crossEntropy(all.targets()).mean().item();
        // Float32 means of 4 and 3 examples against a mean of 7.
        assertEquals(loss, report.validationLoss().get(m), 1e-6 * Math.max(1, loss));
        double right = logits.argmax(-1).eq(all.targets()).sum().item();
        assertEquals(right / 7, report.validationAccuracy().get(m), 1e-12);
        double value = report.validationLoss().get(m);
        smoothed = e == 0 ? value : 0.3 * smoothed + (1 - 0.3) * value;
        if (e >= 1 && smoothed < best) {
          best = smoothed;
          bestEpoch = e;
        }
        stopped = e >= 1 && e - bestEpoch >= 2;
        assertEquals(bestEpoch, report.bestEpoch().get(m));
        assertEquals(stopped, report.stopped().get(m));
      }
    }
  }

  @Test
  void neverStoppingStillKeepsTheBest() {
    Run run = fit(Runs.recipe(5), Runs.ensemble(), EarlyStopping.never());
    assertEquals(5, run.reports.size());
    assertFalse(run.reports.getLast().stopped().contains(true));
  }

  /// Ensembles whose members share something are one part, judged by the ensemble's loss.
  @Test
  void coupledEnsemblesAreJudgedAsOne() {
    Key key = Key.of(8);
    int size = Runs.IMAGE.size();
    List<Ensemble> ensembles =
        List.of(
            new Packing(2, 3).convert(key, Mlp.init(key, size, 16, 4), Shape.of(size)),
            BatchEnsemble.convert(key, Mlp.init(key, size, 16, 4), 3),
            DeepEnsemble.init(key, 3, k -> Mlp.init(k, size, 16, 4)));
    for (Ensemble start : ensembles) {
      List<EpochReport> reports = new ArrayList<>();
      List<Ensemble> after = new ArrayList<>();
      Recipe recipe = new Recipe(new Adam(), 0.2, Schedule.constant(), 30);
      Ensemble trained =
          new Trainer(recipe)
              .validating(Runs.validation(), new EarlyStopping(2))
              .calling((report, current) -> {
                reports.add(report);
                after.add(current.get());
              })
              .fit(start, Runs.batches(), EnsembleLoss.SUMMED_LOGITS);
      assertTrue(reports.size() < 30, "stops early");
      EpochReport last = reports.getLast();
      assertEquals(List.of(true), last.stopped());
      assertEquals(reports.size() - 3, last.bestEpoch().getFirst());
      Expect.sameLeaves("best", after.get(last.bestEpoch().getFirst()), trained);
      assertEquals(1, last.validationAccuracy().size());
    }
  }

  @Test
  void rulesAreChecked() {
    assertEquals(
        "early stopping: patience must be at least 1, burn-in and min delta not negative and"
            + " smoothing in [0, 1), got 0, 0, 0.0 and 0.0",
        assertThrows(IllegalArgumentException.class, () -> new EarlyStopping(0)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> new EarlyStopping(1).smoothing(1));
    assertThrows(IllegalArgumentException.class, () -> new EarlyStopping(1).burnIn(-1));
    assertThrows(IllegalArgumentException.class, () -> new EarlyStopping(1).minDelta(-1));
    Trainer trainer = new Trainer(Runs.recipe(1));
    Batches none = Batches.of(Runs.DATA.take(0), 4);
    assertEquals(
        "quadrants: no examples to validate with",
        assertThrows(DataError.class, () -> trainer.validating(none, RULE)).getMessage());
  }
}
