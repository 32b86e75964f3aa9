package dev.tutti.bench.peers;

import ai.djl.ndarray.NDArray;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.engine.Tree;
import dev.tutti.engine.Vmap;
import dev.tutti.nn.Layer;
import dev.tutti.nn.models.Mlp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The forward pass of ten `SimpleMLP` with a minibatch each, as in functorch's ensembling
/// tutorial. Ours as a server or an evaluation does it: one shard of the members per thread, mapped,
/// and many passes inside one task.
final class Seed004Forward implements Workload {
  static final int MEMBERS = 10;
  static final int BATCH = 64;
  static final String SHAPE = "10x784-128-128-10 b64";

  /// One member and its minibatch.
  private record Fed(Layer network, Tensor x) {}

  /// Our passes.
  private static final class Ours implements Contender {
    private final Vmap<Fed, Tensor> pass = Transforms.vmap((Fed f) -> f.network.apply(f.x));
    private final List<Fed> shards = new ArrayList<>();
    private final List<Tensor> results = new ArrayList<>();

    Ours(Fed all) {
      int count = Math.min(MEMBERS, Parallel.threads());
      for (int s = 0; s < count; s++) {
        shards.add(Tree.slice(all, MEMBERS * s / count, MEMBERS * (s + 1) / count));
        results.add(null);
      }
    }

    @Override
    public String name() {
      return "ours";
    }

    @Override
    public void run(int times) {
      Parallel.run(
          shards.size(),
          s -> {
            for (int i = 0; i < times; i++) {
              results.set(s, pass.apply(shards.get(s)));
            }
          });
    }

    /// {@return all members' outputs, `[10, 64, 10]`}
    Tensor result() {
      return Tree.concat(results);
    }
  }

  @Override
  public String name() {
    return "seed004-forward";
  }

  @Override
  public void run(Bench bench) {
    Layer network = network();
    Tensor x = Draws.uniform(1, MEMBERS, BATCH, 784);
    Ours ours = new Ours(new Fed(network, x));
    Torch torch = bench.torch();
    Map<String, Tensor> p = Trainings.parameters(network);
    List<NDArray> stacked = new ArrayList<>(List.of(torch.tensor(x)));
    p.values().forEach(t -> stacked.add(torch.tensor(t)));
    List<NDArray> apart = new ArrayList<>();
    for (int m = 0; m < MEMBERS; m++) {
      apart.add(torch.tensor(x.get(m)));
      for (Tensor t : p.values()) {
        apart.add(torch.tensor(t.get(m)));
      }
    }
    Torch.Script loop = torch.script(LOOP);
    Torch.Script bmm = torch.script(BMM);
    ours.run(1);
    float[] expected = ours.result().toFloats();
    Agreement.check(name(), "loop", expected, torch.floats(loop.call(1, apart)));
    Agreement.check(name(), "bmm", expected, torch.floats(bmm.call(1, stacked)));
    List<Contest.Times> times =
        bench.hold(
            List.of(
                ours,
                Contender.of("libtorch loop", n -> loop.call(n, apart).close()),
                Contender.of("libtorch bmm", n -> bmm.call(n, stacked).close())),
            2);
    bench.add(name(), SHAPE, times.get(0), times.get(1), Goal.SEED_004_FORWARD_LOOP);
    bench.add(name(), SHAPE, times.get(0), times.get(2), Goal.SEED_004_FORWARD_BMM);
  }

  /// {@return ten networks, every tensor `[10, …]`}
  static Layer network() {
    return Networks.stacked(MEMBERS, k -> Mlp.init(k, 784, 128, 10));
  }

  /// Arguments 7 m … 7 m + 6 are member m's minibatch, weights and biases.
  private static final String LOOP =
      """
      out = annotate(List[Tensor], [])
      for i in range(int(t[-1])):
        out = annotate(List[Tensor], [])
        for m in range(10):
          k = torch.mul(m, 7)
          h = torch.relu(torch.linear(t[k], t[torch.add(k, 1)], t[torch.add(k, 2)]))
          h = torch.relu(torch.linear(h, t[torch.add(k, 3)], t[torch.add(k, 4)]))
          y = torch.linear(h, t[torch.add(k, 5)], t[torch.add(k, 6)])
          _0 = torch.append(out, y)
      return torch.stack(out)
      """;

  private static final String BMM =
      """
      y = t[0]
      for i in range(int(t[-1])):
        h = torch.relu(torch.baddbmm(torch.unsqueeze(t[2], 1), t[0], torch.transpose(t[1], 1, 2)))
        h = torch.relu(torch.baddbmm(torch.unsqueeze(t[4], 1), h, torch.transpose(t[3], 1, 2)))
        y = torch.baddbmm(torch.unsqueeze(t[6], 1), h, torch.transpose(t[5], 1, 2))
      return y
      """;
}
