package dev.tutti.engine.vector;

import dev.tutti.engine.Conv;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConvolutionsTest {
  @ParameterizedTest
  @MethodSource("dev.tutti.engine.vector.WideConvTest#cases")
  void chosenKernelsHaveTheReferencesBits(WideConvTest.Case c) {
    Conv.Forward forward = new Conv.Forward(c.win(), c.groups());
    Against.reference(
        forward, (in, out) -> Convolutions.forward(forward, in, out), c.images(), c.weights());
    Conv.Input input = new Conv.Input(c.win(), c.groups(), c.h(), c.width());
    Against.reference(
        input, (in, out) -> Convolutions.input(input, in, out), c.cotangents(), c.weights());
    Conv.Weight weight = new Conv.Weight(c.win(), c.groups());
    Against.reference(
        weight, (in, out) -> Convolutions.weight(weight, in, out), c.images(), c.cotangents());
  }
}
