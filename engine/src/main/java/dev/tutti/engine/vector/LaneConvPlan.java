package dev.tutti.engine.vector;

import dev.tutti.engine.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Which source vectors and which weights make up each pixel of a convolution or of its input's
/// cotangent; both are read as a target pixel that gathers taps of a source image.
///
/// The source is stored in a scratch array as `[row][channel][column][lane]`, zero outside the
/// image; with a column stride s the columns of each residue modulo s are stored together. Along
/// each axis target pixels form runs that use the same kernel elements, so that neighbours of a run
/// read neighbouring vectors. The cotangent's edge pixels have fewer taps than the others: rows
/// with different taps are always separate, while runs of columns that are shorter than a tile are
/// joined and read zeros for taps that do not exist.
final class LaneConvPlan {
  /// Target pixels `first + i · step` for i < count; kernel element `elements[j]` of pixel i reads
  /// source `(skip + i) · slope + shifts[j]`.
  record Run(int first, int step, int count, int skip, int slope, int[] elements, int[] shifts) {
    private boolean sameTaps(Run r) {
      return Arrays.equals(elements, r.elements) && Arrays.equals(shifts, r.shifts);
    }

    /// {@return the lowest source}
    int low() {
      return slope * skip + Arrays.stream(shifts).min().orElse(-slope * skip);
    }

    /// {@return one past the highest source}
    int high() {
      int last = slope * (skip + count - 1);
      return last + 1 + Arrays.stream(shifts).max().orElse(-last - 1);
    }

    /// {@return this run's pixels among `from … to − 1`}
    Run within(int from, int to) {
      int low = Math.max(0, Math.ceilDiv(from - first, step));
      int high = Math.max(low, Math.min(count, Math.ceilDiv(to - first, step)));
      return new Run(first + low * step, step, high - low, skip + low, slope, elements, shifts);
    }
  }

  /// The taps shared by the pixels of a run of rows and a run of columns, kernel elements first,
  /// channels innermost: distances in the source, and the start of the weights.
  record Taps(Run rows, Run columns, int[] offsets, int weights) {}

  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int L = Lanes.COUNT;
  private static final int TILE = 4;

  /// Height, width, channels, and channels of one group, of the source and of the target.
  final int sourceH;

  final int sourceW;
  final int sourceC;
  final int sourceG;
  final int targetH;
  final int targetW;
  final int targetC;
  final int targetG;
  final int groups;

  final List<Run> rows;
  final List<Run> columns;

  /// Zero columns left of the source; residues of columns, and columns of each.
  private final int left;

  private final int residues;
  private final int residue;

  /// Floats of a row of the source in scratch.
  final int rowSize;

  final List<Taps> taps = new ArrayList<>();

  /// The number of weights of one lead entry, for all taps.
  final int weights;

  /// The widths of the tiles of a group's target channels.
  final int[] widths;

  private LaneConvPlan(
      int[] source, int[] target, int groups, List<Run> rows, List<Run> columns, int[] layout) {
    this.groups = groups;
    sourceH = source[0];
    sourceW = source[1];
    sourceC = source[2];
    sourceG = sourceC / groups;
    targetH = target[0];
    targetW = target[1];
    targetC = target[2];
    targetG = targetC / groups;
    this.rows = rows;
    this.columns = columns;
    left = layout[0];
    residues = layout[1];
    residue = layout[2];
    rowSize = sourceC * residues * residue * L;
    int at = 0;
    for (Run r : rows) {
      for (Run c : columns) {
        if (taps(r, c) == null) {
          taps.add(new Taps(r, c, offsets(r, c), at));
          at += r.elements.length * c.elements.length * sourceG * targetC;
        }
      }
    }
    weights = at;
    widths = widths(targetG);
  }

  /// {@return the plan of a convolution of images `[h, w, c]` to `[oh, ow, o]`}
  static LaneConvPlan forward(Window win, int groups, int[] image, int[] positions) {
    int[] shifts = new int[win.kernelH()];
    Arrays.setAll(shifts, k -> k * win.dilationH() - win.top());
    Run rows = new Run(0, 1, positions[0], 0, win.strideH(), all(win.kernelH()), shifts);
    int s = win.strideW();
    int reach = win.dilationW() * (win.kernelW() - 1);
    int width = Math.max(win.left() + image[1], (positions[1] - 1) * s + reach + 1);
    int residue = Math.ceilDiv(width, s);
    int[] places = new int[win.kernelW()];
    Arrays.setAll(places, k -> k * win.dilationW() % s * residue + k * win.dilationW() / s);
    Run columns = new Run(0, 1, positions[1], 0, 1, all(win.kernelW()), places);
    int[] layout = {win.left(), s, residue};
    return new LaneConvPlan(image, positions, groups, List.of(rows), List.of(columns), layout);
  }

  /// {@return the plan of the cotangent of images `[h, w, c]` from cotangents `[oh, ow, o]`}
  static LaneConvPlan input(Window win, int groups, int[] image, int[] positions) {
    List<Run> rows = new ArrayList<>();
    gathers(
        rows, image[0], positions[0], win.kernelH(), win.strideH(), win.dilationH(), win.top(), 1);
    List<Run> found = new ArrayList<>();
    gathers(
        found,
        image[1],
        positions[1],
        win.kernelW(),
        win.strideW(),
        win.dilationW(),
        win.left(),
        TILE);
    int left = 0;
    int right = positions[1];
    for (Run r : found) {
      left = Math.max(left, -r.low());
      right = Math.max(right, r.high());
    }
    List<Run> columns = new ArrayList<>();
    for (Run r : found) {
      int[] places = r.shifts.clone();
      for (int i = 0; i < places.length; i++) {
        places[i] += left;
      }
      columns.add(new Run(r.first, r.step, r.count, r.skip, r.slope, r.elements, places));
    }
    int[] layout = {left, 1, left + right};
    return new LaneConvPlan(positions, image, groups, rows, columns, layout);
  }

  /// Adds the runs of one axis of an input's cotangent: for every residue of the stride, maximal
  /// runs with the same existing taps, then joined to at least `shortest` pixels if there are that
  /// many.
  private static void gathers(
      List<Run> runs, int n, int positions, int kernel, int s, int d, int padding, int shortest) {
    for (int first = 0; first < Math.min(s, n); first++) {
      int count = Math.ceilDiv(n - first, s);
      int begin = 0;
      while (begin < count) {
        int end = begin + 1;
        while (end < count
            && Arrays.equals(
                existing(first, begin, begin, positions, kernel, s, d, padding),
                existing(first, end, end, positions, kernel, s, d, padding))) {
          end++;
        }
        while (end < count && end - begin < shortest) {
          end++;
        }
        if (count - end < shortest && shortest > 1) {
          end = count;
        }
        runs.add(run(first, begin, end, positions, kernel, s, d, padding));
        begin = end;
      }
    }
  }

  private static Run run(
      int first, int begin, int end, int positions, int kernel, int s, int d, int padding) {
    int[] elements = existing(first, begin, end - 1, positions, kernel, s, d, padding);
    int[] shifts = new int[elements.length];
    for (int j = 0; j < shifts.length; j++) {
      shifts[j] = (first + padding - elements[j] * d) / s;
    }
    return new Run(first + begin * s, s, end - begin, begin, 1, elements, shifts);
  }

  /// The kernel elements through which any of the pixels `first + i · s`, `from` ≤ i ≤ `to`, is
  /// read.
  private static int[] existing(
      int first, int from, int to, int positions, int kernel, int s, int d, int padding) {
    int[] found = new int[kernel];
    int n = 0;
    for (int k = 0; k < kernel; k++) {
      int scaled = first + padding - k * d;
      if (scaled % s == 0 && to + scaled / s >= 0 && from + scaled / s < positions) {
        found[n++] = k;
      }
    }
    return Arrays.copyOf(found, n);
  }

  private static int[] all(int n) {
    int[] all = new int[n];
    Arrays.setAll(all, i -> i);
    return all;
  }

  /// Tiles of 6 and 4 channels keep the multipliers busy; 16 registers have room for 2.
  private static int[] widths(int channels) {
    int[] found = new int[channels];
    int n = 0;
    for (int left = channels; left > 0; left -= found[n++]) {
      if (Lanes.REGISTERS < 32) {
        found[n] = Math.min(left, 2);
      } else if (left >= 6 && left != 7 && left != 8) {
        found[n] = 6;
      } else {
        found[n] = left == 5 ? 3 : Math.min(left, 4);
      }
    }
    return Arrays.copyOf(found, n);
  }

  /// {@return the taps of pixels in these runs}
  Taps taps(Run r, Run c) {
    for (Taps t : taps) {
      if (t.rows.sameTaps(r) && t.columns.sameTaps(c)) {
        return t;
      }
    }
    return null;
  }

  private int[] offsets(Run r, Run c) {
    int[] offsets = new int[r.elements.length * c.elements.length * sourceG];
    int n = 0;
    for (int down : r.shifts) {
      for (int right : c.shifts) {
        for (int channel = 0; channel < sourceG; channel++) {
          offsets[n++] = down * rowSize + (channel * residues * residue + right) * L;
        }
      }
    }
    return offsets;
  }

  /// {@return the place in a scratch row of each vector of an image row; the vector of a column and
  /// channel is element `column · sourceC + channel`}
  int[] places() {
    int[] places = new int[sourceW * sourceC];
    for (int w = 0; w < sourceW; w++) {
      int place = (w + left) % residues * residue + (w + left) / residues;
      for (int c = 0; c < sourceC; c++) {
        places[w * sourceC + c] = (c * residues * residue + place) * L;
      }
    }
    return places;
  }

  /// {@return whether every vector of a scratch row belongs to a pixel of the image}
  boolean filled() {
    return sourceW == residues * residue;
  }

  /// {@return the distance of a group's channels from the next group's in a scratch row}
  int groupSize() {
    return sourceG * residues * residue * L;
  }

  /// Lays out the weights `[KH, KW, source channels, O]` of one lead entry of a convolution: for
  /// all groups, for all tiles of target channels, `[tap][channel of the tile]`.
  void pack(float[] w, int at, float[] to, int start) {
    int taps = weights / targetC;
    for (int g = 0; g < groups; g++) {
      int channel = g * targetG;
      for (int width : widths) {
        copyRows(w, at + channel, targetC, to, start + channel * taps, taps, width);
        channel += width;
      }
    }
  }

  /// Lays out the weights `[KH, KW, target channels, O]` of one lead entry of an input's cotangent:
  /// for all taps, for all groups, for all tiles of target channels, `[tap][channel of the tile]`.
  void packTransposed(
      float[] w, int at, int kernelH, int kernelW, float[] all, float[] to, int start) {
    int kernel = kernelH * kernelW;
    int next = 0;
    for (int g = 0; g < groups; g++) {
      int channel = 0;
      for (int width : widths) {
        for (int k = 0; k < kernel; k++) {
          int from = at + (k * targetG + channel) * sourceC + g * sourceG;
          for (int o = 0; o < sourceG; o++) {
            for (int j = 0; j < width; j++) {
              all[next++] = w[from + o + j * sourceC];
            }
          }
        }
        channel += width;
      }
    }
    for (Taps t : taps) {
      next = start + t.weights;
      for (int g = 0; g < groups; g++) {
        int channel = g * targetG;
        for (int width : widths) {
          int n = sourceG * width;
          for (int kh : t.rows.elements) {
            for (int kw : t.columns.elements) {
              int element = kh * kernelW + kw;
              System.arraycopy(all, channel * kernel * sourceG + element * n, to, next, n);
              next += n;
            }
          }
          channel += width;
        }
      }
    }
  }

  /// `to[at + i · width + j] = from[start + i · step + j]` for i < n, j < width, by whole vectors
  /// as far as they stay within both runs; each overwrites the excess of the one before.
  static void copyRows(float[] from, int start, int step, float[] to, int at, int n, int width) {
    int room = Math.min(Math.floorDiv(from.length - start - L, step), n - Math.ceilDiv(L, width));
    int whole = width > L ? 0 : Math.max(0, Math.min(n, room + 1));
    for (int i = 0; i < whole; i++) {
      FloatVector.fromArray(F, from, start + i * step).intoArray(to, at + i * width);
    }
    for (int i = whole; i < n; i++) {
      for (int j = 0; j < width; j++) {
        to[at + i * width + j] = from[start + i * step + j];
      }
    }
  }
}
