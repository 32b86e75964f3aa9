package dev.tutti.ensembles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.EnsembleRow.Member;
import dev.tutti.nn.Layer;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every layer of this module: mapped over members it gives the bits of the loop, members do not
/// see each other, and gradients are slopes.
class EnsembleLayersTest {
  private static final int MEMBERS = EnsembleRow.MEMBERS;
  private static final Key KEY = Key.of(17);

  /// In the sum over members every tensor gets its gradient, a shared one that of all members.
  private static Member gradient(Member all) {
    return Transforms.grad((Member a) -> Transforms.vmap(Member::loss).apply(a).sum()).apply(all);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.ensembles.EnsembleRow#all")
  void mappedAndShardedAndLoopedGiveTheSameBits(EnsembleRow row) {
    Member all = row.members(KEY);
    Tensor values = Transforms.vmap(Member::value).apply(all);
    Expect.sameBits("pmap", values, Transforms.pmap(Member::value).apply(all));
    List<Member> gradients = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      Member alone = Tree.get(all, m);
      Expect.sameBits("member " + m, alone.value(), values.get(m));
      gradients.add(Transforms.grad(Member::loss).apply(alone));
    }
    List<Tree.Leaf> leaves = Tree.leaves(gradient(all));
    for (int leaf = 0; leaf < leaves.size(); leaf++) {
      int index = leaf;
      List<Tensor> each = gradients.stream().map(g -> Tree.tensors(g).get(index)).toList();
      if (leaves.get(leaf).shared()) {
        sum(each, leaves.get(leaf).tensor());
      } else {
        Tensor stacked = Tensor.stack(each.toArray(Tensor[]::new));
        Expect.sameBits(leaves.get(leaf).path(), stacked, leaves.get(leaf).tensor());
      }
    }
  }

  /// The sum over members in another order: MEMBERS roundings of the absolute terms at most.
  private static void sum(List<Tensor> each, Tensor actual) {
    double[] sum = new double[actual.size()];
    double[] tolerance = new double[sum.length];
    for (Tensor g : each) {
      double[] v = g.toDoubles();
      for (int i = 0; i < v.length; i++) {
        sum[i] += v[i];
        tolerance[i] += MEMBERS * 0x1p-24 * Math.abs(v[i]);
      }
    }
    Expect.close(sum, tolerance, actual);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.ensembles.EnsembleRow#all")
  void aPerturbedMemberLeavesTheOthersTheirBits(EnsembleRow row) {
    Member all = row.members(KEY);
    Tensor before = Transforms.vmap(Member::value).apply(all);
    List<Tree.Leaf> gradientBefore = Tree.leaves(gradient(all));
    List<Tree.Leaf> leaves = Tree.leaves(all);
    for (int leaf = 0; leaf < leaves.size(); leaf++) {
      if (leaves.get(leaf).shared()) {
        continue;
      }
      int perturbed = leaf % MEMBERS;
      List<Tensor> changed = new ArrayList<>(Tree.tensors(all));
      changed.set(leaf, perturb(leaves.get(leaf).tensor(), perturbed));
      Member after = Tree.rebuild(all, changed);
      Tensor values = Transforms.vmap(Member::value).apply(after);
      List<Tree.Leaf> gradientAfter = Tree.leaves(gradient(after));
      String what = leaves.get(leaf).path() + " of " + perturbed + ", member ";
      assertFalse(Expect.same(before.get(perturbed), values.get(perturbed)), what + perturbed);
      for (int m = 0; m < MEMBERS; m++) {
        if (m == perturbed) {
          continue;
        }
        Expect.sameBits(what + m, before.get(m), values.get(m));
        for (int g = 0; g < leaves.size(); g++) {
          if (!leaves.get(g).shared()) {
            Tensor own = gradientBefore.get(g).tensor().get(m);
            Expect.sameBits(what + m, own, gradientAfter.get(g).tensor().get(m));
          }
        }
      }
    }
  }

  private static Tensor perturb(Tensor stacked, int member) {
    Tensor[] parts = new Tensor[MEMBERS];
    for (int m = 0; m < MEMBERS; m++) {
      parts[m] = m == member ? stacked.get(m).add(0.5) : stacked.get(m);
    }
    return Tensor.stack(parts);
  }

  /// Central differences in float64, element by element; third derivatives are of order 1, so
  /// truncation and rounding stay below 1e-9 of the largest slope.
  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.ensembles.EnsembleRow#all")
  void gradientIsTheSlope(EnsembleRow row) {
    double h = 1e-5;
    Member at = Values.doubles(Tree.get(row.members(KEY), 1));
    Member gradient = Transforms.grad(Member::loss).apply(at);
    for (int leaf = 0; leaf < Tree.tensors(at).size(); leaf++) {
      Tensor t = Tree.tensors(at).get(leaf);
      double[] slope = Tree.tensors(gradient).get(leaf).toDoubles();
      double most = Arrays.stream(slope).map(Math::abs).max().orElseThrow();
      String path = Expect.paths(at).get(leaf);
      if (Tree.leaves(at).get(leaf).state()) {
        assertEquals(0, most, path + " is not trained");
        continue;
      }
      assertTrue(most > 0, path);
      for (int i = 0; i < slope.length; i++) {
        double difference = loss(at, leaf, i, h) - loss(at, leaf, i, -h);
        assertEquals(difference / (2 * h), slope[i], 1e-6 * most, path + ", element " + i);
      }
      assertEquals(t.shape(), Tree.tensors(gradient).get(leaf).shape());
    }
  }

  private static double loss(Member at, int leaf, int element, double by) {
    List<Tensor> tensors = new ArrayList<>(Tree.tensors(at));
    double[] v = tensors.get(leaf).toDoubles();
    v[element] += by;
    tensors.set(leaf, Tensor.of(v).reshape(tensors.get(leaf).shape()));
    return Tree.rebuild(at, tensors).loss().item();
  }

  @Test
  void everyPublicLayerHasARow() throws IOException, URISyntaxException {
    Path classes =
        Path.of(Ensemble.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Set<String> layers = new TreeSet<>();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        String name = classes.relativize(file).toString().replaceAll("\\.class$", "");
        if (!name.equals("module-info")) {
          Class<?> type = named(name.replace(file.getFileSystem().getSeparator(), "."));
          boolean part =
              Layer.class.isAssignableFrom(type) && !Ensemble.class.isAssignableFrom(type);
          if (Modifier.isPublic(type.getModifiers()) && part) {
            layers.add(type.getName());
          }
        }
      }
    }
    assertTrue(layers.contains(PackedLinear.class.getName()), "the walk finds layers");
    Set<String> rows =
        EnsembleRow.all().stream()
            .map(r -> r.stacked().apply(KEY).getClass().getName())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(layers, rows);
  }

  private static Class<?> named(String name) {
    try {
      return Class.forName(name, false, Ensemble.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(name, e);
    }
  }
}
