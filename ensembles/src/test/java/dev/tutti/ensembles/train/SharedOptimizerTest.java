package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Optimizer;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.testkit.Expect;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedOptimizerTest {
  private static List<Tensor> trained(Optimizer rule, boolean shared) {
    Recipe recipe = new Recipe(rule, 0.01, Schedule.constant(), 2);
    Trainer trainer = new Trainer(recipe);
    DeepEnsemble start = DeepEnsemble.init(Key.of(5), 3, k -> Mlp.init(k, 36, 8, 4));
    Batches batches = Batches.of(Runs.DATA, 6).transformed(Tasks.normalized());
    return Tree.tensors((shared ? trainer.sharedOptimizer() : trainer).fit(start, batches));
  }

  @Test
  void aRuleElementByElementIsTheSameForAllOrForEach() {
    List<Tensor> shared = trained(new Adam(), true);
    List<Tensor> each = trained(new Adam(), false);
    for (int i = 0; i < each.size(); i++) {
      Expect.sameBits("leaf " + i, each.get(i), shared.get(i));
    }
  }

  @Test
  void aNormIsThatOfAllMembers() {
    List<Tensor> shared = trained(new Adam().clipNorm(0.1), true);
    List<Tensor> each = trained(new Adam().clipNorm(0.1), false);
    assertFalse(Arrays.equals(each.getFirst().toFloats(), shared.getFirst().toFloats()));
  }
}
