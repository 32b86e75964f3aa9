package dev.tutti.ensembles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.models.ConvNet;
import dev.tutti.nn.models.LeNet;
import dev.tutti.nn.models.Mlp;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whole packed networks: their counts, that they run for every packing, and that members are
/// alone.
class PackedModelsTest {
  private static final int CLASSES = 5;

  /// A packed network by name, with the shape of the batches it is tested on.
  private enum Model {
    MLP(4, 3, 3, 1),
    LENET(2, 16, 20, 1),
    CONVNET(2, 5, 6, 3);

    private final Shape batch;

    Model(int... batch) {
      this.batch = Shape.of(batch);
    }

    PackedEnsemble init(Packing packing) {
      return switch (this) {
        case MLP -> packing.convert(Key.of(1), Mlp.init(Key.of(1), 9, 10, CLASSES), Shape.of(9));
        case LENET ->
            packing.convert(Key.of(1), LeNet.init(Key.of(1), batch.tail(), CLASSES), batch.tail());
        case CONVNET ->
            packing.convert(
                Key.of(1), ConvNet.init(Key.of(1), batch.tail(), CLASSES), batch.tail());
      };
    }

    Tensor input() {
      return new Values(3).normal(batch.dims());
    }
  }

  @Test
  void leNetOfTheTutorial() {
    Shape image = Shape.of(28, 28, 1);
    PackedEnsemble packed =
        new Packing(2, 4).convert(Key.of(1), LeNet.init(Key.of(1), image, 10), image);
    assertEquals(45_672, packed.parameterCount());
    assertEquals(737_760, packed.flops(image));
    LeNet network = (LeNet) packed.network();
    assertEquals(
        List.of(
            Shape.of(5, 5, 1, 12),
            Shape.of(12),
            Shape.of(5, 5, 3, 32),
            Shape.of(32),
            Shape.of(4, 128, 60),
            Shape.of(240),
            Shape.of(4, 60, 42),
            Shape.of(168),
            Shape.of(4, 42, 10),
            Shape.of(40)),
        Tree.tensors(network).stream().map(Tensor::shape).toList());
    assertEquals(1, ((PackedConv2d) network.conv1()).conv().geometry().groups());
    assertEquals(4, ((PackedConv2d) network.conv2()).conv().geometry().groups());
    assertEquals(
        List.of(
            "conv1.weight",
            "conv1.bias",
            "conv2.weight",
            "conv2.bias",
            "fc1.weight",
            "fc1.bias",
            "fc2.weight",
            "fc2.bias",
            "fc3.weight",
            "fc3.bias"),
        Expect.paths(network));
    for (int side : new int[] {16, 28, 32, 64}) {
      assertEquals(Shape.of(4, 3, 10), packed.logits(Tensor.ones(3, side, side, 1)).shape());
      Shape other = Shape.of(side, side, 1);
      assertEquals(
          45_672,
          new Packing(2, 4)
              .convert(Key.of(1), LeNet.init(Key.of(1), other, 10), other)
              .parameterCount());
    }
  }

  static Stream<Arguments> packings() {
    List<Arguments> all = new ArrayList<>();
    for (Model model : Model.values()) {
      for (int members = 1; members <= 5; members++) {
        for (double alpha : new double[] {1, 1.5, 2, 3}) {
          for (int gamma = 1; gamma <= 3; gamma++) {
            all.add(Arguments.of(model, new Packing(alpha, members, gamma, Packing.Rounding.CEIL)));
          }
        }
      }
    }
    return all.stream();
  }

  /// Roundings fit from layer to layer whatever the packing, and the last layer has the classes
  /// asked for.
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("packings")
  void everyPackingRuns(Model model, Packing packing) {
    Tensor logits = model.init(packing).logits(model.input());
    assertEquals(Shape.of(packing.members(), model.batch.dim(0), CLASSES), logits.shape());
  }

  static Stream<Arguments> isolated() {
    return Stream.of(
        Arguments.of(Model.MLP, new Packing(2, 4)),
        Arguments.of(Model.MLP, new Packing(2, 3, 2, Packing.Rounding.CEIL)),
        Arguments.of(Model.LENET, new Packing(2, 4)),
        Arguments.of(Model.LENET, new Packing(1.5, 3, 2, Packing.Rounding.CEIL)),
        Arguments.of(Model.CONVNET, new Packing(1, 3)),
        Arguments.of(Model.CONVNET, new Packing(3, 2, 2, Packing.Rounding.CEIL)));
  }

  /// The gradient of one member's logits is exactly zero in every parameter of the others, so the
  /// members divide the parameters among themselves; and a member whose parameters all change
  /// leaves the logits and gradients of the others their bits.
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("isolated")
  void membersShareNoParameter(Model model, Packing packing) {
    PackedEnsemble packed = model.init(packing);
    Tensor x = model.input();
    int members = packing.members();
    List<PackedEnsemble> gradients = gradients(packed, x);
    Tensor[] owners = new Tensor[Tree.tensors(packed).size()];
    for (int leaf = 0; leaf < owners.length; leaf++) {
      String path = Expect.paths(packed).get(leaf);
      double[][] g = new double[members][];
      for (int m = 0; m < members; m++) {
        g[m] = Tree.tensors(gradients.get(m)).get(leaf).toDoubles();
        assertTrue(nonZero(g[m]) > 0, path + " has nothing of member " + m);
        assertTrue(nonZero(g[m]) <= g[m].length / members, path + " is more than a share");
      }
      owners[leaf] = owners(path, g).reshape(Tree.tensors(packed).get(leaf).shape());
    }
    Tensor before = packed.logits(x);
    for (int m = 0; m < members; m++) {
      PackedEnsemble changed = perturbed(packed, owners, m);
      Tensor after = changed.logits(x);
      List<PackedEnsemble> gradientsAfter = gradients(changed, x);
      for (int other = 0; other < members; other++) {
        if (other == m) {
          assertFalse(Expect.same(before.get(m), after.get(m)), "member " + m);
        } else {
          Expect.sameBits("member " + other, before.get(other), after.get(other));
          String what = "gradient of " + other + " after a change of " + m;
          Expect.sameLeaves(what, gradients.get(other), gradientsAfter.get(other));
        }
      }
    }
  }

  /// Of every member's Σ logits², in turn.
  private static List<PackedEnsemble> gradients(PackedEnsemble packed, Tensor x) {
    List<PackedEnsemble> gradients = new ArrayList<>();
    for (int m = 0; m < packed.members(); m++) {
      int member = m;
      gradients.add(
          Transforms.grad(
                  (PackedEnsemble e) -> {
                    Tensor own = e.logits(x).get(member);
                    return own.mul(own).sum();
                  })
              .apply(packed));
    }
    return gradients;
  }

  private static long nonZero(double[] g) {
    return Arrays.stream(g).filter(v -> v != 0).count();
  }

  /// The member of each element; −1 if no gradient arrives, after a unit that is off for all
  /// inputs.
  private static Tensor owners(String path, double[][] gradients) {
    int[] owners = new int[gradients[0].length];
    for (int i = 0; i < owners.length; i++) {
      owners[i] = -1;
      for (int m = 0; m < gradients.length; m++) {
        if (gradients[m][i] != 0) {
          assertEquals(-1, owners[i], path + ", element " + i + " is also of member " + m);
          owners[i] = m;
        }
      }
    }
    return Tensor.of(owners);
  }

  private static PackedEnsemble perturbed(PackedEnsemble packed, Tensor[] owners, int member) {
    List<Tensor> changed = new ArrayList<>();
    for (Tensor t : Tree.tensors(packed)) {
      Tensor own = owners[changed.size()].eq(Tensor.of(new int[] {member}).reshape(Shape.SCALAR));
      changed.add(Tensor.where(own, t.add(0.25), t));
    }
    return Tree.rebuild(packed, changed);
  }
}
