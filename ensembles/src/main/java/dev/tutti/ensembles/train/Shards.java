package dev.tutti.ensembles.train;

import dev.tutti.engine.Parallel;
import dev.tutti.engine.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/// How members are distributed: one shard per thread, which is one task, and in a shard groups of
/// neighbours that are mapped together. No bit of a member depends on it.
public final class Shards {
  /// The most parameters of members that are mapped together: with gradients and the optimiser's
  /// memory they fit a core's second cache.
  private static final long CACHED_FLOATS = 1 << 17;

  private Shards() {}

  /// {@return the members in groups, by shard}
  ///
  /// @param together the most in a group
  public static List<List<int[]>> of(int[] members, int together) {
    int count = Math.min(members.length, Parallel.threads());
    List<List<int[]>> shards = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      int end = members.length * (s + 1) / count;
      List<int[]> groups = new ArrayList<>();
      for (int at = members.length * s / count; at < end; at += together) {
        groups.add(Arrays.copyOfRange(members, at, Math.min(end, at + together)));
      }
      shards.add(groups);
    }
    return shards;
  }

  /// {@return how many members of stacked networks, every tensor `[M, …]`, are mapped together}
  public static int together(Object stacked, int members) {
    long floats = Tree.tensors(stacked).stream().mapToLong(t -> t.shape().size()).sum() / members;
    return (int) Math.clamp(CACHED_FLOATS / Math.max(1, floats), 1, members);
  }

  /// {@return the results of one task each for `count` shards}
  static <T> List<T> each(int count, IntFunction<T> task) {
    List<T> results = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      results.add(null);
    }
    Parallel.run(count, s -> results.set(s, task.apply(s)));
    return results;
  }
}
