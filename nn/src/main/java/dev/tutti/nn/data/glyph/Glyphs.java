package dev.tutti.nn.data.glyph;

import dev.tutti.nn.data.Dataset;
import dev.tutti.nn.data.SplitMix;
import dev.tutti.nn.io.Memory;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// A data set that needs no file: images that look like handwritten digits, and others that look
/// like handwriting but are not digits, for the measurement of out-of-distribution detection.
///
/// Images are 28 × 28 grey, 0 for paper and 255 for ink. Each digit has three to five ways to be
/// written, as strokes through a few points (1 with and without foot, 4 open and closed, 7 with and
/// without bar); an image takes one of them and varies it: the points shift, the plane bends
/// smoothly, proportions, slant, rotation, size and position change, and so do the pen's width,
/// pressure, softness and contrast; noise is added last. Non-digits come from the same pen in the
/// same hand: letters, arrows, stars, polygons, waves, spirals and other signs.
///
/// Image i of a seed is a function of the set, the seed and i alone: not of the number of images,
/// of threads, or of the machine. So `digits(100, s)` begins with `digits(10, s)`, and every
/// virtual machine draws the same bytes. Different seeds are independent draws from one
/// distribution: use one for training and another for testing.
public final class Glyphs {
  /// Mean of the pixels of [#digits] as values in 0 to 1, for normalisation; measured over 60,000
  /// images.
  public static final float MEAN = 0.1160f;

  /// Standard deviation of the pixels of [#digits] about [#MEAN], likewise.
  public static final float STD = 0.2490f;

  private static final List<String> DIGITS =
      List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

  /// The streams of the two sets under one seed.
  private static final long DIGIT_STREAM = 1;

  private static final long NON_DIGIT_STREAM = 2;

  private Glyphs() {}

  /// {@return `count` handwritten-like digits; image i shows the digit i mod 10, its label}
  ///
  /// @throws IllegalArgumentException if `count` is negative
  /// @throws DataError if the images need more memory than the JVM may use
  public static Dataset digits(int count, long seed) {
    byte[][] pixels =
        draw("digits", count, seed, DIGIT_STREAM, i -> GlyphShape.DIGITS.get(i % DIGITS.size()));
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % DIGITS.size();
    }
    return set("glyphs", pixels, labels, DIGITS);
  }

  /// {@return `count` drawings that are not digits, all of label 0, the class "non-digit"}
  ///
  /// @throws IllegalArgumentException if `count` is negative
  /// @throws DataError if the images need more memory than the JVM may use
  public static Dataset nonDigits(int count, long seed) {
    byte[][] pixels = draw("nonDigits", count, seed, NON_DIGIT_STREAM, i -> GlyphShape.NON_DIGITS);
    return set("glyphs non-digits", pixels, new int[count], List.of("non-digit"));
  }

  private static Dataset set(String name, byte[][] pixels, int[] labels, List<String> classes) {
    return Dataset.ofOwnedImages(name, GlyphPen.SIZE, GlyphPen.SIZE, 1, pixels, labels, classes);
  }

  private static byte[][] draw(
      String method, int count, long seed, long stream, IntFunction<List<GlyphShape>> variants) {
    if (count < 0) {
      throw new IllegalArgumentException(
          "Glyphs.%s: count %d; at least 0 is needed".formatted(method, count));
    }
    Memory.check(
        "Glyphs.%s of %d images".formatted(method, count),
        count * (GlyphPen.SIZE * GlyphPen.SIZE + Memory.ARRAY_OVERHEAD));
    long key = SplitMix.hash(seed, stream);
    byte[][] pixels = new byte[count][];
    IntStream.range(0, count)
        .parallel()
        .forEach(i -> pixels[i] = GlyphPen.draw(variants.apply(i), SplitMix.hash(key, i)));
    return pixels;
  }
}
