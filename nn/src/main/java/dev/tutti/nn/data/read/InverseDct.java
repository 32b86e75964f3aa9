package dev.tutti.nn.data.read;

import java.util.Arrays;

/// The inverse discrete cosine transform of 8×8 coefficients, in integers: the accurate method of
/// the Independent JPEG Group's library, whose results other implementations give bit for bit
/// (Loeffler, Ligtenberg and Moschytz 1989, with constants of 13 bits and 2 bits more between the
/// columns and the rows).
final class InverseDct {
  private static final int BITS = 13;
  private static final int BETWEEN = 2;

  /// Samples of 8 bits have coefficients below 1,100; others are not from an encoder.
  private static final int MOST = 1 << 12;

  private InverseDct() {}

  /// Multiplies the coefficients from `from[at]` on by the quantization table and writes the 8×8
  /// samples to `to`, from `start` on in rows of `stride`; false if a product is not a coefficient.
  static boolean apply(short[] from, int at, int[] table, byte[] to, int start, int stride) {
    int[] values = new int[64];
    values[0] = from[at] * table[0];
    int range = values[0] + MOST;
    int others = 0;
    for (int i = 1; i < 64; i++) {
      values[i] = from[at + i] * table[i];
      others |= values[i];
      range |= values[i] + MOST;
    }
    if ((range & -2 * MOST) != 0) {
      return false;
    }
    if (others == 0) {
      byte sample = sample((values[0] + 4 >> 3) + 128);
      for (int y = 0; y < 8; y++) {
        Arrays.fill(to, start + y * stride, start + y * stride + 8, sample);
      }
      return true;
    }
    for (int x = 0; x < 8; x++) {
      transform(values, x, 8, 0, BITS - BETWEEN);
    }
    for (int y = 0; y < 8; y++) {
      transform(values, 8 * y, 1, 128, BITS + BETWEEN + 3);
      for (int x = 0; x < 8; x++) {
        to[start + y * stride + x] = sample(values[8 * y + x]);
      }
    }
    return true;
  }

  private static byte sample(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }

  /// Transforms the eight values from `at` on, `step` apart, in place: adds `plus` to each and
  /// rounds it after a shift by `shift` bits.
  private static void transform(int[] values, int at, int step, int plus, int shift) {
    int c1 = values[at + step];
    int c2 = values[at + 2 * step];
    int c3 = values[at + 3 * step];
    int c5 = values[at + 5 * step];
    int c6 = values[at + 6 * step];
    int c7 = values[at + 7 * step];
    int round = (plus << shift) + (1 << shift - 1);
    int turn = (c2 + c6) * 4433;
    int even2 = turn - c6 * 15137;
    int even3 = turn + c2 * 6270;
    int sum = (values[at] + values[at + 4 * step] << BITS) + round;
    int difference = (values[at] - values[at + 4 * step] << BITS) + round;
    int z5 = (c7 + c3 + c5 + c1) * 9633;
    int z1 = (c7 + c1) * -7373;
    int z2 = (c5 + c3) * -20995;
    int z3 = (c7 + c3) * -16069 + z5;
    int z4 = (c5 + c1) * -3196 + z5;
    int odd0 = c7 * 2446 + z1 + z3;
    int odd1 = c5 * 16819 + z2 + z4;
    int odd2 = c3 * 25172 + z2 + z3;
    int odd3 = c1 * 12299 + z1 + z4;
    values[at] = sum + even3 + odd3 >> shift;
    values[at + 7 * step] = sum + even3 - odd3 >> shift;
    values[at + step] = difference + even2 + odd2 >> shift;
    values[at + 6 * step] = difference + even2 - odd2 >> shift;
    values[at + 2 * step] = difference - even2 + odd1 >> shift;
    values[at + 5 * step] = difference - even2 - odd1 >> shift;
    values[at + 3 * step] = sum - even3 + odd0 >> shift;
    values[at + 4 * step] = sum - even3 - odd0 >> shift;
  }
}
