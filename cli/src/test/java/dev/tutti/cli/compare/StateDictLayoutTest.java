package dev.tutti.cli.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.BatchEnsemble;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.FastWeights;
import dev.tutti.ensembles.Packing;
import dev.tutti.nn.Layer;
import dev.tutti.nn.io.DataError;
import dev.tutti.nn.io.SafeTensors;
import dev.tutti.nn.io.StateDict;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.ResNet;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the files of weights hold, ensemble by ensemble.
class StateDictLayoutTest {
  private static final Key KEY = Key.of(3);
  private static final Shape IMAGE = Shape.of(28, 28, 1);

  @TempDir Path folder;

  private static DeepEnsemble deep() {
    return DeepEnsemble.init(KEY, 4, key -> LeNet.init(key, IMAGE, 10));
  }

  private static Ensemble packed() {
    return new Packing(2, 4).convert(KEY, LeNet.init(KEY, IMAGE, 10), IMAGE);
  }

  private static BatchEnsemble batch(FastWeights variant) {
    return BatchEnsemble.convert(KEY, LeNet.init(KEY, IMAGE, 10), 4, variant);
  }

  private static Map<String, Tensor> dict(Ensemble ensemble) {
    return StateDict.of(ensemble.network());
  }

  private static String shapes(Ensemble ensemble) {
    StringBuilder text = new StringBuilder();
    dict(ensemble).forEach((name, t) -> text.append(name).append(t.shape()).append('\n'));
    return text.toString();
  }

  @Test
  void membersOfADeepEnsembleStandFirst() {
    assertEquals(
        """
        conv1.weight[4, 6, 1, 5, 5]
        conv1.bias[4, 6]
        conv2.weight[4, 16, 6, 5, 5]
        conv2.bias[4, 16]
        fc1.weight[4, 120, 256]
        fc1.bias[4, 120]
        fc2.weight[4, 84, 120]
        fc2.bias[4, 84]
        fc3.weight[4, 10, 84]
        fc3.bias[4, 10]
        """,
        shapes(deep()));
  }

  /// As `torch.func.stack_module_state` stacks buffers.
  @Test
  void runningStatisticsHaveTheMemberAxisToo() {
    ResNet.Config small = ResNet.resnet18().stem(ResNet.Stem.CIFAR).width(2);
    Map<String, Tensor> dict = dict(DeepEnsemble.init(KEY, 3, key -> small.init(key, IMAGE, 5)));
    assertEquals(122, dict.size());
    assertEquals(Shape.of(3, 2, 1, 3, 3), dict.get("conv1.weight").shape());
    assertEquals(Shape.of(3, 2), dict.get("bn1.running_mean").shape());
    assertEquals(Shape.of(3, 16), dict.get("layer4.0.downsample.1.running_var").shape());
    assertEquals(Shape.of(3), dict.get("layer4.1.bn2.num_batches_tracked").shape());
    assertEquals(Shape.of(3, 5, 16), dict.get("fc.weight").shape());
  }

  /// The shapes that torch-uncertainty's packed layers have.
  @Test
  void packedLayersAreTorchUncertaintys() {
    assertEquals(
        """
        conv1.weight[12, 1, 5, 5]
        conv1.bias[12]
        conv2.weight[32, 3, 5, 5]
        conv2.bias[32]
        fc1.weight[4, 60, 128]
        fc1.bias[240]
        fc2.weight[4, 42, 60]
        fc2.bias[168]
        fc3.weight[4, 10, 42]
        fc3.bias[40]
        """,
        shapes(packed()));
  }

  @Test
  void sharedWeightsOfABatchEnsembleHaveNoMemberAxis() {
    assertEquals(
        """
        conv1.weight[6, 1, 5, 5]
        conv1.bias[6]
        conv1.s[4, 1]
        conv1.r[4, 6]
        conv2.weight[16, 6, 5, 5]
        conv2.bias[16]
        conv2.s[4, 6]
        conv2.r[4, 16]
        fc1.weight[120, 256]
        fc1.bias[120]
        fc1.s[4, 256]
        fc1.r[4, 120]
        fc2.weight[84, 120]
        fc2.bias[84]
        fc2.s[4, 120]
        fc2.r[4, 84]
        fc3.weight[10, 84]
        fc3.bias[10]
        fc3.s[4, 84]
        fc3.r[4, 10]
        """,
        shapes(batch(FastWeights.PROBLY_NOTEBOOK)));
    assertEquals(
        Shape.of(4, 16), dict(batch(FastWeights.TORCH_UNCERTAINTY)).get("conv2.bias").shape());
  }

  @Test
  void everyEnsembleComesBackFromItsFile() {
    for (Ensemble ensemble : List.of(deep(), packed(), batch(FastWeights.TORCH_UNCERTAINTY))) {
      Layer network = ensemble.network();
      Path file = folder.resolve(ensemble.getClass().getSimpleName());
      new SafeTensors(StateDict.of(network)).write(file);
      Layer zeros = Tree.map(network, t -> Tensor.full(t.dtype(), 0, t.shape()));
      Layer loaded = StateDict.load(zeros, SafeTensors.read(file).tensors());
      List<Tensor> expected = Tree.tensors(network);
      List<Tensor> actual = Tree.tensors(loaded);
      for (int i = 0; i < expected.size(); i++) {
        assertEquals(expected.get(i).shape(), actual.get(i).shape());
        assertArrayEquals(expected.get(i).toFloats(), actual.get(i).toFloats());
      }
    }
  }

  @Test
  void anotherEnsemblesFileIsRefused() {
    DataError error =
        assertThrows(DataError.class, () -> StateDict.load(packed().network(), dict(deep())));
    assertEquals(
        "state dict: conv1.weight is float32[4, 6, 1, 5, 5], the model's is float32[12, 1, 5, 5]",
        error.getMessage());
  }
}
