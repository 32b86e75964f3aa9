package dev.tutti.ensembles.isolation;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.ensembles.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// Runs with a member's own parts changed, and who notices.
final class Changes {
  /// An element's other values: one that matters, and one that spreads through any arithmetic, also
  /// a product with 0.
  private static final float[] FACTORS = {-3, Float.NaN};

  private Changes() {}

  /// Leaf by leaf, so that the leak has a name; what is declared as shared is nobody's own, even if
  /// a mask leaves an element to one member.
  static List<Isolation.Leak> ofParameters(Ensemble ensemble, Pass pass, Owners owners) {
    List<Tree.Leaf> leaves = Tree.leaves(ensemble);
    Pass.Outcome before = pass.run(ensemble);
    List<Isolation.Leak> leaks = new ArrayList<>();
    for (int m = 0; m < ensemble.members(); m++) {
      for (int leaf = 0; leaf < leaves.size(); leaf++) {
        if (leaves.get(leaf).shared()) {
          continue;
        }
        int member = m;
        int at = leaf;
        for (float factor : FACTORS) {
          Ensemble other = with(ensemble, leaf, (values, i) -> owners.isOf(member, at, i), factor);
          if (other != null) {
            compare(leaves.get(leaf).path(), m, ensemble, pass, before, pass.run(other), leaks);
          }
        }
      }
    }
    return leaks;
  }

  /// State tensors whose first axis is the members'.
  static List<Isolation.Leak> ofState(Ensemble ensemble, Pass pass) {
    List<Tree.Leaf> leaves = Tree.leaves(ensemble);
    Pass.Outcome before = pass.run(ensemble);
    List<Isolation.Leak> leaks = new ArrayList<>();
    for (int leaf = 0; leaf < leaves.size(); leaf++) {
      if (!perMember(leaves.get(leaf), ensemble.members())) {
        continue;
      }
      int each = leaves.get(leaf).tensor().size() / ensemble.members();
      for (int m = 0; m < ensemble.members(); m++) {
        int member = m;
        for (float factor : FACTORS) {
          Ensemble other = with(ensemble, leaf, (values, i) -> i / each == member, factor);
          if (other != null) {
            compare(leaves.get(leaf).path(), m, ensemble, pass, before, pass.run(other), leaks);
          }
        }
      }
    }
    return leaks;
  }

  private static boolean perMember(Tree.Leaf leaf, int members) {
    Tensor t = leaf.tensor();
    return leaf.state()
        && !leaf.shared()
        && t.dtype().isFloat()
        && t.rank() > 0
        && t.dim(0) == members;
  }

  static List<Isolation.Leak> ofInputs(Ensemble ensemble, Pass pass, Tensor x) {
    List<Isolation.Leak> leaks = new ArrayList<>();
    if (ensemble.rows() == Rows.ALL && !ensemble.independent()) {
      return leaks; // all members see one input
    }
    Tensor rows = x.expand(x.shape().prepend(ensemble.members()));
    Pass.Outcome before = pass.runOfOwn(ensemble, rows);
    for (int m = 0; m < ensemble.members(); m++) {
      for (float factor : FACTORS) {
        float[] values = rows.toFloats();
        for (int i = m * x.size(); i < (m + 1) * x.size(); i++) {
          values[i] = changed(values[i], factor);
        }
        Tensor other = Tensor.of(values, rows.shape().dims());
        compare("the inputs", m, ensemble, pass, before, pass.runOfOwn(ensemble, other), leaks);
      }
    }
    return leaks;
  }

  private static float changed(float value, float factor) {
    return value * factor + Math.copySign(0.5f, factor);
  }

  /// Which elements of a leaf are changed.
  @FunctionalInterface
  private interface Choice {
    boolean of(float[] values, int i);
  }

  /// The ensemble with elements of a leaf changed; null if none is.
  private static Ensemble with(Ensemble ensemble, int leaf, Choice choice, float factor) {
    List<Tensor> tensors = new ArrayList<>(Tree.tensors(ensemble));
    Tensor t = tensors.get(leaf);
    if (!t.dtype().isFloat()) {
      return null;
    }
    float[] values = t.toFloats();
    boolean any = false;
    for (int i = 0; i < values.length; i++) {
      if (choice.of(values, i)) {
        values[i] = changed(values[i], factor);
        any = true;
      }
    }
    tensors.set(leaf, Tensor.of(values, t.shape().dims()));
    return any ? Tree.rebuild(ensemble, tensors) : null;
  }

  private static void compare(
      String what,
      int from,
      Ensemble ensemble,
      Pass pass,
      Pass.Outcome before,
      Pass.Outcome after,
      List<Isolation.Leak> leaks) {
    List<Tree.Leaf> states = Tree.leaves(ensemble).stream().filter(Tree.Leaf::state).toList();
    for (int to = 0; to < ensemble.members(); to++) {
      int member = to;
      Function<Tensor, Tensor> own = t -> t.get(member);
      boolean same = same(own.apply(before.logits()), own.apply(after.logits()));
      for (int s = 0; s < before.states().size(); s++) {
        // The changed leaf's other parts are among them.
        if (perMember(states.get(s), ensemble.members())) {
          same &= same(own.apply(before.states().get(s)), own.apply(after.states().get(s)));
        }
      }
      if (to != from && !same) {
        leaks.add(new Isolation.Leak(what, from, to, pass.name()));
      }
    }
  }

  private static boolean same(Tensor a, Tensor b) {
    return Arrays.equals(bits(a), bits(b));
  }

  private static int[] bits(Tensor t) {
    float[] values = t.toFloats();
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
