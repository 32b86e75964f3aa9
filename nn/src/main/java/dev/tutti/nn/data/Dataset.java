package dev.tutti.nn.data;

import dev.tutti.engine.Key;
import dev.tutti.engine.ShapeError;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Labelled examples for classification, in memory or decoded when they are read
/// ([ImageFolder#lazy]). Immutable.
///
/// An example is either an image, bytes in `[H, W, C]` order (the byte v means v/255), or a row of
/// a table, floats `[F]`. Label i is an index into [#classes]. Subsets ([#take], [#select],
/// [#split]) share the examples with the set they come from and copy none of them.
public final class Dataset {
  private final String name;
  private final int[] shape;
  private final Examples examples;
  private final int[] labels;
  private final List<String> classes;

  private Dataset(String name, int[] shape, Examples examples, int[] labels, List<String> classes) {
    this.name = name;
    this.shape = shape;
    this.examples = examples;
    this.labels = labels;
    this.classes = classes;
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
  static Dataset ofOwnedImages(
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
    float[][] copy = new float[rows.length][];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = rows[i].clone();
    }
    return ofOwnedTable(name, copy, labels.clone(), classes);
  }

  /// [#ofTable] without the copies, for readers that hand over the arrays they have filled.
  static Dataset ofOwnedTable(String name, float[][] rows, int[] labels, List<String> classes) {
    if (rows.length == 0) {
      throw new DataError(name + ": a table without rows has no width");
    }
    int width = rows[0].length;
    if (width == 0) {
      throw new DataError(name + ": row 0 has no features");
    }
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != width) {
        throw new DataError(
            "%s: row %d has %d features, row 0 has %d".formatted(name, i, rows[i].length, width));
      }
    }
    return ofExamples(name, new int[] {width}, new Examples.Rows(rows), labels, classes);
  }

  /// Examples of `shape` from any source. The arrays are not copied.
  static Dataset ofExamples(
      String name, int[] shape, Examples examples, int[] labels, List<String> classes) {
    int count = examples.count();
    if (labels.length != count) {
      throw new DataError("%s: %d examples, but %d labels".formatted(name, count, labels.length));
    }
    for (int i = 0; i < count; i++) {
      if (labels[i] < 0 || labels[i] >= classes.size()) {
        throw new DataError(
            "%s: label %d of example %d; with %d classes it must be in 0..%d"
                .formatted(name, labels[i], i, classes.size(), classes.size() - 1));
      }
    }
    return new Dataset(name, shape, examples, labels, List.copyOf(classes));
  }

  public String name() {
    return name;
  }

  /// The number of examples.
  public int size() {
    return labels.length;
  }

  /// The shape of one example: `[H, W, C]` for images, `[F]` for a table.
  public int[] shape() {
    return shape.clone();
  }

  /// The number of values in one example: the product of [#shape].
  public int elements() {
    return shape.length == 1 ? shape[0] : shape[0] * shape[1] * shape[2];
  }

  /// The name of every class; a label is an index into this list.
  public List<String> classes() {
    return classes;
  }

  public int numClasses() {
    return classes.size();
  }

  /// The label of example `i`.
  public int label(int i) {
    return labels[index(i)];
  }

  /// All labels, in a new array.
  public int[] labels() {
    return labels.clone();
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
    return new Dataset(
        name, shape, examples.select(indices), Examples.pick(labels, indices), classes);
  }

  /// Images that `by` changes when they are read, image i by what `key` draws for i.
  Dataset changed(ImageTransform by, Key key) {
    if (shape.length != 3) {
      throw new ShapeError(by.name() + ": " + name + " holds no images, but " + this);
    }
    return new Dataset(
        name,
        shape,
        new Examples.Changed(examples, shape, by.draw(key, size()), all(size())),
        labels,
        classes);
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
        new TransposedImages(examples, shape),
        labels,
        classes);
  }

  private static int[] all(int n) {
    return IntStream.range(0, n).toArray();
  }

  /// The same examples under another name.
  public Dataset named(String name) {
    return new Dataset(name, shape, examples, labels, classes);
  }

  /// Splits the set in two, class by class: of a class with n examples, round(n · testFraction) go
  /// to the test part, but at least one and at most n − 1 if n ≥ 2; a class's only example goes to
  /// the train part.
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
    return "%s: %d × %s, %d classes"
        .formatted(name, size(), Arrays.toString(shape), classes.size());
  }
}
