package dev.tutti.engine;

import static dev.tutti.engine.OpCase.In.even;
import static dev.tutti.engine.OpCase.In.fraction;
import static dev.tutti.engine.OpCase.In.ints;
import static dev.tutti.engine.OpCase.In.key;
import static dev.tutti.engine.OpCase.In.odd;
import static dev.tutti.engine.OpCase.In.real;
import static dev.tutti.engine.OpCase.In.signed;
import static dev.tutti.engine.OpCase.In.uniform;

import dev.tutti.engine.OpCase.In;
import dev.tutti.engine.Random.Draw;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Samples of every primitive: what each check of the operations runs over.
///
/// Sizes are 0 if that is allowed, 1, odd ones, and those around a vector's width (15, 16, 17, 31,
/// 33). Output shapes are written out by hand, not computed. A new primitive or enum constant needs
/// a row here, or [OpCompletenessTest] fails.
final class OpCases {
  private static final List<OpCase> ALL = new ArrayList<>();

  static {
    unary();
    binary();
    elementwiseInts();
    reductions();
    reshapesAndMoves();
    padsAndConcats();
    matrixProducts();
    indexing();
    randomness();
    softmaxes();
    OpLayerCases.addTo(ALL);
  }

  private OpCases() {}

  static Stream<OpCase> all() {
    return ALL.stream();
  }

  /// {@return the samples of fused primitives}
  static Stream<OpCase> fused() {
    return all().filter(c -> c.p() instanceof Fused);
  }

  /// {@return the samples with an input to differentiate by}
  static Stream<OpCase> differentiable() {
    return all().filter(c -> !c.varied().isEmpty());
  }

  private static void add(Primitive p, int[] out, In... in) {
    ALL.add(OpCase.of(p, Shape.of(out), in));
  }

  private static int[] d(int... dims) {
    return dims;
  }

  private static void unary() {
    int[][] shapes = {d(), d(2, 0), d(1), d(17), d(3, 31)};
    for (Fn fn : Fn.values()) {
      for (int[] s : fn.arity() == 1 ? shapes : new int[0][]) {
        add(
            fn,
            s,
            switch (fn) {
              case LOG, SQRT, RSQRT -> uniform(0.3, 3, s);
              case LOG1P -> uniform(-0.6, 2, s);
              case ABS, SIGN, RELU -> signed(0.1, 2, s);
              case FLOOR -> fraction(s);
              default -> real(s);
            });
      }
    }
    for (boolean tanh : new boolean[] {false, true}) {
      for (int[] s : shapes) {
        add(new Gelu(tanh), s, uniform(-4, 4, s));
      }
    }
    for (int[] s : shapes) {
      add(ActivationInput.RELU, s, signed(0.1, 2, s).asConstant(), real(s));
      add(ActivationInput.GELU, s, uniform(-4, 4, s), real(s));
    }
    add(ActivationInput.RELU, d(3, 5), signed(0.1, 2, 5).asConstant(), real(3, 5));
    add(ActivationInput.GELU, d(3, 5), uniform(-4, 4, 3, 1), real(5));
  }

  private static void binary() {
    int[][][] shapes = {
      {d(), d(), d()},
      {d(31), d(31), d(31)},
      {d(31), d(), d(31)},
      {d(3, 1), d(1, 5), d(3, 5)},
      {d(2, 3, 16), d(16), d(2, 3, 16)},
      {d(2, 1, 3), d(4, 1), d(2, 4, 3)},
      {d(2, 1, 5, 3), d(3), d(2, 1, 5, 3)}, // an axis of size 1 among those that broadcast
      {d(0), d(1), d(0)},
      {d(17, 2), d(17, 1), d(17, 2)},
    };
    for (Fn fn : Fn.values()) {
      for (int[][] s : fn.arity() == 2 ? shapes : new int[0][][]) {
        switch (fn) {
          case DIV -> add(fn, s[2], real(s[0]), signed(0.5, 2, s[1]));
          case POW -> add(fn, s[2], uniform(0.5, 2, s[0]), real(s[1]));
          case MAX, MIN, LT, LE, EQ -> add(fn, s[2], even(s[0]), odd(s[1]));
          default -> add(fn, s[2], real(s[0]), real(s[1]));
        }
      }
    }
    In mask = ints(0, 2, 5).asConstant();
    add(Fn.WHERE, d(5), mask, real(5), real(5));
    add(Fn.WHERE, d(3, 5), mask, real(3, 1), real());
    add(Fn.WHERE, d(2, 3, 5), ints(0, 2, 3, 1), real(5), real(2, 1, 5));
    add(Fn.WHERE, d(0), ints(0, 2, 0), real(0), real());
  }

  private static void elementwiseInts() {
    for (Fn fn : Fn.values()) {
      switch (fn) {
        case NEG, ABS, SIGN, RELU -> add(fn, d(3, 5), ints(-3, 4, 3, 5));
        case ADD, SUB, MUL, MAX, MIN, LT, LE, EQ ->
            add(fn, d(3, 5), ints(-3, 4, 5), ints(-3, 4, 3, 1));
        case DIV -> add(fn, d(3, 5), ints(-9, 9, 5), ints(1, 4, 3, 1));
        case WHERE -> add(fn, d(3, 5), ints(0, 2, 3, 1), ints(-3, 4, 5), ints(-3, 4));
        default -> {}
      }
    }
    add(Fn.EQ, d(33), ints(0, 3, 33), ints(0, 3, 33));
  }

  private static void reductions() {
    int[][] axes = {d(1), d(2), d(3), d(2, 1), d(3, 1), d(3, 2), d(3, 2, 1)};
    int[][] gone = {d(2, 3), d(2, 17), d(3, 17), d(2), d(3), d(17), d()};
    int[][] kept = {
      d(2, 3, 1), d(2, 1, 17), d(1, 3, 17), d(2, 1, 1), d(1, 3, 1), d(1, 1, 17), d(1, 1, 1)
    };
    for (int i = 0; i < axes.length; i++) {
      add(Reduce.sum(Ints.of(axes[i]), false), gone[i], real(2, 3, 17));
      add(Reduce.sum(Ints.of(axes[i]), true), kept[i], real(2, 3, 17));
    }
    add(Reduce.sum(Ints.of(), false), d(3), real(3));
    add(Reduce.sum(Ints.of(1), false), d(2), real(2, 0));
    add(Reduce.sum(Ints.of(2), true), d(1, 0), real(3, 0));
    add(Reduce.sum(Ints.of(2, 1), false), d(), real(33, 31)); // a run of one block
    add(Reduce.sum(Ints.of(1), false), d(2), real(2, 1041)); // and of two
    add(Reduce.sum(Ints.of(2), false), d(3), real(131, 3)); // rows in three blocks
    add(Reduce.sum(Ints.of(1), false), d(3), ints(-9, 9, 3, 5));
    add(Reduce.sum(Ints.of(2, 1), true), d(1, 1), ints(-9, 9, 3, 5));
    for (Reduce.Kind kind : new Reduce.Kind[] {Reduce.Kind.MAX, Reduce.Kind.ARGMAX}) {
      add(new Reduce(kind, Ints.of(1), false), d(), even(1));
      add(new Reduce(kind, Ints.of(1), false), d(4), even(4, 17));
      add(new Reduce(kind, Ints.of(1), true), d(2, 3, 1), even(2, 3, 16));
      add(new Reduce(kind, Ints.of(2), false), d(2, 5), even(2, 33, 5));
      add(new Reduce(kind, Ints.of(3), true), d(1, 3, 2), even(5, 3, 2));
      add(new Reduce(kind, Ints.of(1), false), d(0), even(0, 3));
      add(new Reduce(kind, Ints.of(1), false), d(7), ints(-2, 3, 7, 4));
    }
    add(new Reduce(Reduce.Kind.CUMSUM, Ints.of(1), true), d(3, 17), real(3, 17));
    add(new Reduce(Reduce.Kind.CUMSUM, Ints.of(2), true), d(2, 5, 3), real(2, 5, 3));
    add(new Reduce(Reduce.Kind.CUMSUM, Ints.of(3), false), d(4, 1, 2), real(4, 1, 2));
    add(new Reduce(Reduce.Kind.CUMSUM, Ints.of(1), true), d(2, 0), real(2, 0));
    add(new Reduce(Reduce.Kind.CUMSUM, Ints.of(1), true), d(9), ints(-5, 5, 9));
  }

  private static void reshapesAndMoves() {
    add(new Layout.Reshape(2, Shape.of(15)), d(15), real(3, 5));
    add(new Layout.Reshape(1, Shape.of(2, 1, 3)), d(5, 2, 1, 3), real(5, 6));
    add(new Layout.Reshape(0, Shape.of(1)), d(4, 1), real(4));
    add(new Layout.Reshape(2, Shape.of(7, 0)), d(3, 7, 0), ints(0, 9, 3, 0, 2));
    add(new Layout.Expand(1, Shape.of(17)), d(3, 17), real(3, 1));
    add(new Layout.Expand(2, Shape.of(2, 3, 5)), d(4, 2, 3, 5), real(4, 3, 1));
    add(new Layout.Expand(0, Shape.of(3)), d(2, 3), real(2));
    add(new Layout.Expand(1, Shape.of(0)), d(2, 0), real(2, 1));
    add(new Layout.Expand(2, Shape.of(2, 3)), d(2, 3), ints(0, 9, 1, 3));
    add(new Layout.Permute(Ints.of(1, 0)), d(2, 17, 3), real(2, 3, 17));
    add(new Layout.Permute(Ints.of(2, 0, 1)), d(5, 3, 4), real(3, 4, 5));
    add(new Layout.Permute(Ints.of(0, 3, 1, 2)), d(2, 1, 3, 4), ints(0, 9, 2, 3, 4, 1));
    add(new Layout.Permute(Ints.of(1, 0)), d(0, 3), real(3, 0));
    add(new Layout.Slice(Ints.of(1), Ints.of(4), Ints.of(1)), d(3), real(5));
    add(new Layout.Slice(Ints.of(1, 0), Ints.of(3, 4), Ints.of(1, 1)), d(2, 4), real(5, 4));
    add(new Layout.Slice(Ints.of(1, 2), Ints.of(3, 17), Ints.of(1, 3)), d(2, 2, 5), real(2, 5, 17));
    add(new Layout.Slice(Ints.of(0, 1), Ints.of(5, 4), Ints.of(2, 2)), d(3, 2), real(5, 4));
    add(new Layout.Slice(Ints.of(2), Ints.of(2), Ints.of(1)), d(3, 0), real(3, 4));
    add(new Layout.Slice(Ints.of(4), Ints.of(4), Ints.of(3)), d(0), real(4));
    add(new Layout.Slice(Ints.of(0, 1), Ints.of(2, 3), Ints.of(1, 1)), d(2, 2), ints(0, 9, 2, 4));
    add(new Layout.Reverse(Ints.of(1)), d(3, 17), real(3, 17));
    add(new Layout.Reverse(Ints.of(2)), d(2, 3, 4), real(2, 3, 4));
    add(new Layout.Reverse(Ints.of(1, 3)), d(2, 3, 4), real(2, 3, 4));
    add(new Layout.Reverse(Ints.of(1)), d(2, 0), real(2, 0));
    add(new Layout.Reverse(Ints.of(1)), d(5), ints(0, 9, 5));
    // Rounding to float32 hides a small difference from a central difference.
    add(new Layout.Cast(DType.FLOAT32), d(3, 5), real(3, 5).asConstant());
    add(new Layout.Cast(DType.FLOAT32), d(7), ints(-9, 9, 7));
    add(new Layout.Cast(DType.FLOAT64), d(3, 5), real(3, 5));
    add(new Layout.Cast(DType.INT32), d(33), fraction(33));
    add(new Layout.Detach(), d(2, 3), real(2, 3).asConstant());
  }

  private static void padsAndConcats() {
    add(new Layout.Pad(Ints.of(1), Ints.of(2), Ints.of(0), 0), d(3, 8), real(3, 5));
    add(new Layout.Pad(Ints.of(0, 1), Ints.of(2, 0), Ints.of(1, 2), 0.5), d(7, 8), real(3, 3));
    add(
        new Layout.Pad(Ints.of(1, 0), Ints.of(1, 0), Ints.of(0, 0), Double.NEGATIVE_INFINITY),
        d(2, 5, 2),
        even(2, 3, 2).asConstant());
    add(new Layout.Pad(Ints.of(2), Ints.of(1), Ints.of(3), 7), d(2, 3), real(2, 0));
    add(new Layout.Pad(Ints.of(1), Ints.of(0), Ints.of(1), -1), d(6), ints(0, 9, 3));
    add(new Layout.Concat(1), d(3), real(3));
    add(new Layout.Concat(1), d(2, 21), real(2, 17), real(2, 4));
    add(new Layout.Concat(2), d(7, 3), real(1, 3), real(0, 3), real(6, 3));
    add(new Layout.Concat(1), d(3, 2, 6), real(2, 1), real(3, 1, 2), real(2, 3));
    add(new Layout.Concat(1), d(7), ints(0, 9, 4), ints(0, 9, 3));
  }

  private static void matrixProducts() {
    for (int flags = 0; flags < 4; flags++) {
      boolean ta = (flags & 1) != 0;
      boolean tb = (flags & 2) != 0;
      MatMul p = new MatMul(ta, tb);
      add(p, d(3, 4), ta ? real(5, 3) : real(3, 5), tb ? real(4, 5) : real(5, 4));
      add(p, d(17, 15), ta ? real(33, 17) : real(17, 33), tb ? real(15, 33) : real(33, 15));
    }
    MatMul plain = new MatMul(false, false);
    add(plain, d(1, 1), real(1, 1), real(1, 1));
    add(plain, d(16, 17), real(16, 31), real(31, 17));
    add(plain, d(31, 1), real(31, 16), real(16, 1));
    add(plain, d(3, 2), real(3, 0), real(0, 2));
    add(plain, d(0, 2), real(0, 3), real(3, 2));
    add(plain, d(2, 5, 3, 2), real(2, 1, 3, 4), real(5, 4, 2));
    add(new MatMul(true, true), d(3, 3, 2), real(3, 4, 3), real(2, 4));
    add(plain, d(2, 2), real(2, 270), real(270, 2)); // longer than one block of k
    for (boolean relu : new boolean[] {false, true}) {
      Affine linear = new Affine(relu);
      add(linear, d(3, 4), real(3, 5), real(5, 4), real(4));
      add(linear, d(17, 33), real(17, 15), real(15, 33), real(33));
      add(linear, d(1, 1), real(1, 1), real(1, 1), real(1));
      add(linear, d(2, 3), real(2, 0), real(0, 3), signed(0.1, 1, 3));
      add(linear, d(0, 3), real(0, 2), real(2, 3), real(3));
      add(linear, d(2, 3, 16), real(3, 4), real(2, 4, 16), real(2, 16));
      add(linear, d(2, 3, 5, 2), real(3, 5, 4), real(2, 1, 4, 2), real(2));
    }
  }

  private static void indexing() {
    add(new Indexing.Take(), d(5, 17), real(3, 17), ints(0, 3, 5));
    add(new Indexing.Take(), d(0, 4), real(3, 4), ints(0, 3, 0));
    add(new Indexing.Take(), d(1, 1), real(1, 1), ints(0, 1, 1));
    add(new Indexing.Take(), d(2, 3, 4), real(2, 5, 4), ints(0, 5, 3));
    add(new Indexing.Take(), d(3, 2, 2, 4), real(2, 5, 4), ints(0, 5, 3, 1, 2));
    add(new Indexing.Take(), d(2, 3), ints(-9, 9, 4, 3), ints(0, 4, 2));
    add(new Indexing.ScatterAdd(3), d(3, 17), real(5, 17), ints(0, 3, 5));
    add(new Indexing.ScatterAdd(2), d(2, 4), real(0, 4), ints(0, 2, 0));
    add(new Indexing.ScatterAdd(33), d(33, 1), real(16, 1), ints(0, 33, 16));
    add(new Indexing.ScatterAdd(4), d(2, 4, 2), real(3, 2), ints(0, 4, 2, 3));
    add(new Indexing.ScatterAdd(2), d(2, 3), ints(-9, 9, 4, 3), ints(0, 2, 4));
    add(new Indexing.OneHot(7), d(7), ints(0, 7));
    add(new Indexing.OneHot(17), d(3, 5, 17), ints(0, 17, 3, 5));
    add(new Indexing.OneHot(1), d(4, 1), ints(0, 1, 4));
    add(new Indexing.OneHot(3), d(0, 3), ints(0, 3, 0));
  }

  private static void randomness() {
    for (Draw.Kind kind : Draw.Kind.values()) {
      for (int[] dims : new int[][] {d(17), d(1), d(0)}) {
        add(new Draw(kind, Shape.of(dims)), dims, key());
      }
      add(new Draw(kind, Shape.of(33)), d(2, 3, 33), key(2, 3));
      if (kind != Draw.Kind.PERMUTATION) {
        add(new Draw(kind, Shape.of(3, 5)), d(3, 5), key());
        add(new Draw(kind, Shape.SCALAR), d(4), key(4));
      }
    }
    add(new Random.Split(0, 5), d(5, 2), key());
    add(new Random.Split(2, 1), d(3, 1, 2), key(3));
    add(new Random.Split(0, 0), d(0, 2), key());
  }

  private static void softmaxes() {
    for (int classes : new int[] {1, 2, 15, 16, 17, 33}) {
      add(Softmax.SOFTMAX, d(3, classes), real(3, classes));
      add(Softmax.LOG_SUM_EXP, d(3), real(3, classes));
      add(Softmax.CROSS_ENTROPY, d(3), real(3, classes), ints(0, classes, 3));
    }
    add(Softmax.SOFTMAX, d(10), uniform(-30, 30, 10));
    add(Softmax.LOG_SUM_EXP, d(), uniform(-30, 30, 10));
    add(Softmax.CROSS_ENTROPY, d(), uniform(-30, 30, 10), ints(0, 10));
    add(Softmax.SOFTMAX, d(2, 0, 5), real(2, 0, 5));
    add(Softmax.LOG_SUM_EXP, d(0), real(0, 5));
    add(Softmax.CROSS_ENTROPY, d(0), real(0, 5), ints(0, 5, 0));
    add(Softmax.CROSS_ENTROPY, d(2, 3), real(2, 3, 5), ints(0, 5, 3));
    add(Softmax.CROSS_ENTROPY, d(4, 3), real(3, 5), ints(0, 5, 4, 1));
  }
}
