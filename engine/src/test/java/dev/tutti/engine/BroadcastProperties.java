package dev.tutti.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tutti.engine.EngineDomain.Broadcast;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.domains.Domain;

/// Elementwise primitives over operands that broadcast, against one loop over output indices.
///
/// All are exact: each is one correctly rounded operation (`POW` is the float64 power, rounded).
@Domain(EngineDomain.class)
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE)
class BroadcastProperties {
  private static final List<Fn> BINARY =
      Arrays.stream(Fn.values()).filter(f -> f.arity() == 2).toList();

  private static final List<Fn> ON_INTS =
      List.of(Fn.ADD, Fn.SUB, Fn.MUL, Fn.DIV, Fn.MAX, Fn.MIN, Fn.LT, Fn.LE, Fn.EQ);

  /// The position in a row-major tensor of shape `from` that index `i` of shape `to` reads.
  private static int source(Shape from, Shape to, int i) {
    int at = 0;
    int stride = 1;
    for (int axis = 1; axis <= to.rank(); axis++) {
      int index = i % to.dim(-axis);
      i /= to.dim(-axis);
      if (axis <= from.rank()) {
        at += from.dim(-axis) == 1 ? 0 : index * stride;
        stride *= from.dim(-axis);
      }
    }
    return at;
  }

  private static float value(Fn fn, float a, float b) {
    return switch (fn) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
      case POW -> (float) StrictMath.pow(a, b);
      case LT -> a < b ? 1 : 0;
      case LE -> a <= b ? 1 : 0;
      case EQ -> a == b ? 1 : 0;
      default -> throw new AssertionError("a binary function without a definition here: " + fn);
    };
  }

  private static double value(Fn fn, double a, double b) {
    return switch (fn) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
      case POW -> StrictMath.pow(a, b);
      case LT -> a < b ? 1 : 0;
      case LE -> a <= b ? 1 : 0;
      case EQ -> a == b ? 1 : 0;
      default -> throw new AssertionError("a binary function without a definition here: " + fn);
    };
  }

  private static int value(Fn fn, int a, int b) {
    return switch (fn) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
      case LT -> a < b ? 1 : 0;
      case LE -> a <= b ? 1 : 0;
      case EQ -> a == b ? 1 : 0;
      default -> throw new AssertionError(fn + " takes no ints");
    };
  }

  @Property(tries = 300)
  void binaryFunctionsOfFloats(@ForAll Broadcast c) {
    Shape x = c.operands().get(0);
    Shape y = c.operands().get(1);
    Values values = new Values(c.seed());
    Tensor a = values.special(x);
    Tensor b = values.special(y);
    Shape to = Shape.broadcast(x, y);
    float[] fa = a.toFloats();
    float[] fb = b.toFloats();
    for (Fn fn : BINARY) {
      float[] expected = new float[to.size()];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = value(fn, fa[source(x, to, i)], fb[source(y, to, i)]);
      }
      Expect.sameBits(fn + " " + c, Tensor.of(expected, to.dims()).reshape(to), a.bind(fn, b));
    }
  }

  @Property(tries = 150)
  void binaryFunctionsOfDoubles(@ForAll Broadcast c) {
    Shape x = c.operands().get(0);
    Shape y = c.operands().get(1);
    Values values = new Values(c.seed());
    Tensor a = values.special(x).cast(DType.FLOAT64);
    Tensor b = values.special(y).cast(DType.FLOAT64);
    Shape to = Shape.broadcast(x, y);
    double[] da = a.toDoubles();
    double[] db = b.toDoubles();
    for (Fn fn : BINARY) {
      double[] expected = new double[to.size()];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = value(fn, da[source(x, to, i)], db[source(y, to, i)]);
      }
      Expect.sameBits(fn + " " + c, Tensor.of(expected, to.dims()).reshape(to), a.bind(fn, b));
    }
  }

  @Property(tries = 150)
  void binaryFunctionsOfInts(@ForAll Broadcast c) {
    Shape x = c.operands().get(0);
    Shape y = c.operands().get(1);
    Values values = new Values(c.seed());
    Tensor a = values.ints(-5, 5, x);
    Tensor b = values.ints(1, 5, y);
    Shape to = Shape.broadcast(x, y);
    int[] ia = a.toInts();
    int[] ib = b.toInts();
    for (Fn fn : ON_INTS) {
      int[] expected = new int[to.size()];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = value(fn, ia[source(x, to, i)], ib[source(y, to, i)]);
      }
      Tensor wanted = Tensor.of(expected, to.dims()).reshape(to);
      DType type = fn.isMask() ? DType.FLOAT32 : DType.INT32;
      Expect.sameBits(fn + " " + c, wanted.cast(type), a.bind(fn, b));
    }
  }

  @Property(tries = 150)
  void whereTakesThreeShapes(@ForAll Broadcast c) {
    Values values = new Values(c.seed());
    Tensor mask = values.ints(-1, 1, c.operands().get(0));
    Tensor a = values.special(c.operands().get(1));
    Tensor b = values.special(c.operands().get(2));
    Shape to = c.to();
    int[] im = mask.toInts();
    float[] fa = a.toFloats();
    float[] fb = b.toFloats();
    float[] expected = new float[to.size()];
    for (int i = 0; i < expected.length; i++) {
      expected[i] =
          im[source(mask.shape(), to, i)] != 0
              ? fa[source(a.shape(), to, i)]
              : fb[source(b.shape(), to, i)];
    }
    Tensor wanted = Tensor.of(expected, to.dims()).reshape(to);
    for (DType type : DType.values()) {
      Expect.sameBits("mask of " + type, wanted, Tensor.where(mask.cast(type), a, b));
    }
    Tensor ints = wanted.cast(DType.INT32);
    Expect.sameBits(ints, Tensor.where(mask, a.cast(DType.INT32), b.cast(DType.INT32)));
  }

  /// A cotangent is summed over exactly the axes along which its operand was repeated.
  @Property(tries = 150)
  void cotangentsHaveTheOperandsShape(@ForAll Broadcast c) {
    Values values = new Values(c.seed());
    Tensor a = values.whole(3, c.operands().get(0));
    Tensor b = values.whole(3, c.operands().get(1));
    Shape to = Shape.broadcast(a.shape(), b.shape());
    Tensor g = values.whole(3, to);
    List<Tensor> cotangents =
        Transforms.vjp((List<Tensor> t) -> t.get(0).mul(t.get(1)), List.of(a, b)).pull().apply(g);
    double[] da = new double[a.size()];
    double[] db = new double[b.size()];
    double[] va = a.toDoubles();
    double[] vb = b.toDoubles();
    double[] vg = g.toDoubles();
    for (int i = 0; i < to.size(); i++) {
      int ia = source(a.shape(), to, i);
      int ib = source(b.shape(), to, i);
      da[ia] += vg[i] * vb[ib];
      db[ib] += vg[i] * va[ia];
    }
    Expect.equal(da, cotangents.get(0));
    Expect.equal(db, cotangents.get(1));
    assertEquals(a.shape(), cotangents.get(0).shape());
    assertEquals(b.shape(), cotangents.get(1).shape());
  }
}
