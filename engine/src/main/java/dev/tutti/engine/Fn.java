package dev.tutti.engine;

import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/// The elementwise primitives: each output element is a function of one element of every input.
///
/// All axes broadcast (suffix 0). Comparisons give masks, 0 or 1, in the inputs' float type
/// (float32 for int32). `MAX`, `MIN` and `RELU` send the gradient of a tie to the first argument
/// (to none for `RELU` at 0). float32 `EXP LOG TANH SIGMOID ERF` are the engine's own fma
/// polynomials, with the same bits on every backend.
public enum Fn implements Primitive {
  NEG(Uses.NOTHING, (in, out, g) -> List.of(g::neg)),
  ABS(Uses.INPUTS, (in, out, g) -> List.of(() -> g.mul(in[0].sign()))),
  SIGN(Uses.NOTHING, (in, out, g) -> List.of(NONE)),
  FLOOR(Uses.NOTHING, (in, out, g) -> List.of(NONE)),
  EXP(Uses.OUTPUT, (in, out, g) -> List.of(() -> g.mul(out))),
  LOG(Uses.INPUTS, (in, out, g) -> List.of(() -> g.div(in[0]))),
  LOG1P(Uses.INPUTS, (in, out, g) -> List.of(() -> g.div(in[0].add(1)))),
  EXPM1(Uses.OUTPUT, (in, out, g) -> List.of(() -> g.mul(out.add(1)))),
  SQRT(Uses.OUTPUT, (in, out, g) -> List.of(() -> g.mul(0.5).div(out))),
  RSQRT(Uses.OUTPUT, (in, out, g) -> List.of(() -> g.mul(-0.5).mul(out.mul(out).mul(out)))),
  SIN(Uses.INPUTS, (in, out, g) -> List.of(() -> g.mul(in[0].cos()))),
  COS(Uses.INPUTS, (in, out, g) -> List.of(() -> g.mul(in[0].sin()).neg())),
  TANH(Uses.OUTPUT, (in, out, g) -> List.of(() -> g.mul(out.mul(out).neg().add(1)))),
  SIGMOID(Uses.OUTPUT, (in, out, g) -> List.of(() -> g.mul(out.mul(out.neg().add(1))))),
  ERF(
      Uses.INPUTS,
      (in, out, g) ->
          List.of(() -> g.mul(in[0].mul(in[0]).neg().exp().mul(2 / Math.sqrt(Math.PI))))),
  RELU(Uses.OUTPUT, (in, out, g) -> List.of(() -> out.bind(ActivationInput.RELU, g))),

  ADD(Uses.NOTHING, (in, out, g) -> List.of(() -> g, () -> g)),
  SUB(Uses.NOTHING, (in, out, g) -> List.of(() -> g, g::neg)),
  MUL(Uses.INPUTS, (in, out, g) -> List.of(() -> g.mul(in[1]), () -> g.mul(in[0]))),
  DIV(
      Uses.inputs(1).andOutput(),
      (in, out, g) -> List.of(() -> g.div(in[1]), () -> g.mul(out).div(in[1]).neg())),
  MAX(Uses.INPUTS, (in, out, g) -> pick(in[1].le(in[0]), g)),
  MIN(Uses.INPUTS, (in, out, g) -> pick(in[0].le(in[1]), g)),
  POW(
      Uses.INPUTS.andOutput(),
      (in, out, g) ->
          List.of(
              () -> {
                Tensor flat = in[1].eq(g.zero()); // x⁰ is 1 at 0 too
                Tensor base = Tensor.where(flat, in[0].zero().add(1), in[0]);
                return Tensor.where(flat, g.zero(), g.mul(in[1]).mul(base.pow(in[1].sub(1))));
              },
              () ->
                  Tensor.where(
                      in[0].gt(0),
                      g.mul(out).mul(Tensor.where(in[0].gt(0), in[0], in[0].zero().add(1)).log()),
                      g.zero()))),
  LT(Uses.NOTHING, (in, out, g) -> List.of(NONE, NONE)),
  LE(Uses.NOTHING, (in, out, g) -> List.of(NONE, NONE)),
  EQ(Uses.NOTHING, (in, out, g) -> List.of(NONE, NONE)),

  WHERE(
      Uses.inputs(0),
      (in, out, g) ->
          List.of(
              NONE,
              () -> Tensor.where(in[0], g, g.zero()),
              () -> Tensor.where(in[0], g.zero(), g)));

  private interface Rule {
    List<Supplier<Tensor>> apply(Tensor[] in, Tensor out, Tensor g);
  }

  private final Uses uses;
  private final Rule rule;

  Fn(Uses uses, Rule rule) {
    this.uses = uses;
    this.rule = rule;
  }

  /// The cotangent to the first input if `first` is 1, else to the second.
  private static List<Supplier<Tensor>> pick(Tensor first, Tensor g) {
    return List.of(() -> Tensor.where(first, g, g.zero()), () -> Tensor.where(first, g.zero(), g));
  }

  /// {@return the number of inputs: 1, 2 or 3}
  public int arity() {
    return this == WHERE ? 3 : compareTo(ADD) >= 0 ? 2 : 1;
  }

  /// {@return whether the result is a mask of 0 and 1}
  public boolean isMask() {
    return this == LT || this == LE || this == EQ;
  }

  private boolean takesInts() {
    return switch (this) {
      case NEG, ABS, SIGN, RELU, ADD, SUB, MUL, DIV, MAX, MIN, LT, LE, EQ, WHERE -> true;
      default -> false;
    };
  }

  @Override
  public int suffix(int i) {
    return 0;
  }

  @Override
  public Shape suffixShape(Shape[] suffixes, Shape[] inputs) {
    return Shape.SCALAR;
  }

  @Override
  public DType dtype(DType[] in) {
    DType[] operands = this == WHERE ? new DType[] {in[1], in[2]} : in;
    DType type = Primitive.super.dtype(operands);
    if (type == DType.INT32 && !takesInts()) {
      throw new ShapeError(label() + ": needs floats, got int32; cast it first");
    }
    return isMask() && type == DType.INT32 ? DType.FLOAT32 : type;
  }

  @Override
  public List<Supplier<Tensor>> vjp(Tensor[] in, Tensor out, Tensor g) {
    return rule.apply(in, out, g);
  }

  @Override
  public Uses uses() {
    return uses;
  }

  @Override
  public Cost cost(Shape[] in, Shape out) {
    return Cost.elementwise(1, in, out);
  }

  @Override
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
