package dev.tutti.ensembles;

/// The sizes of packed layers: how wide the members are and how they are cut into groups.
///
/// A packed layer has `alpha` times the channels of the layer it replaces, spread over M members, each
/// cut further into `gamma` groups: a member is `alpha / M` times as wide.
///
/// @param alpha the width factor, > 0
/// @param members the number of estimators M
/// @param gamma groups inside a member, at least 1
/// @param rounding what happens when channels do not divide evenly
public record Packing(double alpha, int members, int gamma, Rounding rounding) {
  /// What to do with channel counts that the groups do not divide.
  public enum Rounding {
    /// Round up to a multiple of the number of groups. With `gamma` 1 this is what torch-uncertainty up
    /// to 0.9 computes; for larger `gamma` those versions build layers that cannot run.
    CEIL,
    /// Raise an error, as torch-uncertainty does from 0.10.2 on.
    STRICT
  }

  /// Checks the ranges.
  public Packing {
    if (!(alpha > 0) || Double.isInfinite(alpha) || members < 1 || gamma < 1) {
      throw new IllegalArgumentException(
          "packed: alpha must be positive and members and gamma at least 1, got alpha " + alpha
              + ", members " + members + ", gamma " + gamma);
    }
  }

  /// `gamma` 1 and rounding up.
  public Packing(double alpha, int members) {
    this(alpha, members, 1, Rounding.CEIL);
  }

  /// Input width, output width and groups of one packed layer.
  record Sizes(int in, int out, int groups) {}

  /// {@return the sizes of a packed linear layer; the first has one group over the raw input, the last
  /// gives each member all outputs}
  Sizes linear(int in, int out, boolean first, boolean last) {
    return sizes("packed linear", in, out, first, last, first ? 1 : members * gamma, gamma);
  }

  /// {@return the sizes of a packed convolution; `gamma` is lowered until a group has `minimum` channels}
  Sizes conv(int in, int out, boolean first, boolean last, int groups, int minimum) {
    int own = groups * members;
    int extended = (int) (in * (first ? 1 : alpha));
    int used = gamma;
    if (!first) {
      while (used > 1
          && (extended % (used * own) != 0 || extended / (used * own) < minimum)) {
        used--;
      }
    }
    return sizes("packed conv2d", in, out, first, last, first ? 1 : used * own, used * groups);
  }

  private Sizes sizes(
      String layer, int in, int out, boolean first, boolean last, int groups, int inner) {
    int wideIn = round(layer, "input", (int) (in * (first ? 1 : alpha)), groups);
    int wideOut = round(layer, "output", (int) (out * (last ? members : alpha)), members * inner);
    return new Sizes(wideIn, wideOut, groups);
  }

  private int round(String layer, String what, int width, int groups) {
    if (width % groups != 0 && rounding == Rounding.STRICT || width < 1) {
      throw new IllegalArgumentException(
          layer + ": " + width + " " + what + " channels do not divide into " + groups
              + " groups (alpha " + alpha + ", members " + members + ", gamma " + gamma + ")");
    }
    return Math.ceilDiv(width, groups) * groups;
  }
}
