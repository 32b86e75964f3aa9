package dev.tutti.nn.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Labelled examples in memory, for classification. Immutable.
///
/// An example is either an image, bytes in `[H, W, C]` order where the byte v means v/255, or a row
/// of a table, floats `[F]`. Label i is an index into [#classes]. Subsets ([#take], [#select],
/// [#split]) share the examples with the set they come from and copy none of them.
public final class Dataset {
  private static final float[] UNIT = new float[256];

  static {
    for (int v = 0; v < 256; v++) {
      UNIT[v] = v / 255f;
    }
  }

  private final String name;
  private final int[] shape;
  private final byte[][] pixels; // null for a table
  private final float[][] rows; // null for images
  private final int[] labels;
  private final List<String> classes;

  private Dataset(
      String name,
      int[] shape,
      byte[][] pixels,
      float[][] rows,
      int[] labels,
      List<String> classes) {
    this.name = name;
    this.shape = shape;
    this.pixels = pixels;
    this.rows = rows;
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
  /// @throws DataError where an image has another number of bytes, a label is outside `classes`, or
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
    elements *= channels;
    for (int i = 0; i < pixels.length; i++) {
      if (pixels[i].length != elements) {
        throw new DataError(
            "%s: image %d has %d bytes, %d×%d×%d needs %d"
                .formatted(name, i, pixels[i].length, height, width, channels, elements));
      }
    }
    int[] shape = {height, width, channels};
    return checked(new Dataset(name, shape, pixels, null, labels, List.copyOf(classes)));
  }

  /// A table of float features; `rows[i]` holds row i. The arrays are copied.
  ///
  /// @throws DataError where the rows differ in length or have none, a label is outside `classes`,
  ///   or there are not as many labels as rows
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
    return checked(new Dataset(name, new int[] {width}, null, rows, labels, List.copyOf(classes)));
  }

  private static Dataset checked(Dataset set) {
    int count = set.pixels == null ? set.rows.length : set.pixels.length;
    if (set.labels.length != count) {
      throw new DataError(
          "%s: %d examples, but %d labels".formatted(set.name, count, set.labels.length));
    }
    for (int i = 0; i < count; i++) {
      int label = set.labels[i];
      if (label < 0 || label >= set.classes.size()) {
        throw new DataError(
            "%s: label %d of example %d; with %d classes it must be in 0..%d"
                .formatted(set.name, label, i, set.classes.size(), set.classes.size() - 1));
      }
    }
    return set;
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
    if (rows != null) {
      System.arraycopy(rows[i], 0, to, offset, count);
      return;
    }
    byte[] image = pixels[i];
    for (int k = 0; k < count; k++) {
      to[offset + k] = UNIT[image[k] & 0xff];
    }
  }

  /// The first `n` examples, or all where there are fewer.
  public Dataset take(int n) {
    if (n < 0) {
      throw new IllegalArgumentException(name + ": take(" + n + "); at least 0 is needed");
    }
    if (n >= size()) {
      return this;
    }
    return new Dataset(
        name,
        shape,
        pixels == null ? null : Arrays.copyOf(pixels, n),
        rows == null ? null : Arrays.copyOf(rows, n),
        Arrays.copyOf(labels, n),
        classes);
  }

  /// The examples at `indices`, in that order; an index may occur more than once.
  public Dataset select(int[] indices) {
    int n = indices.length;
    byte[][] chosenPixels = pixels == null ? null : new byte[n][];
    float[][] chosenRows = rows == null ? null : new float[n][];
    int[] chosenLabels = new int[n];
    for (int k = 0; k < n; k++) {
      int i = index(indices[k]);
      chosenLabels[k] = labels[i];
      if (chosenPixels != null) {
        chosenPixels[k] = pixels[i];
      } else {
        chosenRows[k] = rows[i];
      }
    }
    return new Dataset(name, shape, chosenPixels, chosenRows, chosenLabels, classes);
  }

  /// The same examples under another name.
  public Dataset named(String name) {
    return new Dataset(name, shape, pixels, rows, labels, classes);
  }

  /// Splits the set in two, class by class: of a class with n examples, round(n · testFraction) go
  /// to the test part, but at least one and at most n − 1 where n ≥ 2; a class's only example goes
  /// to the train part.
  ///
  /// Which ones, and the order of both parts, depends on `seed` and the examples' positions alone.
  /// Both parts are in random order, so that `take(n)` of a part is a fair sample of it.
  public Split split(double testFraction, long seed) {
    if (!(testFraction > 0 && testFraction < 1)) {
      throw new IllegalArgumentException(
          name + ": split(" + testFraction + "); a fraction between 0 and 1 is needed");
    }
    int[] order = shuffled(size(), seed);
    int[] left = new int[numClasses()];
    for (int label : labels) {
      left[label]++;
    }
    for (int c = 0; c < left.length; c++) {
      int n = left[c];
      left[c] = n < 2 ? 0 : Math.clamp(Math.round(n * testFraction), 1, n - 1);
    }
    int tests = Arrays.stream(left).sum();
    int[] train = new int[size() - tests];
    int[] test = new int[tests];
    int trainCount = 0;
    int testCount = 0;
    for (int i : order) {
      if (left[labels[i]] > 0) {
        left[labels[i]]--;
        test[testCount++] = i;
      } else {
        train[trainCount++] = i;
      }
    }
    return new Split(select(train), select(test));
  }

  /// The positions 0..n−1 sorted by a hash of `seed` and the position.
  private static int[] shuffled(int n, long seed) {
    record Ranked(long rank, int position) {}

    List<Ranked> ranked = new ArrayList<>(n);
    long start = mix(seed);
    for (int i = 0; i < n; i++) {
      // Distinct counters give distinct ranks: an odd multiplier and mix are both bijections.
      ranked.add(new Ranked(mix(start + i * 0x9e3779b97f4a7c15L), i));
    }
    ranked.sort((a, b) -> Long.compareUnsigned(a.rank, b.rank));
    int[] order = new int[n];
    for (int k = 0; k < n; k++) {
      order[k] = ranked.get(k).position;
    }
    return order;
  }

  /// A bijection on 64 bits in which every input bit sways every output bit: the finaliser of
  /// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
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
