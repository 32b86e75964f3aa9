package dev.tutti.nn.data.read;

import java.util.Arrays;
import java.util.stream.IntStream;

/// One component of a JPEG picture, such as its brightness: the place of its samples among those of
/// the others, and the samples, in blocks of 8×8.
final class JpegComponent {
  final int id;
  final int across; // blocks in a unit of the picture, horizontally
  final int down; // and vertically
  final int table; // which quantization table

  /// The rows and columns of samples that are part of the picture.
  int height;

  int width;

  /// The samples, in rows of `stride`, filled up to whole units; of a progressive picture at last.
  byte[] samples;

  int stride;

  int count;

  /// A progressive picture's coefficients until then, 64 for each block, in rows of blocks.
  short[] coefficients;

  /// The quantization table that held at the first scan.
  int[] quantization;

  /// The lowest bit that scans have brought of each coefficient, -1 before the first scan.
  final int[] lowest = new int[64];

  JpegComponent(int id, int across, int down, int table) {
    this.id = id;
    this.across = across;
    this.down = down;
    this.table = table;
    Arrays.fill(lowest, -1);
  }

  /// Places the samples of `unitsHigh` × `unitsWide` units.
  void place(int unitsHigh, int unitsWide) {
    stride = 8 * across * unitsWide;
    count = stride * 8 * down * unitsHigh;
  }

  /// Makes room for them.
  void allocate(boolean progressive) {
    if (progressive) {
      coefficients = new short[count];
    } else {
      samples = new byte[count];
    }
  }

  /// Whether the scan of that band is the next of its coefficients.
  boolean lacks(JpegScan.Band band) {
    int before = band.high() == 0 ? -1 : band.high();
    return IntStream.rangeClosed(band.from(), band.to()).allMatch(k -> lowest[k] == before);
  }

  /// Puts the samples in the place of the coefficients; false if some are out of range.
  boolean transform() {
    samples = new byte[count];
    boolean sound = true;
    int block = 0;
    for (int y = 0; y < samples.length; y += 8 * stride) {
      for (int x = 0; x < stride; x += 8) {
        sound &= InverseDct.apply(coefficients, 64 * block++, quantization, samples, y + x, stride);
      }
    }
    coefficients = null;
    return sound;
  }
}
