package dev.tutti.engine.vector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Pixels along one axis that are read through the same kernel taps: tap k reads pixel h at
/// position `(h + padding − k · dilation) / stride` if that is a position.
///
/// @param taps the taps in ascending order, perhaps none
/// @param pixels the pixels
/// @param positions the position of each pixel through the first tap, 0 if there is none
record WideConvReach(int[] taps, int[] pixels, int[] positions) {

  /// Pixels `first … first + count − 1` by their taps.
  static List<WideConvReach> of(
      int first, int count, int padding, int stride, int dilation, int kernel, int outputs) {
    List<WideConvReach> groups = new ArrayList<>();
    int[][] taps = new int[count][];
    for (int i = 0; i < count; i++) {
      taps[i] = taps(first + i + padding, stride, dilation, kernel, outputs);
    }
    for (int i = 0; i < count; i++) {
      int[] own = taps[i];
      if (own == null) {
        continue; // counted with an earlier pixel
      }
      int[] pixels = new int[count];
      int[] positions = new int[count];
      int n = 0;
      for (int j = i; j < count; j++) {
        if (Arrays.equals(own, taps[j])) {
          pixels[n] = first + j;
          positions[n++] = own.length == 0 ? 0 : (first + j + padding - own[0] * dilation) / stride;
          taps[j] = null;
        }
      }
      groups.add(new WideConvReach(own, Arrays.copyOf(pixels, n), Arrays.copyOf(positions, n)));
    }
    return groups;
  }

  private static int[] taps(int at, int stride, int dilation, int kernel, int outputs) {
    int[] taps = new int[kernel];
    int n = 0;
    for (int k = 0; k < kernel; k++) {
      int scaled = at - k * dilation;
      if (scaled >= 0 && scaled % stride == 0 && scaled / stride < outputs) {
        taps[n++] = k;
      }
    }
    return Arrays.copyOf(taps, n);
  }
}
