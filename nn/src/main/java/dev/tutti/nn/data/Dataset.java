package dev.tutti.nn.data;

import dev.tutti.engine.Key;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.io.DataError;
import dev.tutti.nn.io.Memory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Examples with what a network is to say of them, in memory or decoded when they are read
/// ([ImageFolder#lazy]). Immutable.
///
/// An example is either an image, bytes in `[H, W, C]` order (the byte v means v/255), or a row of
/// a table, floats `[F]`. In a set for classification label i is an index into [#classes]; in one
/// for regression ([#isRegression]) each example has T numbers, [#targets]. Subsets ([#take],
/// [#select], [#split]) share the examples with the set they come from and copy none of them.
public final class Dataset {
  /// What a row takes besides its numbers: header, padding, reference.
  private static final long ROW_BYTES = 28;

  private final String name;
  private final int[] shape;
  private final List<Column> columns; // of a table
  private final Examples examples;
  private final Targets targets;

  private Dataset(
      String name, int[] shape, List<Column> columns, Examples examples, Targets targets) {
    this.name = name;
    this.shape = shape;
    this.columns = columns;
    this.examples = examples;
    this.targets = targets;
  }

  /// Two disjoint parts of one data set.
  public static record Split(Dataset train, Dataset test) {
    public Split {
      if (train == null || test == null) {
        throw new IllegalArgumentException("Split: both parts are needed");
      }
    }
  }

  /// Images of `height` × `width` × `channels`; `pixels[i]` holds image i in `[H, W, C]` order. The
  /// arrays are copied.
  ///
  /// @throws DataError if an image has another number of bytes, a label is outside `classes`, or
  ///   there are not as many labels as images
  public static Dataset ofImages(
      String name,
      int height,
      int width,
      int channels,
      byte[][] pixels,
      int[] labels,
      List<String> classes) {
    byte[][] copy = new byte[pixels.length][];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = pixels[i].clone();
    }
    return ofOwnedImages(name, height, width, channels, copy, labels.clone(), classes);
  }

  /// [#ofImages] without the copies, for readers that hand over the arrays they have filled.
  public static Dataset ofOwnedImages(
      String name,
      int height,
      int width,
      int channels,
      byte[][] pixels,
      int[] labels,
      List<String> classes) {
    long elements = checkedElements(name, height, width, channels);
    for (int i = 0; i < pixels.length; i++) {
      if (pixels[i].length != elements) {
        throw new DataError(
            "%s: image %d has %d bytes, %d×%d×%d needs %d"
                .formatted(name, i, pixels[i].length, height, width, channels, elements));
      }
    }
    return ofExamples(
        name, new int[] {height, width, channels}, new Examples.Pixels(pixels), labels, classes);
  }

  private static long checkedElements(String name, int height, int width, int channels) {
    if (height < 1 || width < 1 || channels < 1) {
      throw new DataError(
          "%s: images of %d×%d×%d; every side must be at least 1"
              .formatted(name, height, width, channels));
    }
    long elements = (long) height * width;
    if (elements > Integer.MAX_VALUE || elements * channels > Integer.MAX_VALUE) {
      throw new DataError(
          "%s: images of %d×%d×%d; an example may have at most %d values"
              .formatted(name, height, width, channels, Integer.MAX_VALUE));
    }
    return elements * channels;
  }

  /// A table of float features; `rows[i]` holds row i. The arrays are copied.
  ///
  /// @throws DataError if the rows differ in length or have none, a label is outside `classes`, or
  ///   there are not as many labels as rows
  public static Dataset ofTable(String name, float[][] rows, int[] labels, List<String> classes) {
    float[][] copy = copy(rows);
    return ofOwnedTable(name, Column.numbered(copy), copy, labels.clone(), classes);
  }

  /// A table of float features for regression: `targets[i]` holds the T numbers of row i. The
  /// arrays are copied.
  ///
  /// @throws DataError if the rows or the targets differ in length or have none, a target is not
  ///   finite, or there are not as many targets as rows
  public static Dataset ofTable(String name, float[][] rows, float[][] targets) {
    float[][] copy = copy(rows);
    float[][] own = copy(targets);
    return ofOwnedTable(name, Column.numbered(copy), copy, own, Targets.Values.names(own));
  }

  /// [#ofTable(String, float\[\]\[\], float\[\]\[\])] with one number for each row, T = 1.
  public static Dataset ofTable(String name, float[][] rows, float[] targets) {
    float[][] column = new float[targets.length][];
    Arrays.setAll(column, i -> new float[] {targets[i]});
    return ofTable(name, rows, column);
  }

  private static float[][] copy(float[][] rows) {
    float[][] copy = new float[rows.length][];
    Arrays.setAll(copy, i -> rows[i].clone());
    return copy;
  }

  /// [#ofTable] without the copies, for readers that hand over the arrays they have filled.
  public static Dataset ofOwnedTable(
      String name, List<Column> columns, float[][] rows, int[] labels, List<String> classes) {
    return table(name, columns, rows, Targets.Classes.of(name, rows.length, labels, classes));
  }

  /// A table for regression without the copies.
  public static Dataset ofOwnedTable(
      String name,
      List<Column> columns,
      float[][] rows,
      float[][] targets,
      List<String> targetNames) {
    return table(name, columns, rows, Targets.Values.of(name, rows.length, targets, targetNames));
  }

  private static Dataset table(String name, List<Column> columns, float[][] rows, Targets targets) {
    Examples examples = Examples.Rows.of(name, rows);
    return new Dataset(name, new int[] {columns.size()}, List.copyOf(columns), examples, targets);
  }

  /// Images of `shape` from any source. The arrays are not copied.
  public static Dataset ofExamples(
      String name, int[] shape, Examples examples, int[] labels, List<String> classes) {
    Targets targets = Targets.Classes.of(name, examples.count(), labels, classes);
    return new Dataset(name, shape, List.of(), examples, targets);
  }

  /// The same examples, images as well, with numbers as targets: `[N, T]`, or `[N]` for T = 1. The
  /// names of the former targets are kept if there were as many.
  ///
  /// @throws DataError if there are not as many as examples, or one is not finite
  public Dataset withTargets(Tensor values) {
    if (values.rank() != 1 && values.rank() != 2 || !values.dtype().isFloat()) {
      throw new ShapeError(
          "%s: targets %s%s; floats [N] or [N, T] are needed"
              .formatted(name, values.dtype(), values.shape()));
    }
    float[] flat = values.toFloats();
    int width = values.rank() == 1 ? 1 : values.dim(1);
    float[][] rows = new float[values.dim(0)][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(flat, i * width, (i + 1) * width));
    boolean same = isRegression() && targetNames().size() == width;
    List<String> names = same ? targetNames() : Targets.Values.names(rows);
    Targets numbers = Targets.Values.of(name, size(), rows, names);
    return new Dataset(name, shape, columns, examples, numbers);
  }

  /// How row `i` of a table becomes one of other columns, `to`, which holds zeros.
  interface RowChange {
    void write(int i, float[] from, float[] to);
  }

  /// The table with other columns, in memory.
  ///
  /// @throws ShapeError if the examples are not rows of a table
  Dataset changed(String operation, List<Column> to, RowChange change) {
    requireTable(operation);
    Memory.check(name, size() * (4L * to.size() + ROW_BYTES));
    float[] from = new float[elements()];
    float[][] rows = new float[size()][to.size()];
    for (int i = 0; i < rows.length; i++) {
      read(i, from, 0);
      change.write(i, from, rows[i]);
    }
    return new Dataset(name, new int[] {to.size()}, to, new Examples.Rows(rows), targets);
  }

  /// Raises [ShapeError] if the examples are not rows of a table.
  void requireTable(String operation) {
    if (shape.length != 1) {
      throw new ShapeError(operation + ": needs rows of a table, got " + this);
    }
  }

  /// A table's columns, the features, in the order of an example's values; none for images.
  public List<Column> columns() {
    return columns;
  }

  public String name() {
    return name;
  }

  /// The number of examples.
  public int size() {
    return targets.count();
  }

  /// The shape of one example: `[H, W, C]` for images, `[F]` for a table.
  public int[] shape() {
    return shape.clone();
  }

  /// The number of values in one example: the product of [#shape].
  public int elements() {
    return shape.length == 1 ? shape[0] : shape[0] * shape[1] * shape[2];
  }

  /// The name of every class; a label is an index into this list. A set for regression has none.
  public List<String> classes() {
    return targets instanceof Targets.Classes of ? of.names() : List.of();
  }

  public int numClasses() {
    return classes().size();
  }

  /// The label of example `i`.
  ///
  /// @throws DataError if targets are numbers
  public int label(int i) {
    return labelled().labels()[index(i)];
  }

  /// All labels, in a new array.
  ///
  /// @throws DataError if targets are numbers
  public int[] labels() {
    return labelled().labels().clone();
  }

  private Targets.Classes labelled() {
    if (targets instanceof Targets.Classes labels) {
      return labels;
    }
    throw new DataError(
        "%s: its targets are numbers (%s), not class labels"
            .formatted(name, String.join(", ", targetNames())));
  }

  /// Whether the targets are numbers, and not class labels.
  public boolean isRegression() {
    return targets instanceof Targets.Values;
  }

  /// The numbers that a network is to predict, float32 `[N, T]`.
  ///
  /// @throws DataError if targets are class labels
  public Tensor targets() {
    return numbers().batch(all(size()));
  }

  /// The name of each of the T numbers.
  ///
  /// @throws DataError if targets are class labels
  public List<String> targetNames() {
    return numbers().names();
  }

  private Targets.Values numbers() {
    if (targets instanceof Targets.Values numbers) {
      return numbers;
    }
    throw new DataError(name + ": its targets are class labels, not numbers");
  }

  /// What [Batch] has of the examples at `indices`: int32 labels `[B]` or numbers `[B, T]`.
  Tensor targets(int[] indices) {
    return targets.batch(indices);
  }

  /// For each example its class, or 0 if the targets are numbers.
  int[] strata() {
    return targets.stratum();
  }

  int numStrata() {
    return targets.strata();
  }

  /// Writes the [#elements] values of example `i` to `to`, from `offset` on: v/255 for the bytes of
  /// an image, the floats of a table's row as they are.
  public void read(int i, float[] to, int offset) {
    index(i);
    int count = elements();
    if (offset < 0 || offset > to.length - count) {
      throw new IndexOutOfBoundsException(
          "%s: an example has %d values; they do not fit at %d in an array of %d"
              .formatted(name, count, offset, to.length));
    }
    examples.read(i, to, offset);
  }

  /// The first `n` examples, or all if there are fewer.
  public Dataset take(int n) {
    if (n < 0) {
      throw new IllegalArgumentException(name + ": take(" + n + "); at least 0 is needed");
    }
    return n >= size() ? this : select(all(n));
  }

  /// The examples at `indices`, in that order; an index may occur more than once.
  public Dataset select(int[] indices) {
    for (int i : indices) {
      index(i);
    }
    return new Dataset(name, shape, columns, examples.select(indices), targets.select(indices));
  }

  /// Images that `by` changes when they are read, image i by what `key` draws for i.
  public Dataset changed(ImageTransform by, Key key) {
    if (shape.length != 3) {
      throw new ShapeError(by.name() + ": " + name + " holds no images, but " + this);
    }
    return new Dataset(
        name,
        shape,
        columns,
        new Examples.Changed(examples, shape, by.draw(key, size()), all(size())),
        targets);
  }

  /// The same images with rows and columns exchanged, `[W, H, C]`: EMNIST's files hold them so.
  ///
  /// @throws ShapeError if the examples are not images
  public Dataset transposed() {
    if (shape.length != 3) {
      throw new ShapeError("transposed: " + name + " holds no images, but " + this);
    }
    return new Dataset(
        name,
        new int[] {shape[1], shape[0], shape[2]},
        columns,
        new TransposedImages(examples, shape),
        targets);
  }

  private static int[] all(int n) {
    return IntStream.range(0, n).toArray();
  }

  /// The same examples under another name.
  public Dataset named(String name) {
    return new Dataset(name, shape, columns, examples, targets);
  }

  /// Splits the set in two, class by class: of a class with n examples, round(n · testFraction) go
  /// to the test part, but at least one and at most n − 1 if n ≥ 2; a class's only example goes to
  /// the train part. In a set for regression all examples are of one class.
  ///
  /// Which ones, and the order of both parts, depends on `seed` and the examples' positions alone.
  /// Both parts are in random order, so that `take(n)` of a part is a fair sample of it.
  public Split split(double testFraction, long seed) {
    return Splits.holdOut(this, testFraction, seed);
  }

  private int index(int i) {
    if (i < 0 || i >= size()) {
      throw new IndexOutOfBoundsException(
          "%s: example %d; the set holds %d (from 0)".formatted(name, i, size()));
    }
    return i;
  }

  @Override
  public String toString() {
    String told =
        isRegression()
            ? (targetNames().size() == 1 ? "1 target" : targetNames().size() + " targets")
            : numClasses() + " classes";
    return "%s: %d × %s, %s".formatted(name, size(), Arrays.toString(shape), told);
  }
}
