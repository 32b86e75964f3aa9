package dev.tutti.engine.vector;

import java.util.Arrays;

/// Copies of images within borders of zeros.
final class WideConvBorder {
  private WideConvBorder() {}

  /// `to[i, r, x, …] = from[i, row + r, column + x, …]`, zero outside the image.
  ///
  /// @param from images of `height` × `width` pixels of `channels` from `at` on
  /// @param rows rows of a copy, the first being the image's row `row`, which may be negative
  /// @param columns columns of a copy, likewise
  static void copy(
      float[] from,
      int at,
      int images,
      int height,
      int width,
      int channels,
      int row,
      int rows,
      int column,
      int columns,
      float[] to) {
    int inside = Math.clamp(-(long) column, 0, columns);
    int left = inside * channels;
    int right = Math.clamp((long) width - column, inside, columns) * channels;
    int line = columns * channels;
    int start = 0;
    for (int i = 0; i < images; i++) {
      for (int r = 0; r < rows; r++, start += line) {
        int y = row + r;
        if (y < 0 || y >= height || left == right) {
          Arrays.fill(to, start, start + line, 0);
          continue;
        }
        int source = at + ((i * height + y) * width + column) * channels;
        Arrays.fill(to, start, start + left, 0);
        System.arraycopy(from, source + left, to, start + left, right - left);
        Arrays.fill(to, start + right, start + line, 0);
      }
    }
  }
}
