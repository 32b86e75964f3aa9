package dev.tutti.nn.data;

import dev.tutti.nn.io.DataError;
import java.util.Arrays;

/// The source of the values of a data set's examples. Any thread may read.
public interface Examples {
  int count();

  /// Writes the values of example `i` to `to`, from `offset` on.
  void read(int i, float[] to, int offset);

  /// The examples at `indices`, in that order.
  Examples select(int[] indices);

  /// {@return the elements at `indices`}
  static <T> T[] pick(T[] from, int[] indices) {
    T[] picked = Arrays.copyOf(from, indices.length);
    Arrays.setAll(picked, k -> from[indices[k]]);
    return picked;
  }

  /// {@return the numbers at `indices`}
  static int[] pick(int[] from, int[] indices) {
    return Arrays.stream(indices).map(i -> from[i]).toArray();
  }

  /// Rows of a table in memory.
  record Rows(float[][] rows) implements Examples {
    /// {@return the rows of the table `name`, which are not copied}
    ///
    /// @throws DataError if there are none, they have no cells or differ in length
    static Rows of(String name, float[][] rows) {
      if (rows.length == 0) {
        throw new DataError(name + ": a table without rows has no width");
      }
      requireWidth(name, "features", rows, rows[0].length);
      return new Rows(rows);
    }

    /// Raises [DataError] unless each row has `width` numbers, at least 1.
    static void requireWidth(String name, String what, float[][] rows, int width) {
      for (int i = 0; i < rows.length; i++) {
        if (rows[i].length == 0) {
          throw new DataError("%s: row %d has no %s".formatted(name, i, what));
        }
        if (rows[i].length != width) {
          throw new DataError(
              "%s: row %d has %d %s, row 0 has %d".formatted(name, i, rows[i].length, what, width));
        }
      }
    }

    @Override
    public int count() {
      return rows.length;
    }

    @Override
    public void read(int i, float[] to, int offset) {
      System.arraycopy(rows[i], 0, to, offset, rows[i].length);
    }

    @Override
    public Rows select(int[] indices) {
      return new Rows(pick(rows, indices));
    }
  }

  /// Images in memory, bytes in `[H, W, C]` order.
  record Pixels(byte[][] images) implements Examples {
    private static final float[] UNIT = new float[256];

    static {
      for (int v = 0; v < 256; v++) {
        UNIT[v] = v / 255f;
      }
    }

    @Override
    public int count() {
      return images.length;
    }

    @Override
    public void read(int i, float[] to, int offset) {
      write(images[i], 0, images[i].length, to, offset);
    }

    /// Writes `count` bytes v of an image, from `first` on, as v/255.
    public static void write(byte[] image, int first, int count, float[] to, int offset) {
      for (int k = 0; k < count; k++) {
        to[offset + k] = UNIT[image[first + k] & 0xff];
      }
    }

    @Override
    public Pixels select(int[] indices) {
      return new Pixels(pick(images, indices));
    }
  }

  /// Images that are changed when they are read.
  ///
  /// @param numbers what each image's number was when the change was drawn
  record Changed(Examples images, int[] shape, ImageTransform.Change change, int[] numbers)
      implements Examples {
    @Override
    public int count() {
      return numbers.length;
    }

    @Override
    public void read(int i, float[] to, int offset) {
      float[] image = new float[shape[0] * shape[1] * shape[2]];
      images.read(i, image, 0);
      float[] changed =
          change.of(new FloatImage(shape[0], shape[1], shape[2], image), numbers[i]).values();
      System.arraycopy(changed, 0, to, offset, changed.length);
    }

    @Override
    public Changed select(int[] indices) {
      return new Changed(images.select(indices), shape, change, pick(numbers, indices));
    }
  }
}
