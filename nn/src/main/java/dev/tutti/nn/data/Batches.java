package dev.tutti.nn.data;

import dev.tutti.engine.Key;
import java.util.Arrays;

/// The batches of a data set, each a pure function of the epoch and its number: any thread may
/// request any batch and gets the same one, whether it was made in advance ([#prefetched]) or not.
public final class Batches implements AutoCloseable {
  private final BatchPlan plan;
  private final Prefetch prefetch; // null: every caller makes its own batch
  private final BatchWindow window; // null likewise

  private Batches(BatchPlan plan, Prefetch prefetch) {
    this.plan = plan;
    this.prefetch = prefetch;
    this.window = prefetch == null ? null : new BatchWindow(plan, prefetch);
  }

  /// {@return batches in the order of the data, the last one holding the remainder}
  public static Batches of(Dataset data, int batchSize) {
    return new Batches(BatchPlan.of(data, batchSize), null);
  }

  /// {@return all examples in the order of the data, unmixed, changed as these are: to be
  /// evaluated}
  public Batches inOrder() {
    return new Batches(plan.inOrder(), prefetch);
  }

  /// {@return batches of other examples in the same way}
  ///
  /// @throws IllegalArgumentException if they have another shape or other classes
  public Batches on(Dataset other) {
    if (!Arrays.equals(other.shape(), data().shape())
        || !other.classes().equals(data().classes())) {
      throw new IllegalArgumentException("batches of %s cannot be of %s".formatted(data(), other));
    }
    return new Batches(plan.on(other), prefetch);
  }

  /// {@return these batches in an order drawn anew for every epoch}
  public Batches shuffled(Key key) {
    return new Batches(plan.shuffled(key), prefetch);
  }

  /// {@return these batches with inputs changed by `t`, after what changes them already}
  public Batches transformed(Transform t) {
    return new Batches(plan.transformed(t), prefetch);
  }

  /// {@return these batches with examples mixed by `m` after the transform, so that labels become
  /// shares of classes, float32 `[B, C]`}
  ///
  /// @throws IllegalArgumentException if they are mixed already
  public Batches mixed(Mix m) {
    return new Batches(plan.mixed(m), prefetch);
  }

  /// {@return these batches without the incomplete last one}
  public Batches dropLast() {
    return new Batches(plan.rest(BatchPlan.Rest.DROP), prefetch);
  }

  /// {@return these batches with the examples of the incomplete last one in the batch before it, so
  /// that none is smaller than the others}
  public Batches joinLast() {
    return new Batches(plan.rest(BatchPlan.Rest.JOIN), prefetch);
  }

  /// {@return the stream of ensemble member `m`: the same data in an order of its own (if these
  /// batches are shuffled), with transforms and mixing drawn on their own}
  ///
  /// Streams of different members are independent, and independent of this one.
  public Batches forMember(int m) {
    return new Batches(plan.forMember(m), prefetch);
  }

  /// {@return these batches, made once for all callers and in advance: `workers` daemon threads
  /// make the `ahead` batches that follow the last one requested, also into the next epoch}
  ///
  /// With 0 workers the first caller makes the batch, as it does if no worker has begun yet. At
  /// most `2 · (ahead + 1)` batches are held, the ones last used, so callers that are no more than
  /// `ahead + 1` batches apart share them; for callers further behind, a batch is made again. If
  /// making a batch fails, [#batch] fails in every caller that requested it.
  ///
  /// Batches derived from these (by [#forMember], …) have the same workers, and batches of their
  /// own. The threads end when they have had nothing to do for some seconds, or on [#close].
  ///
  /// @throws IllegalArgumentException if a number is negative
  public Batches prefetched(int workers, int ahead) {
    return new Batches(plan, Prefetch.of(workers, ahead));
  }

  /// {@return the data set}
  public Dataset data() {
    return plan.data();
  }

  /// {@return the number of examples of a whole batch}
  public int batchSize() {
    return plan.batchSize();
  }

  /// {@return the number of batches of an epoch}
  public int count() {
    return plan.count();
  }

  /// {@return the number of examples that an epoch visits}
  public int examples() {
    return plan.examples();
  }

  /// {@return batch `index` of `epoch`}
  ///
  /// @throws IndexOutOfBoundsException if an epoch has no such batch
  /// @throws DataError if an example that is read on demand cannot be read
  public Batch batch(int epoch, int index) {
    if (index < 0 || index >= count()) {
      throw new IndexOutOfBoundsException(
          data().name() + ": batch " + index + "; an epoch has " + count() + " (from 0)");
    }
    return window == null ? plan.batch(epoch, index) : window.batch(epoch, index);
  }

  /// Ends the worker threads of these batches and of all that share them. [#batch] goes on as with
  /// 0 workers.
  @Override
  public void close() {
    if (prefetch != null) {
      prefetch.close();
    }
  }
}
