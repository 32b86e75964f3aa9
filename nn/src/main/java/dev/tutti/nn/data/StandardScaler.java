package dev.tutti.nn.data;

import dev.tutti.engine.Key;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.io.DataError;
import java.util.Arrays;
import java.util.List;

/// `(x − mean) / scale` for each column, with the mean and the population deviation of the data
/// that it was fitted on: scikit-learn's `StandardScaler`. Columns are the last axis: the features
/// of a table, its targets, the channels of images.
///
/// It is fitted on the training part alone and applied to all parts. It is a tree of two tensors,
/// so a checkpoint or a state dict can hold it.
///
/// {@snippet :
/// float[][] x = {{1, 200}, {2, 300}, {3, 100}, {4, 400}};
/// Dataset.Split parts = Dataset.ofTable("t", x, new float[] {1, 2, 3, 4}).split(0.25, 1);
/// StandardScaler features = StandardScaler.fit(parts.train());
/// Dataset train = features.apply(parts.train());
/// Dataset test = features.apply(parts.test());
/// StandardScaler target = StandardScaler.fit(parts.train().targets());
/// Tensor scaled = target.apply(parts.train().targets());
/// Tensor again = target.inverse(scaled);
/// }
///
/// @param mean `[F]`
/// @param scale `[F]`, 1 for a column that is constant
/// @param columns the names of a table's columns, which a table that it is applied to must have in
///   this order; none if it was fitted on a tensor or images
public record StandardScaler(Tensor mean, Tensor scale, List<String> columns)
    implements Transform, Preprocessing {
  /// A scaler of columns without names.
  public StandardScaler(Tensor mean, Tensor scale) {
    this(mean, scale, List.of());
  }

  /// The relative precision of float64, which decides what is constant.
  private static final double EPS = Math.ulp(1.0);

  /// {@return the scaler of a data set's features or channels}
  ///
  /// @throws DataError if the set is empty, a value is missing (see [Imputer]), or a column holds
  ///   texts (see [OneHotEncoder])
  public static StandardScaler fit(Dataset data) {
    for (Column column : data.columns()) {
      if (column.isCategorical()) {
        throw new DataError(
            "%s: column %s holds texts; a OneHotEncoder comes before the scaler"
                .formatted(data.name(), DataError.quoted(column.name())));
      }
    }
    int[] shape = data.shape();
    int columns = shape[shape.length - 1];
    return new Fit(data.name(), columns, data.columns())
        .scaler(data.size(), data.elements(), data::read);
  }

  /// {@return the scaler of the columns of `[…, F]`, [Dataset#targets] for instance}
  ///
  /// @throws ShapeError if there is one axis only, or the values are not floats
  /// @throws DataError if there is no value, or one is not finite
  public static StandardScaler fit(Tensor x) {
    if (x.rank() < 2 || !x.dtype().isFloat()) {
      throw new ShapeError(
          "standard scaler: got %s%s; floats [N, F] are needed".formatted(x.dtype(), x.shape()));
    }
    float[] values = x.toFloats();
    int columns = x.dim(-1);
    int rows = columns == 0 ? 0 : values.length / columns;
    return new Fit("standard scaler", columns, List.of())
        .scaler(
            rows,
            columns,
            (i, to, offset) -> System.arraycopy(values, i * columns, to, offset, columns));
  }

  private interface Rows {
    void read(int i, float[] to, int offset);
  }

  /// Two passes in float64, so that a large mean costs no digits of a small deviation.
  ///
  /// @param named the columns of a table, else none
  private record Fit(String name, int columns, List<Column> named) {
    StandardScaler scaler(int count, int elements, Rows rows) {
      if (count == 0 || columns == 0) {
        throw new DataError(name + ": no values to fit a scaler on");
      }
      int each = elements / columns; // 1 for a table, an image's pixels
      double n = (double) count * each;
      float[] x = new float[elements];
      double[] mean = new double[columns];
      for (int i = 0; i < count; i++) {
        rows.read(i, x, 0);
        for (int k = 0; k < elements; k++) {
          requireFinite(i, k % columns, x[k]);
          mean[k % columns] += x[k];
        }
      }
      Arrays.setAll(mean, c -> mean[c] / n);
      double[] variance = new double[columns];
      for (int i = 0; i < count; i++) {
        rows.read(i, x, 0);
        for (int k = 0; k < elements; k++) {
          double deviation = x[k] - mean[k % columns];
          variance[k % columns] += deviation * deviation;
        }
      }
      float[] means = new float[columns];
      float[] scales = new float[columns];
      for (int c = 0; c < columns; c++) {
        means[c] = (float) mean[c];
        float deviation = (float) Math.sqrt(variance[c] / n);
        scales[c] = isConstant(mean[c], variance[c] / n, n) || deviation == 0 ? 1 : deviation;
      }
      return new StandardScaler(
          Tensor.of(means), Tensor.of(scales), named.stream().map(Column::name).toList());
    }

    /// Whether a variance is no more than rounding makes of equal values, as scikit-learn decides.
    private static boolean isConstant(double mean, double variance, double n) {
      double rounding = n * mean * EPS;
      return variance <= n * EPS * variance + rounding * rounding;
    }

    private void requireFinite(int row, int c, float value) {
      if (!Float.isFinite(value)) {
        throw new DataError(
            "%s: row %d, column %s is %s; an Imputer, before the scaler, fills missing values"
                .formatted(
                    name, row, named.isEmpty() ? c : DataError.quoted(named.get(c).name()), value));
      }
    }
  }

  /// {@return `(x − mean) / scale` of `[…, F]`}
  public Tensor apply(Tensor x) {
    return fitting(x).sub(mean).div(scale);
  }

  /// {@return [#apply(Tensor)]: `batches.transformed(scaler)`; nothing is drawn from `key`}
  @Override
  public Tensor apply(Tensor x, Key key) {
    return apply(x);
  }

  /// {@return the table with scaled features, in memory}
  ///
  /// @throws DataError if its columns have other names, or another order, than those that this was
  ///   fitted on
  /// @throws ShapeError if the examples are not rows of F features; images are scaled batch by
  ///   batch, `batches.transformed(scaler)`
  @Override
  public Dataset apply(Dataset table) {
    table.requireTable("standard scaler");
    float[] means = mean.toFloats();
    float[] scales = scale.toFloats();
    if (table.elements() != means.length) {
      throw unfit(Arrays.toString(table.shape()));
    }
    Column.requireNames("standard scaler", columns, table);
    return table.changed(
        "standard scaler",
        table.columns(),
        (i, from, to) -> {
          for (int c = 0; c < to.length; c++) {
            to[c] = (from[c] - means[c]) / scales[c];
          }
        });
  }

  /// {@return `x · scale + mean` of `[…, F]`: values, or means of predictions, in their own unit}
  public Tensor inverse(Tensor x) {
    return fitting(x).mul(scale).add(mean);
  }

  /// {@return `v · scale²` of `[…, F]`: variances in the square of the values' own unit}
  public Tensor inverseVariance(Tensor v) {
    return fitting(v).mul(scale.mul(scale));
  }

  private Tensor fitting(Tensor x) {
    if (x.rank() == 0 || x.dim(-1) != mean.dim(0)) {
      throw unfit(x.shape().toString());
    }
    return x;
  }

  private ShapeError unfit(String shape) {
    return new ShapeError(
        "standard scaler: was fitted on %s columns, got %s".formatted(mean.dim(0), shape));
  }
}
