package dev.tutti.ensembles.isolation;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.Ensemble;
import java.util.ArrayList;
import java.util.List;

/// Which members use an element of a parameter, by the derivatives of their outputs.
///
/// @param users for each leaf and element: one more than the member, 0 for nobody, [#MANY] for
///   several
record Owners(List<int[]> users) {
  private static final int MANY = -1;

  static Owners of(Ensemble ensemble, List<Pass> passes) {
    List<int[]> users = new ArrayList<>();
    Tree.tensors(ensemble).forEach(t -> users.add(new int[t.size()]));
    for (Pass pass : passes) {
      for (int m = 0; m < ensemble.members(); m++) {
        note(users, gradient(ensemble, pass, m), m);
      }
    }
    return new Owners(users);
  }

  /// Of a sum of one member's outputs with random factors, so that none cancels another.
  private static List<Tensor> gradient(Ensemble ensemble, Pass pass, int m) {
    return Tree.tensors(
        Transforms.grad(
                (Ensemble e) -> {
                  Tensor own = pass.run(e).logits().get(m);
                  return own.mul(Key.of(m).normal(own.shape().dims())).sum();
                })
            .apply(ensemble));
  }

  private static void note(List<int[]> users, List<Tensor> gradient, int m) {
    for (int leaf = 0; leaf < users.size(); leaf++) {
      if (!gradient.get(leaf).dtype().isFloat()) {
        continue;
      }
      float[] slope = gradient.get(leaf).toFloats();
      int[] of = users.get(leaf);
      for (int i = 0; i < of.length; i++) {
        if (slope[i] != 0) {
          of[i] = of[i] == 0 || of[i] == m + 1 ? m + 1 : MANY;
        }
      }
    }
  }

  /// {@return whether an element of a leaf is used by this member alone}
  boolean isOf(int member, int leaf, int element) {
    return users.get(leaf)[element] == member + 1;
  }

  /// {@return the parameters that several members use}
  List<Isolation.Shared> shared(List<Tree.Leaf> leaves) {
    List<Isolation.Shared> shared = new ArrayList<>();
    for (int leaf = 0; leaf < leaves.size(); leaf++) {
      int many = 0;
      for (int user : users.get(leaf)) {
        many += user == MANY ? 1 : 0;
      }
      if (many > 0) {
        Tree.Leaf at = leaves.get(leaf);
        shared.add(new Isolation.Shared(at.path(), many, users.get(leaf).length, at.shared()));
      }
    }
    return shared;
  }
}
