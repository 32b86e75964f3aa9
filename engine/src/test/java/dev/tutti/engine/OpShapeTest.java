package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The shape and type rules against what the kernels return, and costs against the leads.
class OpShapeTest {
  private static final int MEMBERS = 3;

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
    Cost single = c.p().cost(one, c.out());
    assertTrue(single.flops() >= 2 * single.multiplyAdds(), "a multiply-add is two operations");
    assertTrue(single.bytes() >= 4L * c.out().size(), "the result is written");
    Shape[] all = one.clone();
    for (int i = 0; i < one.length; i++) {
      Shape[] with = one.clone();
      with[i] = withLead(c.p(), one, i);
      all[i] = with[i];
      Cost cost = costOfMembers(c, with);
      assertEquals(MEMBERS * single.flops(), cost.flops(), "flops with lead on input " + i);
      assertEquals(MEMBERS * single.multiplyAdds(), cost.multiplyAdds(), "lead on input " + i);
    }
    assertEquals(MEMBERS * single.bytes(), costOfMembers(c, all).bytes());
  }

  private static Cost costOfMembers(OpCase c, Shape[] in) {
    Shape out = c.p().shape(in);
    assertEquals(c.out().prepend(MEMBERS), out);
    return c.p().cost(in, out);
  }

  /// Input `i` with one lead more than any input has.
  private static Shape withLead(Primitive p, Shape[] in, int i) {
    Shape lead = Shape.of(MEMBERS);
    int leads = p.leads(in).rank();
    for (int r = in[i].rank() - p.suffix(i); r < leads; r++) {
      lead = lead.concat(Shape.of(1));
    }
    return lead.concat(in[i]);
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
