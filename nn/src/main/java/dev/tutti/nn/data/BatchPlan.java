package dev.tutti.nn.data;

import dev.tutti.engine.Array;
import dev.tutti.engine.Key;
import dev.tutti.engine.Parallel;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// What is in every batch: a pure function of the epoch and the batch's number, for any thread.
final class BatchPlan {
  /// Reading fewer values than this is not worth another thread.
  private static final int GRAIN = 1 << 14;

  private static final Transform NO_TRANSFORM = Transform.none();
  private static final Mix NO_MIX = Mixing.NONE;

  private final Dataset data;
  private final int batchSize;
  private final Key key;
  private final boolean shuffle;
  private final Transform transform;
  private final Mix mix;
  private final Rest rest;

  /// The orders of two neighbouring epochs: workers that look ahead need both.
  private final AtomicReferenceArray<Order> orders = new AtomicReferenceArray<>(2);

  /// What happens to the examples after the last whole batch.
  enum Rest {
    /// They are a batch.
    KEEP,
    /// They are left out.
    DROP,
    /// They are part of the last whole batch.
    JOIN
  }

  private record Order(int epoch, int[] examples) {}

  private BatchPlan(
      Dataset data,
      int batchSize,
      Key key,
      boolean shuffle,
      Transform transform,
      Mix mix,
      Rest rest) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size must be at least 1, got " + batchSize);
    }
    int most = Integer.MAX_VALUE / data.elements();
    long full = rest == Rest.JOIN ? 2L * batchSize - 1 : batchSize;
    int largest = (int) Math.min(full, data.size());
    if (largest > most) {
      throw new IllegalArgumentException(
          "%s: a batch of %d examples of %d values; at most %d examples fit"
              .formatted(data.name(), largest, data.elements(), most));
    }
    this.data = data;
    this.batchSize = batchSize;
    this.key = key;
    this.shuffle = shuffle;
    this.transform = transform;
    this.mix = mix;
    this.rest = rest;
  }

  static BatchPlan of(Dataset data, int batchSize) {
    return new BatchPlan(data, batchSize, Key.of(0), false, NO_TRANSFORM, NO_MIX, Rest.KEEP);
  }

  BatchPlan on(Dataset other) {
    return new BatchPlan(other, batchSize, key, shuffle, transform, mix, rest);
  }

  BatchPlan shuffled(Key by) {
    return new BatchPlan(data, batchSize, by, true, transform, mix, rest);
  }

  BatchPlan transformed(Transform by) {
    Transform all = transform == NO_TRANSFORM ? by : transform.then(by);
    return new BatchPlan(data, batchSize, key, shuffle, all, mix, rest);
  }

  /// All examples in the order of the data, unmixed.
  BatchPlan inOrder() {
    return new BatchPlan(data, batchSize, key, false, transform, NO_MIX, Rest.KEEP);
  }

  BatchPlan mixed(Mix by) {
    if (mix != NO_MIX && by != NO_MIX) {
      throw new IllegalArgumentException(
          data.name() + ": batches are mixed once; Mix.either chooses one of two for each batch");
    }
    return new BatchPlan(data, batchSize, key, shuffle, transform, by, rest);
  }

  BatchPlan rest(Rest what) {
    return new BatchPlan(data, batchSize, key, shuffle, transform, mix, what);
  }

  /// The plan of member `m`. There is no epoch −1, so no member draws the same as this plan.
  BatchPlan forMember(int m) {
    Key own = key.fold(-1).fold(m);
    return new BatchPlan(data, batchSize, own, shuffle, transform, mix, rest);
  }

  Dataset data() {
    return data;
  }

  int batchSize() {
    return batchSize;
  }

  int count() {
    int whole = data.size() / batchSize;
    return switch (rest) {
      case KEEP -> Math.ceilDiv(data.size(), batchSize);
      case DROP -> whole;
      case JOIN -> Math.max(whole, Math.min(1, data.size()));
    };
  }

  int examples() {
    return rest == Rest.DROP ? count() * batchSize : data.size();
  }

  /// An epoch's children: 0 shuffles, `index + 1` transforms a batch, `−1 − index` mixes it.
  Batch batch(int epoch, int index) {
    int from = index * batchSize;
    boolean joined = rest == Rest.JOIN && index == count() - 1;
    int n = joined ? data.size() - from : Math.min(batchSize, data.size() - from);
    int[] order = shuffle ? order(epoch) : null;
    int elements = data.elements();
    float[] x = new float[n * elements];
    int[] examples = new int[n];
    Arrays.setAll(examples, i -> order == null ? from + i : order[from + i]);
    Parallel.ranges(
        n,
        Math.max(1, GRAIN / elements),
        (first, end) -> {
          for (int i = first; i < end; i++) {
            data.read(examples[i], x, i * elements);
          }
        });
    int[] shape = data.shape();
    int[] dims = new int[shape.length + 1];
    dims[0] = n;
    System.arraycopy(shape, 0, dims, 1, shape.length);
    Key of = key.fold(epoch);
    Tensor inputs = transform.apply(Array.wrap(x, Shape.of(dims)), of.fold(index + 1));
    Batch batch = new Batch(inputs, data.targets(examples));
    return mix.apply(batch, data.numClasses(), of.fold(-1 - index));
  }

  private int[] order(int epoch) {
    Order now = orders.get(epoch & 1);
    if (now == null || now.epoch != epoch) {
      now = new Order(epoch, key.fold(epoch).fold(0).permutation(data.size()).toInts());
      orders.set(epoch & 1, now);
    }
    return now.examples;
  }
}
