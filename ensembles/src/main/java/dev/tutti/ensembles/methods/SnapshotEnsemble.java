package dev.tutti.ensembles.methods;

import dev.tutti.engine.Inlined;
import dev.tutti.engine.Shape;
import dev.tutti.engine.State;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.ensembles.DeepEnsemble;
import dev.tutti.ensembles.Ensemble;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Structure;
import java.util.ArrayList;
import java.util.List;

/// One training whose intermediate networks are members (Huang et al., *Snapshot ensembles: train
/// 1, get M for free*, 2017). With a schedule of restarts each snapshot is the end of a cycle; with
/// any other it is a checkpoint ensemble.
///
/// Snapshots are state: taken during training after every `every` steps, saved and resumed with the
/// model. The last member is the network itself.
///
/// @param network what is trained
/// @param snapshots the first M − 1 members, every tensor `[M − 1, …]`
/// @param steps how many steps training has begun, a scalar
/// @param members M
/// @param every the number of steps between two snapshots
public record SnapshotEnsemble(
    @Inlined Layer network, @State Layer snapshots, @State Tensor steps, int members, int every)
    implements Ensemble {
  /// {@return a network before its training, of which `members` snapshots will be taken, one at the
  /// end of every `every` steps}
  public static SnapshotEnsemble of(Layer network, int members, int every) {
    if (members < 2 || every < 1) {
      throw new IllegalArgumentException(
          "snapshot ensemble: needs at least 2 members and 1 step between them, got %d and %d"
              .formatted(members, every));
    }
    Layer slots = Tree.map(network, t -> t.expand(t.shape().prepend(members - 1)));
    return new SnapshotEnsemble(network, slots, Tensor.scalar(0), members, every);
  }

  /// {@return the members as a deep ensemble}
  ///
  /// @throws IllegalStateException if training did not take all snapshots
  public DeepEnsemble materialize() {
    requireTaken();
    return new DeepEnsemble(all(), members);
  }

  /// The snapshots taken so far; the network itself stands for the later ones.
  private Layer all() {
    List<Layer> each = new ArrayList<>();
    int taken = taken();
    if (taken > 0) {
      each.add(Tree.slice(snapshots, 0, taken));
    }
    Layer now = Tree.map(network, t -> t.reshape(t.shape().prepend(1)));
    for (int m = taken; m < members; m++) {
      each.add(now);
    }
    return Tree.concat(each);
  }

  /// Snapshot k, from 1, is taken as step k · every, from 0, begins.
  private int taken() {
    return Math.clamp((long) ((steps.item() - 1) / every), 0, members - 1);
  }

  private void requireTaken() {
    if (taken() < members - 1) {
      throw new IllegalStateException(
          "snapshot ensemble: %d of %d snapshots are taken; train for %d steps"
              .formatted(taken(), members - 1, members * every));
    }
  }

  /// In training one pass, `[1, B, C]`, and a snapshot if a period has ended. A prediction before
  /// the end of training has the network in the place of snapshots that are to come.
  @Override
  public Tensor logits(Tensor x, Ctx ctx) {
    if (!ctx.training()) {
      return Transforms.vmap((Layer one) -> one.apply(x, Ctx.inference())).apply(all());
    }
    Tensor begun = ctx.read(steps);
    Tensor slot = Tensor.arange(members - 1).add(1).mul(every); // the step that begins after it
    Tensor now = slot.eq(begun.cast(slot.dtype()));
    List<Tensor> own = Tree.tensors(network);
    List<Tensor> kept = Tree.tensors(snapshots);
    for (int i = 0; i < own.size(); i++) {
      Tensor p = own.get(i).detach();
      Shape one = p.shape();
      for (int axis = 0; axis < one.rank(); axis++) {
        one = one.with(axis, 1);
      }
      Tensor mask = now.reshape(one.prepend(members - 1));
      Tensor before = ctx.read(kept.get(i));
      ctx.write(kept.get(i), Tensor.where(mask, p.expand(before.shape()), before));
    }
    ctx.write(steps, begun.add(1));
    return network.apply(x, ctx).unsqueeze(0);
  }

  @Override
  public String toString() {
    return Structure.of(this);
  }
}
