package dev.tutti.ensembles.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.train.EnsembleTask;
import dev.tutti.ensembles.train.Tasks;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.Step;
import dev.tutti.nn.loss.CrossEntropy;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Sgd;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Against the formulas in double.
class SwagTest {
  private static final int FROM = 2;
  private static final int EVERY = 2;
  private static final int RANK = 3;

  /// The parameters' first tensor before every step, and the state after all.
  private record Run(List<double[]> before, Swag end) {}

  private static Run run(int steps) {
    Batches batches =
        Batches.of(Tasks.quadrants(24, MethodRow.IMAGE), 6).transformed(Tasks.normalized());
    Step<Swag> step =
        new Step<>(
            new Sgd(), null, EnsembleTask.of(new CrossEntropy(), EnsembleLoss.SUM_OVER_MEMBERS));
    Step.State<Swag> state =
        step.start(Swag.of(Key.of(4), Mlp.init(Key.of(1), 36, 8, 4), 500, FROM, EVERY, RANK));
    List<double[]> before = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      before.add(Tree.tensors(state.params().network()).getFirst().toDoubles());
      state = step.apply(state, batches.batch(i / 4, i % 4), 0.5, Key.of(i)).state();
    }
    return new Run(before, state.params());
  }

  @Test
  void collectsMeanVarianceAndDeviations() {
    Run run = run(14);
    int n = run.before.getFirst().length;
    double[] mean = new double[n];
    double[] squares = new double[n];
    double[][] deviations = new double[RANK][n];
    int models = 0;
    for (int s = FROM + EVERY - 1; s < 14; s += EVERY) {
      double[] p = run.before.get(s);
      for (int i = 0; i < n; i++) {
        mean[i] = (mean[i] * models + p[i]) / (models + 1);
        squares[i] = (squares[i] * models + p[i] * p[i]) / (models + 1);
        deviations[models % RANK][i] = p[i] - mean[i];
      }
      models++;
    }
    assertEquals(6, models);
    Swag.Collected got = run.end.collected();
    assertEquals(models, got.models().item());
    double[] gotMean = Tree.tensors(got.mean()).getFirst().toDoubles();
    double[] gotSquares = Tree.tensors(got.squares()).getFirst().toDoubles();
    double[] gotDeviations = Tree.tensors(got.deviations()).getFirst().toDoubles();
    Tensor members = Tree.tensors(run.end.materialize()).getFirst();
    double[] spread = members.reshape(500, -1).var(0, 0).toDoubles();
    double wanted = 0;
    double drawn = 0;
    for (int i = 0; i < n; i++) {
      double var = squares[i] - mean[i] * mean[i];
      assertEquals(mean[i], gotMean[i], 1e-6);
      assertEquals(var, gotSquares[i] / models, 1e-6);
      double low = 0;
      for (int k = 0; k < RANK; k++) {
        assertEquals(deviations[k][i], gotDeviations[k * n + i], 1e-6);
        low += deviations[k][i] * deviations[k][i] / (RANK - 1);
      }
      wanted += 0.5 * (var + low);
      drawn += spread[i];
    }
    assertEquals(1, drawn / wanted, 0.1, "variance of 500 draws beside the formula's");
  }

  @Test
  void withoutModelsThereAreNoMembers() {
    Swag early = run(5).end;
    assertEquals(
        "swag: 1 models are collected, from step 2 on, every 2; at least 2 are needed",
        assertThrows(IllegalStateException.class, early::materialize).getMessage());
    DeepEnsemble later = run(6).end.materialize();
    assertEquals(500, later.members());
  }
}
