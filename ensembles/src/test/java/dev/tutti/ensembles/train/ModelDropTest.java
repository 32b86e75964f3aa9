package dev.tutti.ensembles.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.EnsembleLoss;
import dev.tutti.ensembles.Packing;
import dev.tutti.nn.Layer;
import dev.tutti.nn.data.Batches;
import dev.tutti.nn.fit.Recipe;
import dev.tutti.nn.fit.Step;
import dev.tutti.nn.loss.CrossEntropy;
import dev.tutti.nn.models.Mlp;
import dev.tutti.nn.optim.Adam;
import dev.tutti.nn.optim.Schedule;
import dev.tutti.testkit.Expect;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock(Tasks.THREADS)
class ModelDropTest {
  private static final Adam RULE = new Adam().weightDecay(0.01);

  private static Recipe recipe(int epochs) {
    return new Recipe(RULE, 0.01, Schedule.constant(), epochs).key(Key.of(99));
  }

  private static DeepEnsemble start(int members) {
    return DeepEnsemble.init(Key.of(5), members, Runs::network);
  }

  private static List<Integer> changed(DeepEnsemble a, DeepEnsemble b) {
    List<Integer> changed = new ArrayList<>();
    for (int m = 0; m < a.members(); m++) {
      if (!Arrays.equals(weights(a.member(m)), weights(b.member(m)))) {
        changed.add(m);
      }
    }
    return changed;
  }

  private static float[] weights(Layer network) {
    return Tree.tensors(network).getFirst().toFloats();
  }

  /// Of two members each step trains one: as a step of that network alone.
  @Test
  void aFrozenMemberTrainsAsIfTheStepHadNotBeen() {
    DeepEnsemble start = start(2);
    Batches batches = Runs.batches();
    DeepEnsemble trained =
        new Trainer(recipe(2))
            .modelDrop(ModelDrop.FROZEN)
            .fit(start, batches, EnsembleLoss.SUMMED_LOGITS);
    Step<Layer> step = Step.of(RULE, new CrossEntropy());
    List<Step.State<Layer>> states =
        new ArrayList<>(start.unstack().stream().map(step::start).toList());
    int[] steps = new int[2];
    for (int epoch = 0; epoch < 2; epoch++) {
      for (int i = 0; i < batches.count(); i++) {
        Key key = Key.of(99).fold(epoch).fold(i);
        int m = key.fold(1).permutation(2).toInts()[0];
        Key own = new Key(key.fold(0).split(2).bits().get(m));
        states.set(m, step.apply(states.get(m), batches.batch(epoch, i), 0.01, own).state());
        steps[m]++;
      }
    }
    assertEquals(10, steps[0] + steps[1]);
    for (int m = 0; m < 2; m++) {
      List<Tensor> alone = Tree.tensors(states.get(m).params());
      List<Tensor> dropped = Tree.tensors(trained.member(m));
      for (int i = 0; i < alone.size(); i++) {
        Expect.sameBits(
            "member " + m + " after " + steps[m] + " steps", alone.get(i), dropped.get(i));
      }
    }
  }

  @Test
  void aStepTrainsHalfOfTheMembers() {
    DeepEnsemble start = start(5);
    Batches one = Batches.of(Runs.DATA, 26).transformed(Tasks.normalized());
    Trainer trainer = new Trainer(recipe(1));
    DeepEnsemble frozen =
        trainer.modelDrop(ModelDrop.FROZEN).fit(start, one, EnsembleLoss.SUM_OVER_MEMBERS);
    assertEquals(2, changed(start, frozen).size());
    DeepEnsemble stepped =
        trainer.modelDrop(ModelDrop.STEPPED).fit(start, one, EnsembleLoss.SUM_OVER_MEMBERS);
    assertEquals(5, changed(start, stepped).size(), "weight decay moves those that were dropped");
  }

  @Test
  void anyNumberOfThreadsGivesTheSameBits() {
    for (ModelDrop others : ModelDrop.values()) {
      Trainer trainer = new Trainer(recipe(2)).modelDrop(others);
      DeepEnsemble[] ends = new DeepEnsemble[2];
      for (int t = 0; t < 2; t++) {
        int at = t;
        Tasks.withThreads(
            1 + 2 * t,
            () -> ends[at] = trainer.fit(start(5), Runs.batches(), EnsembleLoss.SUMMED_LOGITS));
      }
      assertEquals(List.of(), changed(ends[0], ends[1]));
    }
  }

  @Test
  void whatCannotBeHalvedIsNamed() {
    Trainer trainer = new Trainer(recipe(1)).modelDrop(ModelDrop.FROZEN);
    assertEquals(
        "training: model drop needs 2 independent members or more, each with its own optimiser, got 4"
            + " of a PackedEnsemble",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    trainer.fit(
                        new Packing(2, 4)
                            .convert(Key.of(1), Mlp.init(Key.of(1), 36, 8, 4), Shape.of(36)),
                        Runs.batches()))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> trainer.fit(start(1), Runs.batches()));
    assertThrows(
        IllegalArgumentException.class, () -> trainer.fit(start(2), List.of(Runs.batches())));
  }
}
