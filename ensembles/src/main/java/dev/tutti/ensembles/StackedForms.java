package dev.tutti.ensembles;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Conv1d;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.GroupNorm;
import dev.tutti.nn.Layer;
import dev.tutti.nn.LayerNorm;
import dev.tutti.nn.Linear;
import dev.tutti.nn.attention.MultiheadAttention;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Stacked layers, every tensor `[M, …]`, as packed ones: the way back from [PackedForms].
final class StackedForms {
  private final int members;
  private final List<String> weighted = new ArrayList<>(); // paths of layers with weights, in order

  private StackedForms(int members) {
    this.members = members;
  }

  static PackedEnsemble packed(DeepEnsemble ensemble) {
    StackedForms forms = new StackedForms(ensemble.members());
    Tree.replaceParts(
        ensemble.network(),
        Layer.class,
        part -> {
          forms.note(part.path(), part.value());
          return null; // goes on inside
        });
    Layer packed =
        Tree.replaceParts(
            ensemble.network(), Layer.class, part -> forms.packed(part.path(), part.value()));
    return new PackedEnsemble(packed, ensemble.members());
  }

  private void note(String path, Layer layer) {
    if (layer instanceof Linear
        || layer instanceof Conv2d
        || layer instanceof Conv1d
        || layer instanceof MultiheadAttention) {
      weighted.add(path);
    }
  }

  private Layer packed(String path, Layer layer) {
    int number = weighted.indexOf(path);
    boolean first = number == 0;
    int head = number == weighted.size() - 1 ? members : 0;
    return switch (layer) {
      case Linear l -> {
        Tensor w = l.weight(); // [M, in, out]
        Tensor side = first ? w.permute(1, 0, 2).reshape(1, w.dim(1), members * w.dim(2)) : w;
        yield new PackedLinear(side, flat(l.bias()), head);
      }
      case Conv2d c -> new PackedConv2d(conv(c, first), head);
      case Conv1d c -> {
        Conv2d row =
            conv(
                new Conv2d(
                    c.weight().reshape(c.weight().shape().tail().prepend(1).prepend(members)),
                    c.bias(),
                    c.geometry()),
                first);
        yield new PackedConv1d(
            new Conv1d(
                row.weight().reshape(row.weight().shape().tail()), row.bias(), row.geometry()),
            head);
      }
      case MultiheadAttention a -> new PackedMultiheadAttention(a, members);
      case BatchNorm n ->
          new BatchNorm(
              flat(n.weight()),
              flat(n.bias()),
              flat(n.runningMean()),
              flat(n.runningVar()),
              counter(path, n.numBatchesTracked()),
              n.momentum(),
              n.eps());
      case GroupNorm n ->
          new GroupNorm(flat(n.weight()), flat(n.bias()), n.groups() * members, n.eps());
      case LayerNorm n when n.normalizedShape().rank() == 1 ->
          new PackedLayerNorm(flat(n.weight()), flat(n.bias()), members, n.eps());
      case Flatten f when f.order() == Flatten.Order.CHANNELS_LAST ->
          throw new IllegalArgumentException(
              "pack: " + path + " flattens channels last, which mixes members' features");
      default -> {
        if (Tree.children(layer).stream().anyMatch(child -> child.value() instanceof Tensor)) {
          throw new IllegalArgumentException(
              "pack: %s, a %s, has no packed form"
                  .formatted(path, layer.getClass().getSimpleName()));
        }
        yield null;
      }
    };
  }

  /// `[M, C]` as `[M · C]`.
  private static Tensor flat(Tensor stacked) {
    return stacked == null ? null : stacked.reshape(-1);
  }

  /// Members of one packed network are trained together.
  private static Tensor counter(String path, Tensor stacked) {
    if (stacked == null) {
      return null;
    }
    int[] counts = stacked.toInts();
    if (Arrays.stream(counts).distinct().count() > 1) {
      throw new IllegalArgumentException(
          "pack: members of %s have seen %s batches; as many are needed"
              .formatted(path, Arrays.toString(counts)));
    }
    return stacked.get(0);
  }

  private Conv2d conv(Conv2d c, boolean first) {
    Tensor w = c.weight(); // [M, KH, KW, in / groups, out]
    int groups = c.geometry().groups();
    if (first && groups > 1) {
      throw new IllegalArgumentException(
          "pack: the first convolution has %d groups over the input that members share"
              .formatted(groups));
    }
    Tensor side =
        w.permute(1, 2, 3, 0, 4).reshape(w.dim(1), w.dim(2), w.dim(3), members * w.dim(4));
    return new Conv2d(side, flat(c.bias()), c.geometry().groups(first ? 1 : groups * members));
  }
}
