package dev.tutti.bench.peers;

import dev.tutti.engine.Key;
import dev.tutti.engine.Padding;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.nn.Activation;
import dev.tutti.nn.attention.MultiheadAttention;
import dev.tutti.nn.LayerNorm;
import dev.tutti.nn.GroupNorm;
import dev.tutti.nn.Embedding;
import dev.tutti.nn.Dropout;
import dev.tutti.nn.Ctx;
import dev.tutti.nn.ConvTranspose2d;
import dev.tutti.nn.BatchNorm;
import dev.tutti.nn.AdaptiveAvgPool2d;
import dev.tutti.nn.AvgPool2d;
import dev.tutti.nn.Conv2d;
import dev.tutti.nn.Flatten;
import dev.tutti.nn.Layer;
import dev.tutti.nn.Linear;
import dev.tutti.nn.MaxPool2d;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Value and gradient of layers of every family, in training, for eight members with an input each, mapped, against our own
/// loop over the members. On several threads the map is `pmap`.
final class VmapVsLoop implements Workload {
  static final String NAME = "vmap-vs-loop";

  private static final int MEMBERS = 8;
  private static final int BATCH = 32;
  private static final Conv2d.Geometry SAME =
      Conv2d.Geometry.DEFAULT.padding(Padding.of(1));

  @Override
  public String name() {
    return NAME;
  }

  /// A layer, its input, and the key of its dropout.
  private record Fed(Layer layer, Tensor x, Key key) {}

  private record Case(String shape, Function<Key, Layer> layer, int... image) {}

  private static final List<Case> CASES =
      List.of(
          new Case("linear 784-128", k -> Linear.init(k, 784, 128), 784),
          new Case("linear 128-10", k -> Linear.init(k, 128, 10), 128),
          new Case(
              "linear 128-128 no bias",
              k -> new Linear(Linear.init(k, 128, 128).weight(), null),
              128),
          new Case("conv 5x5 28x28x1-6", k -> Conv2d.init(k, 1, 6, 5), 28, 28, 1),
          new Case("conv 5x5 12x12x6-16", k -> Conv2d.init(k, 6, 16, 5), 12, 12, 6),
          new Case("conv 3x3 16x16x32", k -> Conv2d.init(k, 32, 32, 3, SAME), 16, 16, 32),
          new Case(
              "conv 3x3 s2 31x31x32-64",
              k -> Conv2d.init(k, 32, 64, 3, Conv2d.Geometry.DEFAULT.stride(2)),
              31,
              31,
              32),
          new Case(
              "conv 3x3 g4 16x16x32",
              k -> Conv2d.init(k, 32, 32, 3, SAME.groups(4)),
              16,
              16,
              32),
          new Case("max pool 2 24x24x6", k -> new MaxPool2d(2), 24, 24, 6),
          new Case("avg pool 2 24x24x6", k -> new AvgPool2d(2), 24, 24, 6),
          new Case("global avg pool 8x8x96", k -> new AdaptiveAvgPool2d(1, 1), 8, 8, 96),
          new Case("adaptive pool 3 8x8x96", k -> new AdaptiveAvgPool2d(3, 3), 8, 8, 96),
          new Case("relu 24x24x6", k -> Activation.RELU, 24, 24, 6),
          new Case("gelu 24x24x6", k -> Activation.GELU, 24, 24, 6),
          new Case(
              "flatten last 4x4x16", k -> new Flatten(Flatten.Order.CHANNELS_LAST), 4, 4, 16),
          new Case(
              "flatten first 4x4x16", k -> new Flatten(Flatten.Order.CHANNELS_FIRST), 4, 4, 16),
          new Case("batch norm 16x16x32", k -> BatchNorm.init(32), 16, 16, 32),
          new Case("layer norm 64x128", k -> LayerNorm.init(128), 64, 128),
          new Case("group norm 8 16x16x32", k -> GroupNorm.init(8, 32), 16, 16, 32),
          new Case("dropout 24x24x6", k -> new Dropout(0.5), 24, 24, 6),
          new Case("attention 4 32x64", k -> MultiheadAttention.init(k, 64, 4, 0), 32, 64),
          new Case(
              "transpose 2x2 s2 8x8x32",
              k -> ConvTranspose2d.init(k, 32, 32, 2, Conv2d.Geometry.DEFAULT.stride(2)),
              8,
              8,
              32),
          new Case("embedding 1000x64", k -> Embedding.init(k, 1000, 64), 32));

  @Override
  public void run(Bench bench) {
    for (Case c : CASES) {
      Layer layers = Networks.stacked(MEMBERS, c.layer);
      int[] dims = new int[c.image.length + 2];
      dims[0] = MEMBERS;
      dims[1] = BATCH;
      System.arraycopy(c.image, 0, dims, 2, c.image.length);
      Tensor x =
          layers instanceof Embedding table
              ? Draws.labels(1, table.weight().dim(1), dims)
              : Draws.uniform(1, dims);
      compare(bench, c.shape, new Fed(layers, x, Key.of(2).split(MEMBERS)));
    }
  }

  private void compare(Bench bench, String shape, Fed all) {
    Function<Fed, Transforms.ValueAndGrad<Fed, Tensor>> one =
        Transforms.valueAndGrad((Fed f) -> f.layer.apply(f.x, Ctx.training(f.key)).sum());
    Function<Fed, Transforms.ValueAndGrad<Fed, Tensor>> mapped =
        bench.threads() > 1 ? Transforms.pmap(one) : Transforms.vmap(one);
    List<Fed> members = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      members.add(Tree.get(all, m));
    }
    List<Transforms.ValueAndGrad<Fed, Tensor>> looped = new ArrayList<>();
    Object[] result = new Object[1];
    Contender map = Contender.repeating("ours", () -> result[0] = mapped.apply(all));
    Contender loop =
        Contender.repeating(
            "our loop",
            () -> {
              looped.clear();
              members.forEach(f -> looped.add(one.apply(f)));
            });
    map.run(1);
    loop.run(1);
    Agreement.check(shape, "our loop", floats(result[0]), floats(Tree.stack(looped)));
    List<Contest.Times> times = bench.hold(List.of(map, loop), 1);
    bench.add(name(), shape, times.get(0), times.get(1), Goal.VMAP_VS_LOOP);
  }

  private static float[] floats(Object tree) {
    List<Tensor> flat =
        Tree.tensors(tree).stream()
            .filter(t -> t.dtype().isFloat())
            .map(t -> t.reshape(-1))
            .toList();
    return Tensor.concat(0, flat.toArray(Tensor[]::new)).toFloats();
  }
}
