package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The shape and type rules against what the kernels return, and costs against the leads.
class OpShapeTest {
  private static final int LEADS = 3;

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#all")
  void ruleAndKernelGiveTheStatedShapeAndOneType(OpCase c) {
    for (DType floats : c.types()) {
      Tensor[] in = c.inputs(floats, 0);
      assertEquals(c.out(), c.p().shape(shapes(in)), "shape rule");
      DType type = c.p().dtype(types(in));
      Tensor out = c.apply(in);
      assertEquals(c.out(), out.shape(), "shape of the result");
      assertEquals(type, out.dtype(), "type of the result");
      assertEquals(c.out().size(), out.toDoubles().length);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.engine.OpCases#all")
  void leadsComeFirstAndMultiplyTheCost(OpCase c) {
    Shape[] one = shapes(c.inputs(DType.FLOAT32, 0));
    Shape[] many = new Shape[one.length];
    int leads = c.p().leads(one).rank();
    for (int i = 0; i < one.length; i++) {
      Shape ones = Shape.SCALAR;
      for (int r = one[i].rank() - c.p().suffix(i); r < leads; r++) {
        ones = ones.concat(Shape.of(1));
      }
      many[i] = Shape.of(LEADS).concat(ones).concat(one[i]);
    }
    assertEquals(c.out().prepend(LEADS), c.p().shape(many));
    Cost single = c.p().cost(one, c.out());
    Cost all = c.p().cost(many, c.out().prepend(LEADS));
    assertEquals(
        new Cost(
            LEADS * single.multiplyAdds(), LEADS * single.flops(), LEADS * single.bytes()),
        all);
    assertTrue(single.flops() >= 2 * single.multiplyAdds(), "a multiply-add is two operations");
    assertTrue(single.bytes() >= 4L * c.out().size(), "the result is written");
  }

  private static Shape[] shapes(Tensor[] in) {
    Shape[] shapes = new Shape[in.length];
    for (int i = 0; i < in.length; i++) {
      shapes[i] = in[i].shape();
    }
    return shapes;
  }

  private static DType[] types(Tensor[] in) {
    DType[] types = new DType[in.length];
    for (int i = 0; i < in.length; i++) {
      types[i] = in[i].dtype();
    }
    return types;
  }
}
