package dev.tutti.nn.data;

import dev.tutti.engine.Array;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.io.DataError;
import java.util.List;
import java.util.stream.IntStream;

/// What a network is to say of every example: its class, or numbers.
sealed interface Targets {
  int count();

  /// The targets of the examples at `indices`, in that order.
  Targets select(int[] indices);

  /// Those of the examples at `indices` as a batch has them.
  Tensor batch(int[] indices);

  /// For each example a number below [#strata] that splits keep the shares of.
  int[] stratum();

  int strata();

  /// Class labels, `[B]` in a batch.
  record Classes(int[] labels, List<String> names) implements Targets {
    /// {@return the labels of `count` examples of the set `set`, which are not copied}
    static Classes of(String set, int count, int[] labels, List<String> names) {
      if (labels.length != count) {
        throw new DataError("%s: %d examples, but %d labels".formatted(set, count, labels.length));
      }
      for (int i = 0; i < count; i++) {
        if (labels[i] < 0 || labels[i] >= names.size()) {
          throw new DataError(
              "%s: label %d of example %d; with %d classes it must be in 0..%d"
                  .formatted(set, labels[i], i, names.size(), names.size() - 1));
        }
      }
      return new Classes(labels, List.copyOf(names));
    }

    @Override
    public int count() {
      return labels.length;
    }

    @Override
    public Classes select(int[] indices) {
      return new Classes(Examples.pick(labels, indices), names);
    }

    @Override
    public Tensor batch(int[] indices) {
      return Tensor.of(Examples.pick(labels, indices));
    }

    @Override
    public int[] stratum() {
      return labels;
    }

    @Override
    public int strata() {
      return names.size();
    }
  }

  /// Numbers, `[B, T]` in a batch. Splits take them as one class.
  record Values(float[][] rows, List<String> names) implements Targets {
    /// {@return the numbers of `count` examples of the set `set`, which are not copied}
    static Values of(String set, int count, float[][] rows, List<String> names) {
      if (rows.length != count) {
        throw new DataError(
            "%s: %d examples, but targets for %d".formatted(set, count, rows.length));
      }
      Examples.Rows.requireWidth(set, "targets", rows, names.size());
      for (int i = 0; i < count; i++) {
        for (int t = 0; t < rows[i].length; t++) {
          if (!Float.isFinite(rows[i][t])) {
            throw new DataError(
                "%s: %s of example %d is %s; a finite number is needed"
                    .formatted(set, names.get(t), i, rows[i][t]));
          }
        }
      }
      return new Values(rows, List.copyOf(names));
    }

    @Override
    public int count() {
      return rows.length;
    }

    @Override
    public Values select(int[] indices) {
      return new Values(Examples.pick(rows, indices), names);
    }

    @Override
    public Tensor batch(int[] indices) {
      int width = names.size();
      float[] values = new float[indices.length * width];
      for (int i = 0; i < indices.length; i++) {
        System.arraycopy(rows[indices[i]], 0, values, i * width, width);
      }
      return Array.wrap(values, Shape.of(indices.length, width));
    }

    @Override
    public int[] stratum() {
      return new int[rows.length];
    }

    @Override
    public int strata() {
      return 1;
    }

    /// {@return names for as many numbers as a row has: `target`, or `target 0`, `target 1`, …}
    static List<String> names(float[][] rows) {
      int width = rows.length == 0 ? 1 : rows[0].length;
      return IntStream.range(0, width)
          .mapToObj(t -> width == 1 ? "target" : "target " + t)
          .toList();
    }
  }
}
