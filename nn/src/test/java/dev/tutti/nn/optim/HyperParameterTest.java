package dev.tutti.nn.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.testkit.Expect;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// How hyper-parameters are given, checked and spread over members.
class HyperParameterTest {
  private static String refused(Executable e) {
    return assertThrows(IllegalArgumentException.class, e).getMessage();
  }

  /// Every component that is a tensor or a flag, with its record's full optimiser.
  static Stream<Arguments> components() {
    List<Arguments> all = new ArrayList<>();
    for (Optimizer full :
        List.of(
            new Sgd().momentum(0.9).dampening(0.1).weightDecay(0.1),
            new Adam().weightDecay(0.1),
            new RmsProp().momentum(0.9).weightDecay(0.1),
            new Adagrad().lrDecay(0.1).weightDecay(0.1).initialAccumulatorValue(0.1),
            new Lamb().weightDecay(0.1))) {
      for (RecordComponent c : full.getClass().getRecordComponents()) {
        String name = full.getClass().getSimpleName() + "." + c.getName();
        all.add(Arguments.of(name, full, c));
      }
    }
    return all.stream();
  }

  private static Object read(RecordComponent c, Object record) throws Exception {
    return c.getAccessor().invoke(record);
  }

  private static Object with(Optimizer optimizer, RecordComponent c, Object value)
      throws Exception {
    Class<?> parameter = value instanceof Boolean ? boolean.class : double[].class;
    try {
      return optimizer.getClass().getMethod(c.getName(), parameter).invoke(optimizer, value);
    } catch (InvocationTargetException e) {
      throw (Exception) e.getCause();
    }
  }

  /// A wither changes its own component only.
  @ParameterizedTest(name = "{0}")
  @MethodSource("components")
  void givenByName(String name, Optimizer full, RecordComponent own) throws Exception {
    boolean flag = own.getType() == boolean.class;
    Optimizer from = name.equals("Sgd.nesterov") ? new Sgd().momentum(0.9) : full;
    Object value = flag ? (Object) true : new double[] {0.25, 0.5};
    Object after = with(from, own, value);
    for (RecordComponent c : from.getClass().getRecordComponents()) {
      if (c.getName().equals(own.getName())) {
        if (flag) {
          assertEquals(true, read(c, after));
        } else {
          Expect.sameBits(name, Tensor.of(0.25f, 0.5f), (Tensor) read(c, after));
        }
      } else {
        assertSame(read(c, from), read(c, after), c.getName());
      }
    }
    if (!flag) {
      Object scalar = with(from, own, new double[] {0.75});
      Expect.sameBits(name, Tensor.scalar(0.75), (Tensor) read(own, scalar));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("components")
  void checked(String name, Optimizer full, RecordComponent own) {
    if (own.getType() == boolean.class) {
      return;
    }
    String spelled =
        name.replace(".", ": ").replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    String words = spelled.replace("rms prop", "rmsprop");
    for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      String alone = refused(() -> with(full, own, new double[] {bad}));
      assertTrue(alone.startsWith(words + " must "), alone);
      assertTrue(alone.endsWith(", got " + (float) bad), alone);
      String ofMember = refused(() -> with(full, own, new double[] {0.5, 0.5, bad}));
      assertEquals(alone + " for member 2", ofMember);
    }
    assertEquals(
        words + " needs a value, or one per member",
        refused(() -> with(full, own, new double[] {})));
  }

  @Test
  void rangesEndWhereFloatsDo() {
    assertEquals("adam: beta1 must be in [0, 1), got 1.0", refused(() -> new Adam().beta1(1)));
    assertEquals(
        "adam: beta2 must be in [0, 1), got 1.0", refused(() -> new Adam().beta2(1 - 1e-12)));
    assertEquals(
        "adam: eps must be positive and finite, got 0.0", refused(() -> new Adam().eps(1e-60)));
    assertEquals(
        "sgd: momentum must be finite and not negative, got -0.1",
        refused(() -> new Sgd(-0.1, false, 0)));
    assertEquals(
        "sgd: weight decay must be finite and not negative, got -1.0",
        refused(() -> new Sgd(0, false, -1)));
    assertEquals(
        "clip: the largest norm must be positive and finite, got 0.0 for member 1",
        refused(() -> new Sgd().clipNorm(1, 0)));
    assertEquals(
        "clip: the largest value must be positive and finite, got -2.0",
        refused(() -> new Sgd().clipValue(-2)));
    assertEquals(
        "decay: the rate must be finite and not negative, got -2.0", refused(() -> Adam.w(-2)));
    assertEquals("ema: decay must be in [0, 1), got 1.0", refused(() -> new Ema(1)));
  }

  @Test
  void featuresGoTogether() {
    String nesterov = "sgd: nesterov needs a momentum and no dampening, as in PyTorch";
    assertEquals(nesterov, refused(() -> new Sgd(0, true, 0)));
    assertEquals(nesterov, refused(() -> new Sgd().nesterov(true)));
    Sgd damped = new Sgd().momentum(0.9).dampening(0.5);
    assertEquals(nesterov, refused(() -> damped.nesterov(true)));
    assertEquals("sgd: dampening needs a momentum", refused(() -> new Sgd().dampening(0.5)));
  }

  /// What is left out costs nothing: a 0 in PyTorch's short form is left out.
  @Test
  void absentIsNull() {
    assertEquals(new Sgd(), new Sgd(0, false, 0));
    assertEquals(new Sgd(null, null, null, false), new Sgd());
    Expect.sameBits("given", Tensor.scalar(0), new Sgd().weightDecay(0).weightDecay());
  }

  @Test
  void membersGetTheirValues() {
    Optimizer rule = new Adam().beta1(0.5, 0.25).decay(0.1).forMembers(2);
    DecoupledDecay decay = (DecoupledDecay) rule;
    Adam adam = (Adam) decay.inner();
    Expect.sameBits("beta1", Tensor.of(0.5f, 0.25f), adam.beta1());
    Expect.sameBits("beta2", Tensor.of(0.999f, 0.999f), adam.beta2());
    Expect.sameBits("rate", Tensor.of(0.1f, 0.1f), decay.rate());
    Expect.sameLeaves("again", rule, rule.forMembers(2));
    assertEquals(
        "ClipByNorm: inner.weight_decay has shape [2], which is neither one value nor one for"
            + " each of 3 members",
        refused(() -> new Sgd().weightDecay(1, 2).clipNorm(1).forMembers(3)));
  }

  /// `[M]` that is not mapped would broadcast over the parameters' last axis.
  @Test
  void valuesPerMemberHaveToBeMapped() {
    List<Tensor> p = List.of(Tensor.zeros(3));
    Optimizer.Memory<List<Tensor>> memory = new Sgd().init(p);
    Tensor lr = Tensor.scalar(1);
    for (Optimizer rule :
        List.of(
            new Sgd().weightDecay(1, 2, 3),
            new Sgd().clipNorm(1, 2, 3),
            new Sgd().clipValue(1, 2, 3),
            new Sgd().decay(1, 2, 3))) {
      String message = refused(() -> rule.step(p, p, memory, lr));
      assertTrue(
          message.endsWith(
              " has shape [3], one value per member; map it together with the members' parameters"),
          message);
    }
    Optimizer sums = new Adagrad().initialAccumulatorValue(1, 2, 3);
    assertEquals(
        "Adagrad: initial_accumulator_value has shape [3], one value per member; map it together"
            + " with the members' parameters",
        refused(() -> Transforms.vmap((Tensor q) -> sums.init(q)).apply(Tensor.zeros(3, 3))));
    assertEquals(
        "Ema: decay has shape [2], one value per member; map it together with the members'"
            + " parameters",
        refused(() -> new Ema(0.5, 0.9).update(new Ema(0.5).init(p), p)));
  }
}
