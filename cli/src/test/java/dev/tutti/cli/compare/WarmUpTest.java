package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.fit.Progress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  private static Settings settings(double lr) {
    DataOptions data = new DataOptions();
    data.limit = 64;
    data.testLimit = 20;
    NetworkOptions ensembles = new NetworkOptions();
    ensembles.model = "mlp";
    ensembles.members = 2;
    TrainingOptions training = new TrainingOptions();
    training.epochs = 4;
    training.batch = 16;
    training.optimizer = "sgd";
    training.lr = lr;
    return Settings.of(data, ensembles, training, new RunOptions(), Map.of());
  }

  private static float[] weights(Contestant contestant, Settings settings, Examples examples) {
    var trained = contestant.train(settings, examples, Progress.Listener.NONE);
    List<Tensor> tensors = Tree.tensors(trained);
    return tensors.getFirst().toFloats();
  }

  @Test
  void tellsWhatTrainingCostsAndLeavesEveryMethodUntrained() {
    Settings settings = settings(0.05);
    Examples examples = Examples.load(settings);
    List<Contestant> contestants = Contestant.all(settings, examples);
    assertEquals(4, contestants.size());
    List<float[]> before = contestants.stream().map(c -> weights(c, settings, examples)).toList();
    double[] seconds = new WarmUp(settings, examples).run(contestants);
    assertEquals(4, seconds.length);
    for (int i = 0; i < 4; i++) {
      // Four epochs of four steps of a small network.
      assertTrue(seconds[i] > 0 && seconds[i] < 60, i + ": " + seconds[i]);
      assertArrayEquals(before.get(i), weights(contestants.get(i), settings, examples));
    }
  }

  /// A training that diverges here diverges again when it is reported.
  @Test
  void aTrainingThatDivergesIsLeftAlone() {
    Settings settings = settings(1e30);
    Examples examples = Examples.load(settings);
    assertEquals(4, new WarmUp(settings, examples).run(Contestant.all(settings, examples)).length);
  }
}
