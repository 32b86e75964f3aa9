package dev.tutti.bench.peers;

import java.util.List;
import java.util.function.Consumer;

/// A piece of work that ours and the peers do.
interface Workload {
  /// {@return the name on the command line and in results}
  String name();

  /// Checks that all compute the same thing, compares them and adds a row for each peer.
  ///
  /// @throws IllegalStateException when they do not compute the same
  void run(Bench bench);

  /// What a workload runs on.
  ///
  /// @param threads the number of threads of ours and of every peer
  /// @param torch libtorch
  /// @param rows who takes the comparisons
  record Bench(int threads, Torch torch, Consumer<Row> rows) {

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
