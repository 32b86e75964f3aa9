package dev.tutti.nn.data;

import dev.tutti.engine.Array;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import java.util.Arrays;
import java.util.List;

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
    public Classes {
      names = List.copyOf(names);
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
    public Values {
      names = List.copyOf(names);
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

    /// {@return `target` for one, `target 0`, `target 1`, … for several}
    static List<String> names(int width) {
      String[] names = new String[width];
      Arrays.setAll(names, t -> width == 1 ? "target" : "target " + t);
      return List.of(names);
    }
  }
}
