package dev.tutti.nn.data;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;

/// The batches of a data set, each a pure function of the epoch and its number: any thread may ask
/// for any batch and gets the same one.
public final class Batches {
  private final Dataset data;
  private final int batchSize;
  private final Key shuffle;
  private final Transform transform;
  private final boolean dropLast;
  private volatile Order order;

  private record Order(int epoch, int[] examples) {}

  private Batches(Dataset data, int batchSize, Key shuffle, Transform transform, boolean dropLast) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size must be at least 1, got " + batchSize);
    }
    this.data = data;
    this.batchSize = batchSize;
    this.shuffle = shuffle;
    this.transform = transform;
    this.dropLast = dropLast;
  }

  /// {@return batches in the order of the data, the last one holding the remainder}
  public static Batches of(Dataset data, int batchSize) {
    return new Batches(data, batchSize, null, Transform.none(), false);
  }

  /// {@return these batches in an order drawn anew for every epoch}
  public Batches shuffled(Key key) {
    return new Batches(data, batchSize, key, transform, dropLast);
  }

  /// {@return these batches with inputs changed by `t`}
  public Batches transformed(Transform t) {
    return new Batches(data, batchSize, shuffle, t, dropLast);
  }

  /// {@return these batches without the incomplete last one}
  public Batches dropLast() {
    return new Batches(data, batchSize, shuffle, transform, true);
  }

  /// {@return the data set}
  public Dataset data() {
    return data;
  }

  /// {@return the number of batches of an epoch}
  public int count() {
    return dropLast ? data.size() / batchSize : Math.ceilDiv(data.size(), batchSize);
  }

  /// {@return the number of examples that an epoch visits}
  public int examples() {
    return dropLast ? count() * batchSize : data.size();
  }

  /// {@return batch `index` of `epoch`}
  ///
  /// @throws IndexOutOfBoundsException when an epoch has no such batch
  public Batch batch(int epoch, int index) {
    if (index < 0 || index >= count()) {
      throw new IndexOutOfBoundsException(
          data.name() + ": batch " + index + "; an epoch has " + count() + " (from 0)");
    }
    int from = index * batchSize;
    int n = Math.min(batchSize, data.size() - from);
    int[] order = shuffle == null ? null : order(epoch);
    float[] x = new float[n * data.elements()];
    int[] labels = new int[n];
    for (int i = 0; i < n; i++) {
      int example = order == null ? from + i : order[from + i];
      data.read(example, x, i * data.elements());
      labels[i] = data.label(example);
    }
    int[] shape = data.shape();
    int[] dims = new int[shape.length + 1];
    dims[0] = n;
    System.arraycopy(shape, 0, dims, 1, shape.length);
    Key key = shuffle == null ? Key.of(0) : shuffle.fold(epoch).fold(index + 1);
    return new Batch(transform.apply(Tensor.of(x, dims), key), Tensor.of(labels));
  }

  private int[] order(int epoch) {
    Order now = order;
    if (now == null || now.epoch != epoch) {
      now = new Order(epoch, shuffle.fold(epoch).fold(0).permutation(data.size()).toInts());
      order = now;
    }
    return now.examples;
  }
}
