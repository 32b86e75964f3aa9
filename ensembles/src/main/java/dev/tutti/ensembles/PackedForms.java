package dev.tutti.ensembles;

import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Conv1d;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.GroupNorm;
import dev.tutti.nn.Layer;
import dev.tutti.nn.LayerNorm;
import dev.tutti.nn.Linear;

/// Packed layers as stacked ones of their members, every tensor `[M, …]`: the members cut apart.
final class PackedForms {
  private final int members;

  private PackedForms(int members) {
    this.members = members;
  }

  /// {@return the stacked networks}
  static Layer unpacked(Layer network, int members) {
    PackedForms forms = new PackedForms(members);
    return Tree.replaceParts(
        network, Layer.class, part -> forms.unpacked(part.path(), part.value()));
  }

  private Layer unpacked(String path, Layer layer) {
    return switch (layer) {
      case PackedLinear l -> linear(l);
      case PackedConv2d c -> conv(c.conv());
      case PackedConv1d c -> {
        Conv1d one = c.conv();
        Conv2d row = conv(new Conv2d(one.weight().unsqueeze(0), one.bias(), one.geometry()));
        Shape stacked = row.weight().shape(); // [M, 1, K, in, out]
        yield new Conv1d(
            row.weight().reshape(stacked.tail().tail().prepend(members)),
            row.bias(),
            row.geometry());
      }
      case BatchNorm n ->
          new BatchNorm(
              own(n.weight()),
              own(n.bias()),
              own(n.runningMean()),
              own(n.runningVar()),
              n.numBatchesTracked() == null
                  ? null
                  : n.numBatchesTracked().expand(n.numBatchesTracked().shape().prepend(members)),
              n.momentum(),
              n.eps());
      case GroupNorm n ->
          new GroupNorm(own(n.weight()), own(n.bias()), n.groups() / members, n.eps());
      case PackedLayerNorm n -> {
        int width = n.weight() == null ? 0 : n.weight().size() / members;
        if (width == 0) {
          throw new IllegalArgumentException(
              "unpack: " + path + " is a layer norm without weights, whose width is not known");
        }
        yield new LayerNorm(own(n.weight()), own(n.bias()), Shape.of(width), n.eps());
      }
      case PackedMultiheadAttention a -> a.attention();
      default -> {
        if (Tree.children(layer).stream().anyMatch(child -> child.value() instanceof Tensor)) {
          throw new IllegalArgumentException(
              "unpack: %s, a %s, has no form for one member"
                  .formatted(path, layer.getClass().getSimpleName()));
        }
        yield null; // goes on inside
      }
    };
  }

  /// `[M · C]` as `[M, C]`.
  private Tensor own(Tensor perChannel) {
    return perChannel == null ? null : perChannel.reshape(members, perChannel.size() / members);
  }

  private Linear linear(PackedLinear l) {
    Tensor w = l.weight(); // [G, in / G, out / G]
    int groups = w.dim(0);
    int in = w.dim(1);
    int out = w.dim(2);
    if (groups == 1) { // all members see the raw input
      Tensor each = w.reshape(in, members, out / members).permute(1, 0, 2);
      return new Linear(each, own(l.bias()));
    }
    int gamma = groups / members;
    Tensor each = w.reshape(members, gamma, in, out);
    if (gamma == 1) {
      return new Linear(each.reshape(members, in, out), own(l.bias()));
    }
    Tensor[] rows = new Tensor[gamma]; // blocks on a diagonal of zeros
    for (int g = 0; g < gamma; g++) {
      Tensor block = each.slice(1, g, g + 1).reshape(members, in, out);
      rows[g] = block.pad(2, g * out, (gamma - 1 - g) * out, 0);
    }
    return new Linear(Tensor.concat(1, rows), own(l.bias()));
  }

  private Conv2d conv(Conv2d c) {
    Tensor w = c.weight(); // [KH, KW, in / G, out], members one after another in out
    int groups = c.geometry().groups();
    Tensor each =
        w.reshape(w.dim(0), w.dim(1), w.dim(2), members, w.dim(3) / members).permute(3, 0, 1, 2, 4);
    return new Conv2d(each, own(c.bias()), c.geometry().groups(groups == 1 ? 1 : groups / members));
  }
}
