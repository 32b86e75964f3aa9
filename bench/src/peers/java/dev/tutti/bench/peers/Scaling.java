package dev.tutti.bench.peers;

import dev.tutti.engine.Parallel;
import java.util.List;

/// The training step of [Seed004Train], ours on one thread against ours on all.
final class Scaling implements Workload {
  @Override
  public String name() {
    return "scaling";
  }

  @Override
  public void run(Bench bench) {
    if (bench.threads() == 1) {
      return;
    }
    Members all = Seed004Train.ours();
    Parallel.threads(1);
    Members alone = Seed004Train.ours();
    Parallel.threads(bench.threads());
    Contender single =
        Contender.of(
            "ours on 1 thread",
            times -> {
              Parallel.threads(1); // else the kernels of the one shard are split
              alone.run(times);
              Parallel.threads(bench.threads());
            });
    List<Contest.Times> times = bench.hold(List.of(all, single), 2);
    bench.add(name(), Seed004Forward.SHAPE, times.get(0), times.get(1), Goal.SCALING);
  }
}
