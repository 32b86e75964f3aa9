package dev.tutti.engine.vector;

import dev.tutti.engine.Array;
import dev.tutti.engine.Conv;

/// Convolution and its two adjoints: which kernel for which shapes.
///
/// Lanes along a group's channels ([WideConvForward] and its kin) are best if those fill whole
/// vectors; lanes along images ([LaneConv]) and along kernel elements ([LaneConvWeight]) if they do
/// not. All give the same bits, so the choice changes nothing but the time.
final class Convolutions {
  /// From this many channels on, vectors of channels are full enough.
  private static final int WIDE = 32;

  /// With fewer images most lanes of a vector of images stay empty.
  private static final int ENOUGH_IMAGES = 12;

  private Convolutions() {}

  static Array forward(Conv.Forward p, Array[] in, Array out) {
    boolean narrow = out.shape().dim(-1) / p.groups() < WIDE;
    return narrow && out.shape().dim(-4) >= ENOUGH_IMAGES
        ? LaneConv.forward(p, in, out)
        : WideConvForward.run(p, in, out);
  }

  static Array input(Conv.Input p, Array[] in, Array out) {
    boolean narrow = out.shape().dim(-1) / p.groups() < WIDE;
    return narrow && out.shape().dim(-4) >= ENOUGH_IMAGES
        ? LaneConv.input(p, in, out)
        : WideConvInput.run(p, in, out);
  }

  /// Vectors that 16 output channels fill exactly are better than runs of kernel elements if those
  /// are long, of 16 input channels and more.
  static Array weight(Conv.Weight p, Array[] in, Array out) {
    int og = out.shape().dim(-1) / p.groups();
    int cg = out.shape().dim(-2);
    boolean narrow = og < WIDE && (og % 16 != 0 || p.groups() > 1 || cg < 16);
    return narrow ? LaneConvWeight.run(p, in, out) : WideConvWeight.run(p, in, out);
  }
}
