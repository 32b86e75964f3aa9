package dev.tutti.nn.data.read;

import java.util.Arrays;

/// A scan of a JPEG picture: of some components all coefficients (sequential), or a band of them or
/// one more bit of a band (progressive). Annexes F and G of T.81.
final class JpegScan {
  /// Row after row, the places of the coefficients 0 to 63 in their block.
  static final byte[] ZIGZAG = {
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63
  };

  /// A component with its codes for the first and the other coefficients, null if not needed.
  record Part(JpegComponent component, HuffmanTable dc, HuffmanTable ac) {}

  /// Coefficients `from`..`to`, their bits from `low` up; all bits if `high` is 0, else the one
  /// bit.
  record Band(int from, int to, int high, int low) {}

  private final JpegBits bits;
  private final Part[] parts;
  private final Band band;
  private final boolean progressive;
  private final int[] previous; // the last first coefficient of each part
  private final short[] block = new short[64];
  private int empty; // later blocks that have nothing more in the band

  JpegScan(JpegBits bits, Part[] parts, Band band, boolean progressive) {
    this.bits = bits;
    this.parts = parts;
    this.band = band;
    this.progressive = progressive;
    this.previous = new int[parts.length];
  }

  /// Reads `unitsHigh` × `unitsWide` units, with a restart marker after each `interval` of them (0:
  /// none); one component alone has units of one block. Returns the place of the next marker.
  int read(int unitsHigh, int unitsWide, int interval) {
    JpegComponent only = parts.length == 1 ? parts[0].component : null;
    int high = only == null ? unitsHigh : (only.height + 7) / 8;
    int wide = only == null ? unitsWide : (only.width + 7) / 8;
    int left = interval;
    int restarts = 0;
    for (int y = 0; y < high; y++) {
      for (int x = 0; x < wide; x++) {
        if (interval > 0 && left-- == 0) {
          endOfInterval();
          bits.restart(restarts++);
          left = interval - 1;
        }
        if (only == null) {
          unit(y, x);
        } else {
          block(0, y, x);
        }
      }
    }
    endOfInterval();
    return bits.end();
  }

  private void endOfInterval() {
    if (empty > 0) {
      throw bits.damaged("a run of empty blocks is too long");
    }
    Arrays.fill(previous, 0);
  }

  private void unit(int y, int x) {
    for (int p = 0; p < parts.length; p++) {
      JpegComponent c = parts[p].component;
      for (int dy = 0; dy < c.down; dy++) {
        for (int dx = 0; dx < c.across; dx++) {
          block(p, y * c.down + dy, x * c.across + dx);
        }
      }
    }
  }

  private void block(int p, int y, int x) {
    JpegComponent c = parts[p].component;
    if (progressive) {
      int at = 64 * (y * (c.stride / 8) + x);
      if (band.from == 0) {
        first(p, c.coefficients, at);
      } else if (band.high == 0) {
        others(parts[p].ac, c.coefficients, at);
      } else {
        refine(parts[p].ac, c.coefficients, at);
      }
    } else {
      Arrays.fill(block, (short) 0);
      sequential(p);
      int to = 8 * (y * c.stride + x);
      if (!InverseDct.apply(block, 0, c.quantization, c.samples, to, c.stride)) {
        throw bits.damaged("a coefficient out of range");
      }
    }
    bits.check();
  }

  private int difference(HuffmanTable dc) {
    int size = bits.symbol(dc);
    if (size > 11) {
      throw bits.damaged("a coefficient of " + size + " bits");
    }
    return bits.signed(size);
  }

  private void sequential(int p) {
    previous[p] += difference(parts[p].dc);
    block[0] = (short) previous[p];
    HuffmanTable ac = parts[p].ac;
    for (int k = 1; k < 64; k++) {
      int symbol = bits.symbol(ac);
      int size = symbol & 15;
      k += symbol >> 4;
      if (size > 0) {
        coefficient(k, 63, size);
        block[ZIGZAG[k]] = (short) bits.signed(size);
      } else if (symbol == 0) {
        return;
      } else if (symbol != 0xf0 || k > 63) {
        throw bits.damaged("a code without meaning");
      }
    }
  }

  private void coefficient(int k, int last, int size) {
    if (k > last) {
      throw bits.damaged("a coefficient after the last of its block");
    }
    if (size > 10) {
      throw bits.damaged("a coefficient of " + size + " bits");
    }
  }

  private void first(int p, short[] to, int at) {
    if (band.high == 0) {
      previous[p] += difference(parts[p].dc);
      to[at] = (short) (previous[p] << band.low);
    } else {
      to[at] |= (short) (bits.next(1) << band.low);
    }
  }

  private void others(HuffmanTable ac, short[] to, int at) {
    if (empty > 0) {
      empty--;
      return;
    }
    for (int k = band.from; k <= band.to; k++) {
      int symbol = bits.symbol(ac);
      int size = symbol & 15;
      int run = symbol >> 4;
      if (size == 0 && run < 15) {
        empty = (1 << run) + bits.next(run) - 1;
        return;
      }
      k += run;
      if (size > 0 || k > band.to) {
        coefficient(k, band.to, size);
        to[at + ZIGZAG[k]] = (short) (bits.signed(size) << band.low);
      }
    }
  }

  /// One more bit of the coefficients that are not zero yet; and those that become ±1 in that bit,
  /// each after a run of coefficients that stay zero.
  private void refine(HuffmanTable ac, short[] to, int at) {
    int k = band.from;
    while (empty == 0 && k <= band.to) {
      int symbol = bits.symbol(ac);
      int run = symbol >> 4;
      int value = 0;
      if ((symbol & 15) == 1) {
        value = bits.next(1) == 1 ? 1 << band.low : -1 << band.low;
      } else if ((symbol & 15) != 0) {
        throw bits.damaged("a code without meaning");
      } else if (run < 15) {
        empty = (1 << run) + bits.next(run);
        break;
      }
      k = refine(to, at, k, run);
      if (k > band.to) {
        throw bits.damaged("a coefficient after the last of its block");
      }
      to[at + ZIGZAG[k++]] = (short) value;
    }
    if (empty > 0) {
      refine(to, at, k, 64);
      empty--;
    }
  }

  /// Reads the next bit of each coefficient that is not zero, from `k` up to the zero after `run`
  /// others, and returns the place of that zero.
  private int refine(short[] to, int at, int k, int run) {
    int left = run;
    int place = k;
    for (; place <= band.to; place++) {
      int i = at + ZIGZAG[place];
      int value = to[i];
      if (value == 0) {
        if (left-- == 0) {
          return place;
        }
      } else if (bits.next(1) == 1) {
        to[i] = (short) (value + (value > 0 ? 1 << band.low : -1 << band.low));
      }
    }
    return place;
  }
}
