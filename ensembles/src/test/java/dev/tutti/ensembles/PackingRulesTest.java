package dev.tutti.ensembles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.ensembles.Packing.Rounding;
import dev.tutti.ensembles.Packing.Sizes;
import dev.tutti.nn.Conv2d;
import org.junit.jupiter.api.Test;

/// The sizes of packed layers over a sweep of widths, factors, members and groups, by the rules as
/// torch-uncertainty from 0.10.2 on states them, and by what rounding up promises.
class PackingRulesTest {
  private static final int[] IN = {1, 3, 4, 6, 10, 12, 16, 64};
  private static final int[] OUT = {1, 2, 3, 4, 6, 12};
  private static final double[] ALPHA = {0.5, 1, 1.5, 2, 3};
  private static final boolean[] EITHER = {false, true};

  private record Layer(int in, int out, Packing p, boolean first, boolean last) {
    int extendedIn() {
      return (int) (in * (first ? 1 : p.alpha()));
    }

    int extendedOut() {
      return (int) (out * (last ? p.members() : p.alpha()));
    }
  }

  private interface Check {
    void of(Layer layer);
  }

  private static void sweep(Rounding rounding, Check check) {
    for (int in : IN) {
      for (int out : OUT) {
        for (double alpha : ALPHA) {
          for (int members = 1; members <= 4; members++) {
            for (int gamma = 1; gamma <= 3; gamma++) {
              for (boolean first : EITHER) {
                for (boolean last : EITHER) {
                  Packing p = new Packing(alpha, members, gamma, rounding);
                  check.of(new Layer(in, out, p, first, last));
                }
              }
            }
          }
        }
      }
    }
  }

  /// The peer's sizes, null if it raises an error. A layer without width counts as an error here.
  private static Sizes strict(Layer x, int own, int gamma) {
    int groups = x.first ? 1 : gamma * own;
    boolean fits = x.extendedIn() % groups == 0 && x.extendedOut() % (gamma * own) == 0;
    boolean some = x.extendedIn() > 0 && x.extendedOut() > 0;
    return fits && some ? new Sizes(x.extendedIn(), x.extendedOut(), groups) : null;
  }

  private static Sizes strictConv(Layer x, int groups, int minimum) {
    int own = groups * x.p.members();
    int gamma = x.p.gamma();
    int actual = x.first ? 1 : gamma * own;
    while ((x.extendedIn() % actual != 0 || x.extendedIn() / actual < minimum)
        && actual / own > 1) {
      gamma--;
      actual = gamma * own;
    }
    return strict(x, own, gamma);
  }

  @Test
  void strictLinear() {
    sweep(
        Rounding.STRICT,
        x ->
            assertEquals(
                strict(x, x.p.members(), x.p.gamma()),
                orNull(() -> x.p.linear(x.in, x.out, x.first, x.last)),
                x.toString()));
  }

  @Test
  void strictConvolution() {
    for (int groups = 1; groups <= 2; groups++) {
      for (int minimum : new int[] {1, 2, 64}) {
        int g = groups;
        sweep(
            Rounding.STRICT,
            x ->
                assertEquals(
                    strictConv(x, g, minimum),
                    orNull(() -> x.p.conv(x.in, x.out, x.first, x.last, g, minimum)),
                    x + " groups " + g + " minimum " + minimum));
      }
    }
  }

  private interface Sized {
    Sizes get();
  }

  private static Sizes orNull(Sized sizes) {
    try {
      return sizes.get();
    } catch (IllegalArgumentException e) {
      assertTrue(e.getMessage().contains("channels do not divide into"), e.getMessage());
      return null;
    }
  }

  @Test
  void theFirstLayersOutputsHaveToDivideToo() {
    Packing p = new Packing(3, 4, 2, Rounding.STRICT);
    Conv2d.Geometry plain = Conv2d.Geometry.DEFAULT;
    assertEquals(
        "packed conv2d: 12 output channels do not divide into 8 groups (alpha 3.0, members 4,"
            + " gamma 2)",
        assertThrows(
                IllegalArgumentException.class,
                () -> PackedConv2d.init(Key.of(1), 64, 4, 5, plain, p, true, false))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> PackedLinear.init(Key.of(1), 64, 4, p, true, false));
  }

  /// If strict sizes exist, rounding up has nothing to do; otherwise it adds less than one channel
  /// to each group, keeps the raw input and the members' own outputs as they are, and makes groups
  /// that divide.
  @Test
  void roundingUpLinear() {
    sweep(
        Rounding.CEIL,
        x -> {
          Sizes sizes = orNull(() -> x.p.linear(x.in, x.out, x.first, x.last));
          assertEquals(x.extendedIn() < 1 || x.extendedOut() < 1, sizes == null, x.toString());
          Sizes strict = strict(x, x.p.members(), x.p.gamma());
          if (strict != null) {
            assertEquals(strict, sizes, x.toString());
          } else if (sizes != null) {
            requireRoundedUp(x, sizes, x.p.members() * x.p.gamma());
          }
        });
  }

  @Test
  void roundingUpConvolution() {
    for (int groups = 1; groups <= 2; groups++) {
      for (int minimum : new int[] {1, 2, 64}) {
        int g = groups;
        sweep(
            Rounding.CEIL,
            x -> {
              Sizes sizes = orNull(() -> x.p.conv(x.in, x.out, x.first, x.last, g, minimum));
              boolean refused =
                  x.extendedIn() < 1 || x.extendedOut() < 1 || x.last && x.out % g != 0;
              assertEquals(refused, sizes == null, x + " groups " + g);
              if (sizes != null) {
                requireRoundedUp(x, sizes, g * x.p.members());
              }
            });
      }
    }
  }

  private static void requireRoundedUp(Layer x, Sizes sizes, int unit) {
    String what = x + " " + sizes;
    assertEquals(0, sizes.in() % sizes.groups(), what);
    assertEquals(0, sizes.out() % sizes.groups(), what);
    assertTrue(sizes.in() >= x.extendedIn() && sizes.in() < x.extendedIn() + unit, what);
    assertTrue(sizes.out() >= x.extendedOut() && sizes.out() < x.extendedOut() + unit, what);
    assertEquals(0, sizes.out() % x.p.members(), what);
    if (x.first) {
      assertEquals(x.in, sizes.in(), what);
      assertEquals(1, sizes.groups(), what);
    } else {
      assertEquals(0, sizes.groups() % x.p.members(), what);
    }
    if (x.last) {
      assertEquals(x.p.members() * x.out, sizes.out(), what);
    }
  }

  /// The width between two layers is the same from both sides.
  @Test
  void roundedLayersFitTogether() {
    sweep(
        Rounding.CEIL,
        x -> {
          if (!x.last && x.extendedIn() > 0 && x.extendedOut() > 0) {
            Sizes linear = x.p.linear(x.in, x.out, x.first, false);
            assertEquals(linear.out(), x.p.linear(x.out, 5, false, true).in(), x.toString());
            for (int minimum : new int[] {1, 64}) {
              Sizes conv = x.p.conv(x.in, x.out, x.first, false, 1, minimum);
              Sizes next = x.p.conv(x.out, 5, false, true, 1, minimum);
              assertEquals(conv.out(), next.in(), x.toString());
            }
          }
        });
  }

  /// A convolution with groups of its own gives a member the requested channels, or is refused as
  /// [Conv2d] is.
  @Test
  void aLastConvolutionAddsNoChannels() {
    Packing p = new Packing(2, 2);
    Conv2d.Geometry two = Conv2d.Geometry.DEFAULT.groups(2);
    assertThrows(
        IllegalArgumentException.class,
        () -> PackedConv2d.init(Key.of(1), 4, 3, 1, two, p, false, true));
    PackedConv2d last = PackedConv2d.init(Key.of(1), 4, 6, 1, two, p, false, true);
    assertEquals(6, last.apply(Tensor.ones(1, 1, 1, 8)).dim(-1));
  }
}
