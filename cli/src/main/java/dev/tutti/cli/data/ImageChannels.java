package dev.tutti.cli.data;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.io.DataError;
import java.util.Arrays;

/// Gives the images of one set the channels of another's, grey and colour being turned into each
/// other.
public final class ImageChannels {
  private ImageChannels() {}

  /// {@return `set` with examples of the shape that `like` has}
  ///
  /// Grey becomes colour by repetition; colour becomes grey by the luma of ITU-R BT.601, `0.299 R +
  /// 0.587 G + 0.114 B`.
  ///
  /// @param resizable whether `--size` goes with the set
  /// @throws DataError if more than grey and colour differ
  public static Dataset fitted(
      String name, Dataset set, boolean resizable, String likeName, Dataset like) {
    int[] from = set.shape();
    int[] to = like.shape();
    if (Arrays.equals(from, to)) {
      return set;
    }
    boolean sameSides = from.length == 3 && to.length == 3 && from[0] == to[0] && from[1] == to[1];
    if (!sameSides || Math.min(from[2], to[2]) != 1 || Math.max(from[2], to[2]) != 3) {
      throw new DataError(
          "--ood %s: its examples are %s, those of %s are %s; choose a set of the same size%s"
              .formatted(
                  name,
                  Arrays.toString(from),
                  likeName,
                  Arrays.toString(to),
                  resizable && to.length == 3
                      ? ", or read it with --size " + new ImageSize(to[0], to[1])
                      : ""));
    }
    byte[][] pixels = new byte[set.size()][];
    float[] image = new float[set.elements()];
    for (int i = 0; i < pixels.length; i++) {
      set.read(i, image, 0);
      pixels[i] = from[2] == 1 ? colour(image) : grey(image);
    }
    return Dataset.ofImages(set.name(), to[0], to[1], to[2], pixels, set.labels(), set.classes());
  }

  private static byte[] colour(float[] grey) {
    byte[] colour = new byte[3 * grey.length];
    for (int k = 0; k < colour.length; k++) {
      colour[k] = toByte(grey[k / 3]);
    }
    return colour;
  }

  private static byte[] grey(float[] colour) {
    byte[] grey = new byte[colour.length / 3];
    for (int k = 0; k < grey.length; k++) {
      grey[k] =
          toByte(0.299f * colour[3 * k] + 0.587f * colour[3 * k + 1] + 0.114f * colour[3 * k + 2]);
    }
    return grey;
  }

  /// The byte of a value in 0 to 1.
  static byte toByte(float value) {
    return (byte) Math.round(value * 255);
  }
}
