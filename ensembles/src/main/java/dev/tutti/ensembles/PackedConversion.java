package dev.tutti.ensembles;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Tree;
import dev.tutti.nn.AttentionMask;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.Conv1d;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.ConvTranspose2d;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.GroupNorm;
import dev.tutti.nn.InstanceNorm;
import dev.tutti.nn.Layer;
import dev.tutti.nn.LayerNorm;
import dev.tutti.nn.Linear;
import dev.tutti.nn.SequenceLayer;
import dev.tutti.nn.attention.MultiheadAttention;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Packs a network: a run over zeros, in which each layer waits for its input, to see how wide the
/// layers before have become, and is then made, as wide as that.
final class PackedConversion {
  private static final String OP = "packed";

  private final Key key;
  private final Function<String, Packing> packings; // by path
  private final List<String> weighted = new ArrayList<>(); // paths of layers with weights, in order
  private final Map<String, Layer> sources = new HashMap<>();
  private final Map<String, Layer> packed = new HashMap<>();

  private PackedConversion(Key key, Function<String, Packing> packings) {
    this.key = key;
    this.packings = packings;
  }

  static PackedEnsemble convert(
      Key key, Layer network, Shape example, Function<String, Packing> packings) {
    PackedConversion conversion = new PackedConversion(key, packings);
    Layer waiting =
        Tree.replaceParts(
            network, Layer.class, part -> conversion.waiting(part.path(), part.value()));
    conversion.requireAll(network);
    Tensor zeros = Tensor.zeros(example.prepend(2).dims());
    waiting.apply(zeros, Ctx.inference());
    Layer done =
        Tree.replaceParts(network, Layer.class, part -> conversion.packed.get(part.path()));
    return new PackedEnsemble(done, packings.apply("").members());
  }

  /// A layer that is made when its input is known.
  private record Waiting(PackedConversion in, String path) implements SequenceLayer {
    @Override
    public Tensor apply(Tensor x, Ctx ctx) {
      return in.made(path, x).apply(x, ctx);
    }

    @Override
    public Tensor apply(Tensor x, AttentionMask mask, Ctx ctx) {
      return ((SequenceLayer) in.made(path, x)).apply(x, mask, ctx);
    }
  }

  /// A place holder, or null for a part that is looked into.
  private Layer waiting(String path, Layer layer) {
    boolean weights =
        layer instanceof Linear
            || layer instanceof Conv1d
            || layer instanceof Conv2d
            || layer instanceof ConvTranspose2d
            || layer instanceof MultiheadAttention;
    boolean other =
        layer instanceof BatchNorm
            || layer instanceof InstanceNorm
            || layer instanceof LayerNorm
            || layer instanceof GroupNorm
            || layer instanceof Flatten;
    if (!weights && !other) {
      return null;
    }
    if (weights) {
      weighted.add(path);
    }
    sources.put(path, layer);
    return new Waiting(this, path);
  }

  /// A parameter outside of the layers above would stay as it is, and members would share it.
  private void requireAll(Layer network) {
    String name = network.getClass().getSimpleName();
    Set<Tensor> known = Collections.newSetFromMap(new IdentityHashMap<>());
    sources.values().forEach(layer -> known.addAll(Tree.tensors(layer)));
    for (Tree.Leaf leaf : Tree.leaves(network)) {
      if (!known.contains(leaf.tensor())) {
        throw new IllegalArgumentException(
            "%s: %s of %s is a tensor of a layer that has no packed form"
                .formatted(OP, leaf.path(), name));
      }
    }
    Layer end = weighted.isEmpty() ? null : sources.get(weighted.getLast());
    if (!(end instanceof Linear || end instanceof Conv2d || end instanceof Conv1d)) {
      throw new IllegalArgumentException(
          OP
              + ": "
              + name
              + " does not end in a Linear, Conv1d or Conv2d, to give members' outputs");
    }
  }

  private Layer made(String path, Tensor x) {
    return packed.computeIfAbsent(path, p -> make(p, sources.get(p), x.dim(-1)));
  }

  /// @param width of the input, all members together
  private Layer make(String path, Layer layer, int width) {
    int number = weighted.indexOf(path);
    Key own = key.fold(number);
    boolean first = number == 0;
    boolean last = number == weighted.size() - 1;
    Packing packing = packings.apply(path);
    int members = packing.members();
    int head = last ? members : 0;
    return switch (layer) {
      case Linear l -> {
        int out = l.weight().dim(1);
        PackedLinear made =
            first
                ? PackedLinear.init(own, l.weight().dim(0), out, packing, true, last)
                : PackedLinear.initOn(own, width, out, packing, last);
        yield l.bias() == null ? new PackedLinear(made.weight(), null, made.members()) : made;
      }
      case Conv2d c -> new PackedConv2d(conv(own, c, packing, first, last), head);
      case Conv1d c -> {
        Conv2d row = new Conv2d(c.weight().unsqueeze(0), c.bias(), c.geometry());
        Conv2d made = conv(own, row, packing, first, last);
        yield new PackedConv1d(
            new Conv1d(
                made.weight().reshape(made.weight().shape().tail()), made.bias(), made.geometry()),
            head);
      }
      case ConvTranspose2d c -> transposed(own, c, packing, first);
      case MultiheadAttention a ->
          PackedMultiheadAttention.init(own, width, a.heads(), a.dropout(), members);
      case BatchNorm n -> widened(n, width);
      case InstanceNorm n -> InstanceNorm.init(width, n.weight() != null, n.runningMean() != null);
      case LayerNorm n -> PackedLayerNorm.init(width, members, n.eps(), n.weight() != null);
      case GroupNorm n -> GroupNorm.init(n.groups() * members, width, n.eps(), n.weight() != null);
      default -> new Flatten(Flatten.Order.CHANNELS_FIRST); // a member's features side by side
    };
  }

  private static Conv2d conv(Key own, Conv2d c, Packing packing, boolean first, boolean last) {
    int groups = c.geometry().groups();
    Tensor w = c.weight(); // [KH, KW, in / groups, out]
    Packing.Sizes s =
        packing.conv(w.dim(2) * groups, w.dim(3), first, last, groups, packing.minimumChannels());
    return Conv2d.init(
        own,
        s.in(),
        s.out(),
        w.dim(0),
        w.dim(1),
        c.geometry().groups(s.groups()),
        c.bias() != null);
  }

  private static ConvTranspose2d transposed(
      Key own, ConvTranspose2d c, Packing packing, boolean first) {
    int groups = c.geometry().groups();
    Tensor w = c.weight(); // [KH, KW, out / groups, in]
    Packing.Sizes s =
        packing.conv(w.dim(3), w.dim(2) * groups, first, false, groups, packing.minimumChannels());
    return ConvTranspose2d.init(
        own,
        s.in(),
        s.out(),
        w.dim(0),
        w.dim(1),
        c.geometry().groups(s.groups()),
        c.outputPaddingH(),
        c.outputPaddingW(),
        c.bias() != null);
  }

  /// With the gain that the layer starts with: 0 in some residual networks.
  private static BatchNorm widened(BatchNorm n, int width) {
    BatchNorm wide = BatchNorm.init(width, n.momentum(), n.eps(), n.weight() != null);
    Tensor gain = n.weight() == null ? null : n.weight().slice(0, 0, 1).expand(Shape.of(width));
    boolean tracks = n.runningMean() != null;
    return new BatchNorm(
        gain,
        wide.bias(),
        tracks ? wide.runningMean() : null,
        tracks ? wide.runningVar() : null,
        tracks ? wide.numBatchesTracked() : null,
        n.momentum(),
        n.eps());
  }
}
