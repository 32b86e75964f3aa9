package dev.tutti.ensembles;

import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.nn.Layer;
import java.util.function.Predicate;

/// The sizes of packed layers: how wide the members are and how they are cut into groups.
///
/// A packed layer has `alpha` times the channels of the layer it replaces, spread over M members,
/// each cut further into `gamma` groups: a member is `alpha / M` times as wide.
///
/// @param alpha the width factor, > 0
/// @param members the number of estimators M
/// @param gamma groups inside a member, at least 1
/// @param rounding what happens when channels do not divide evenly
/// @param minimumChannels the fewest input channels of a convolution's group: below it `gamma` is
///   lowered
public record Packing(
    double alpha, int members, int gamma, Rounding rounding, int minimumChannels) {
  private static final String LINEAR = "packed linear";
  private static final String CONV = "packed conv2d";

  /// What to do with channel counts that the groups do not divide.
  public enum Rounding {
    /// Round up to a multiple of the number of groups, and have fewer groups if rounding would
    /// change a size that a neighbour or the task fixes. With `gamma` 1 this is what
    /// torch-uncertainty up to 0.9 computes; for larger `gamma` those versions build layers that
    /// cannot run.
    CEIL,
    /// Raise an error, as torch-uncertainty does from 0.10.2 on.
    STRICT
  }

  /// Checks the ranges.
  public Packing {
    if (!(alpha > 0) || Double.isInfinite(alpha) || members < 1 || gamma < 1) {
      throw new IllegalArgumentException(
          "packed: alpha must be positive and members and gamma at least 1, got alpha "
              + alpha
              + ", members "
              + members
              + ", gamma "
              + gamma);
    }
    if (alpha > MAX_FACTOR || (long) members * gamma > MAX_FACTOR) {
      throw new IllegalArgumentException(
          "packed: alpha and members times gamma may be at most "
              + MAX_FACTOR
              + ", got alpha "
              + alpha
              + ", members "
              + members
              + ", gamma "
              + gamma);
    }
  }

  private static final int MAX_FACTOR = 10_000;

  /// torch-uncertainty's 64 channels at least.
  public Packing(double alpha, int members, int gamma, Rounding rounding) {
    this(alpha, members, gamma, rounding, PackedConv2d.MINIMUM_CHANNELS_PER_GROUP);
  }

  /// {@return this with another number of channels that a group has at least, 1 or more}
  public Packing minimumChannels(int least) {
    if (least < 1) {
      throw new IllegalArgumentException(
          "packed: a group has at least 1 channel, got a minimum of " + least);
    }
    return new Packing(alpha, members, gamma, rounding, least);
  }

  /// {@return `network` with each of its layers packed, nested ones too: [dev.tutti.nn.Linear],
  /// [dev.tutti.nn.Conv1d], [dev.tutti.nn.Conv2d] and [dev.tutti.nn.ConvTranspose2d] by grouped
  /// ones, [dev.tutti.nn.attention.MultiheadAttention] by one per member, norms by ones of all
  /// members' channels that do not see beyond a member} Its weights are new, drawn from child `i`
  /// of `key` for the i-th layer with weights; the first such layer sees the raw input, the last
  /// gives `[M, B, …]`.
  ///
  /// Features are flattened channel by channel, so that a member's lie side by side; a
  /// [dev.tutti.nn.Flatten] in another order is replaced.
  ///
  /// @param example the shape of one input, by which widths are passed on
  /// @throws IllegalArgumentException if there is a tensor in a layer without a packed form, or if
  ///   channels do not divide
  public PackedEnsemble convert(Key key, Layer network, Shape example) {
    return convert(key, network, example, _ -> false);
  }

  /// {@return the same, with `gamma` 1 in layers of some paths} torch-uncertainty's ResNets have it
  /// in the first convolution of every block: `path -> path.endsWith("conv1")`.
  public PackedEnsemble convert(
      Key key, Layer network, Shape example, Predicate<String> withoutGamma) {
    Packing plain = new Packing(alpha, members, 1, rounding, minimumChannels);
    return PackedConversion.convert(
        key, network, example, path -> withoutGamma.test(path) ? plain : this);
  }

  /// `gamma` 1 and rounding up.
  public Packing(double alpha, int members) {
    this(alpha, members, 1, Rounding.CEIL);
  }

  /// Input width, output width and groups of one packed layer.
  record Sizes(int in, int out, int groups) {}

  /// {@return the sizes of a packed linear layer; the first has one group over the raw input, the
  /// last gives each member all outputs}
  Sizes linear(int in, int out, boolean first, boolean last) {
    int width = first ? in : round(LINEAR, "input", (int) (in * alpha), members * gamma);
    return linearOn(width, out, first, last);
  }

  /// {@return the same for an input that is `width` wide already}
  ///
  /// When rounding up, a member has only as many groups as divide its inputs and, in the last
  /// layer, its outputs, to which nothing may be added.
  Sizes linearOn(int width, int out, boolean first, boolean last) {
    int used = gamma;
    if (rounding == Rounding.CEIL) {
      used = first ? gamma : gcd(gamma, width / members);
      used = last ? gcd(used, out) : used;
    }
    int groups = first ? 1 : members * used;
    int wideIn = round(LINEAR, "input", width, groups);
    int wideOut =
        last
            ? round(LINEAR, "output", members * out, members * used)
            : round(LINEAR, "output", (int) (out * alpha), members * gamma);
    return new Sizes(wideIn, wideOut, groups);
  }

  /// {@return the sizes of a packed convolution; `gamma` is lowered until a group has `minimum`
  /// channels}
  ///
  /// When rounding up, `gamma` is also lowered until its groups divide the outputs: the width
  /// between two layers is then the same from both sides, a multiple of `members · groups`. The
  /// first layer has one group over the image; strict rounding still requires its outputs to divide
  /// by `members · gamma · groups`. The outputs of the last layer are the members' own, to which
  /// nothing may be added, so they have to divide by `groups`, as in a convolution alone.
  Sizes conv(int in, int out, boolean first, boolean last, int groups, int minimum) {
    int own = groups * members;
    int extended = (int) (in * alpha);
    int wideIn = first ? in : round(CONV, "input", extended, own);
    int wanted = last ? members * out : (int) (out * alpha);
    int used = first && rounding == Rounding.CEIL ? 1 : gamma;
    while (!first
        && used > 1
        && (extended % (used * own) != 0
            || extended / (used * own) < minimum
            || rounding == Rounding.CEIL && Math.ceilDiv(wanted, own) % used != 0)) {
      used--;
    }
    requireDivides(CONV, "output", wanted, used * own, last || rounding == Rounding.STRICT);
    int wideOut = Math.ceilDiv(wanted, used * own) * used * own;
    return new Sizes(wideIn, wideOut, first ? 1 : used * own);
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  private int round(String layer, String what, int width, int groups) {
    requireDivides(layer, what, width, groups, rounding == Rounding.STRICT);
    return Math.ceilDiv(width, groups) * groups;
  }

  private void requireDivides(String layer, String what, int width, int groups, boolean exactly) {
    if (width % groups != 0 && exactly || width < 1) {
      throw new IllegalArgumentException(
          layer
              + ": "
              + width
              + " "
              + what
              + " channels do not divide into "
              + groups
              + " groups (alpha "
              + alpha
              + ", members "
              + members
              + ", gamma "
              + gamma
              + ")");
    }
  }
}
