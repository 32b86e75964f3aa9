package dev.tutti.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Key;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import org.junit.jupiter.api.Test;

/// What dropout zeroes and how it scales the rest.
class DropoutTest {
  private static final Key KEY = Key.of(8);

  @Test
  void zeroesAShareAndScalesTheRest() {
    double p = 0.25;
    int n = 40_000;
    Tensor y = new Dropout(p).apply(Tensor.full(3, n), Ctx.training(KEY));
    double kept = y.gt(0).sum().item();
    assertEquals(n * (1 - p), kept, 5 * Math.sqrt(n * p * (1 - p))); // five standard deviations
    assertEquals(kept * 4, y.sum().item(), 0); // multiples of 4 below 2²⁴: exact
  }

  @Test
  void predictionPassesOn() {
    Tensor x = new Values(1).normal(2, 3, 4, 5);
    assertEquals(0.5, new Dropout().p());
    assertSame(x, new Dropout(0.5).apply(x));
    assertSame(x, new ChannelDropout(0.5).apply(x));
    assertSame(x, new Dropout(0).apply(x, Ctx.training(KEY)));
  }

  @Test
  void channelsGoWhole() {
    double scale = 1 / (1 - 0.4);
    channelsGoWhole(
        new ChannelDropout(0.4).apply(Tensor.ones(50, 3, 4, 6), Ctx.training(KEY)), 12, scale);
    channelsGoWhole(
        new ChannelDropout(0.4).apply(Tensor.ones(50, 12, 6), Ctx.training(KEY)), 12, scale);
  }

  private static void channelsGoWhole(Tensor y, int positions, double scale) {
    Tensor byChannel = y.reshape(50, positions, 6);
    Tensor first = byChannel.slice(1, 0, 1);
    Expect.equal(new double[y.size()], byChannel.sub(first));
    double kept = first.gt(0).sum().item();
    assertEquals(300 * 0.6, kept, 5 * Math.sqrt(300 * 0.24)); // five standard deviations
    assertEquals((float) scale, first.max().item(), 0x1p-23);
  }

  @Test
  void everyLayerOfAPassAndEveryPassHasItsOwnMask() {
    Tensor x = Tensor.ones(100);
    Dropout half = new Dropout(0.5);
    Ctx ctx = Ctx.training(KEY);
    Tensor first = half.apply(x, ctx);
    Tensor second = half.apply(x, ctx);
    assertFalse(Expect.same(first, second));
    Expect.sameBits("the same pass again", first, half.apply(x, Ctx.training(KEY)));
    Tensor mapped = Transforms.vmap((Key k) -> half.apply(x, Ctx.training(k))).apply(KEY.split(2));
    assertFalse(Expect.same(mapped.get(0), mapped.get(1)));
  }

  @Test
  void theProbabilityIsBelowOne() {
    for (double p : new double[] {-0.1, 1, Double.NaN}) {
      String text = "dropout: the probability must be in [0, 1), got " + p;
      assertEquals(
          text, assertThrows(IllegalArgumentException.class, () -> new Dropout(p)).getMessage());
    }
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> new ChannelDropout(2))
            .getMessage()
            .startsWith("channel_dropout: "));
    Expect.error(
        "channel_dropout: needs an input of [N, …, C], got [2, 3]",
        () -> new ChannelDropout(0.5).apply(Tensor.ones(2, 3), Ctx.training(KEY)));
  }
}
