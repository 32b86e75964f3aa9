package dev.tutti.bench.peers;

import java.util.List;
import java.util.function.Consumer;

/// A piece of work that ours and the peers do.
interface Workload {
  /// {@return the name on the command line and in results}
  String name();

  /// Checks that all compute the same thing, compares them and adds a row for each peer.
  ///
  /// @throws IllegalStateException if they do not compute the same
  void run(Bench bench);

  /// What a workload runs on.
  ///
  /// @param threads the number of threads of ours and of every peer
  /// @param torch libtorch
  /// @param budget how long it may take
  /// @param rows who takes the comparisons
  record Bench(int threads, Torch torch, Budget budget, Consumer<Row> rows) {

    /// {@return the times of the contenders of one contest, in their order}
    ///
    /// @param warmUpSeconds how long the first must not have become faster before the first round
    List<Contest.Times> hold(List<Contender> contenders, double warmUpSeconds) {
      return Contest.hold(contenders, warmUpSeconds, budget);
    }

    /// Adds the comparison of two contenders of one contest.
    void add(String workload, String shape, Contest.Times ours, Contest.Times peer, Goal goal) {
      rows.accept(Row.of(workload, shape, threads, ours, peer, goal));
    }
  }

  /// {@return all workloads, in the order in which they run}
  static List<Workload> all() {
    return List.of(
        new Gemm(),
        new Seed004Forward(),
        new Seed004Train(),
        new PackedLeNetTrain(),
        new ConvNetTrain(),
        new DeepLeNetTrain(),
        new Elementwise(),
        new VmapVsLoop(),
        new Scaling());
  }
}
