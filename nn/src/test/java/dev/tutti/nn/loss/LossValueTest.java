package dev.tutti.nn.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;
import dev.tutti.engine.Transforms;
import dev.tutti.testkit.Expect;
import dev.tutti.testkit.Values;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Values of every loss against plain loops and against PyTorch's, its reductions, and its errors.
class LossValueTest {
  /// Sums of five terms of order 10 with their own errors: 64 roundings of the larger of 1 and the
  /// value.
  private static final double SINGLE = 64 * 0x1p-24;

  /// Here the plain loops err as much: they add and subtract log Γ(30) = 71.
  private static final double DOUBLE = 512 * 0x1p-53;

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.tutti.nn.loss.LossRow#all")
  void valuesAreTheDefinitions(LossRow row) {
    for (int seed = 0; seed < 5; seed++) {
      List<Tensor> in = row.inputs().apply(Key.of(seed));
      double[] expected = row.definition().apply(in);
      Expect.close(expected, allowed(expected, SINGLE), row.loss().apply(in));
      List<Tensor> doubles = Values.doubles(in);
      Tensor losses = row.loss().apply(doubles);
      assertEquals(DType.FLOAT64, losses.dtype());
      Expect.close(expected, allowed(expected, DOUBLE), losses);
    }
  }

  private static double[] allowed(double[] values, double relative) {
    return Arrays.stream(values).map(v -> relative * Math.max(1, Math.abs(v))).toArray();
  }

  private static final Tensor LOGITS =
      Tensor.of(new double[] {1, -2, 0.5, 0, 3, -1, 2, 2, -0.5}, 3, 3);
  private static final Tensor LABELS = Tensor.of(new int[] {2, 0, 1});
  private static final Tensor SOFT =
      Tensor.of(new double[] {0.5, 0.5, 0, 0, 0.25, 0.75, 1, 0, 0}, 3, 3);
  private static final Tensor WEIGHT = Tensor.of(0.5f, 2f, 1f);

  private static void torch(double expected, Tensor loss) {
    assertEquals(expected, loss.item(), 1e-14 * Math.max(1, Math.abs(expected)));
  }

  /// PyTorch 2.15.0 in float64: `F.cross_entropy` and `F.nll_loss` of the same.
  @Test
  void crossEntropyAsInPyTorch() {
    CrossEntropy plain = new CrossEntropy();
    torch(1.601283533642308, Losses.crossEntropy(LOGITS, LABELS));
    torch(1.934616866975641, Losses.crossEntropy(LOGITS, SOFT));
    torch(1.1440795553929775, plain.weight(WEIGHT).apply(LOGITS, LABELS));
    torch(1.6290613114200856, plain.labelSmoothing(0.1).apply(LOGITS, LABELS));
    CrossEntropy all = plain.weight(WEIGHT).labelSmoothing(0.1);
    torch(1.211228524646482, all.apply(LOGITS, LABELS));
    torch(4.239299836262687, all.reduction(Reduction.SUM).apply(LOGITS, LABELS));
    torch(2.3357521837697433, all.apply(LOGITS, SOFT));
    torch(0.889544096933381, all.ignoreIndex(0).apply(LOGITS, LABELS));
    torch(0.9439833485847473, plain.labelSmoothing(0.1).ignoreIndex(0).apply(LOGITS, LABELS));
    Tensor logp = LOGITS.logSoftmax();
    torch(0.8237788306655686, plain.weight(WEIGHT).ignoreIndex(0).nll(logp, LABELS));
    torch(1.601283533642308, Losses.nll(logp, LABELS, Reduction.MEAN));
  }

  /// As an objective: the same mean, but for a batch in which nothing counts, which PyTorch gives
  /// NaN.
  @Test
  void anObjectiveOfIgnoredRows() {
    CrossEntropy weighted = new CrossEntropy().weight(Tensor.of(1f, 2f, 4f));
    Tensor z = Tensor.of(new float[] {1, 2, 3, 0, 1, 0, 2, 2, 5}).reshape(3, 3);
    Tensor y = Tensor.of(new int[] {0, 2, 2});
    for (CrossEntropy ce :
        List.of(
            new CrossEntropy(),
            weighted,
            weighted.ignoreIndex(0).labelSmoothing(0.1),
            weighted.reduction(Reduction.SUM))) {
      Expect.sameBits(ce.toString(), ce.apply(z, y), ce.of(z, y));
    }
    assertEquals(3, new CrossEntropy().divisor(z, y).item());
    assertEquals(9, weighted.divisor(z, y).item());
    assertEquals(8, weighted.ignoreIndex(0).divisor(z, y).item());
    assertEquals(1, weighted.ignoreIndex(2).divisor(z, y).item());
    assertEquals(2, new CrossEntropy().ignoreIndex(0).divisor(z, y).item());
    assertEquals(3, weighted.divisor(z, z.softmax()).item());
    assertEquals(3, weighted.reduction(Reduction.SUM).divisor(z, y).item());
    Tensor none = Tensor.of(new int[] {2, 2, 2});
    CrossEntropy ignoring = weighted.ignoreIndex(2);
    assertEquals(Double.NaN, ignoring.apply(z, none).item());
    assertEquals(0, ignoring.divisor(z, none).item());
    Transforms.ValueAndGrad<Tensor, Tensor> g =
        Transforms.valueAndGrad((Tensor x) -> ignoring.of(x, none)).apply(z);
    assertEquals(0, g.value().item());
    assertArrayEquals(new float[9], g.grad().toFloats());
    assertEquals(
        "cross_entropy: an objective is one number; it needs another reduction than NONE",
        assertThrows(
                IllegalArgumentException.class, () -> ignoring.reduction(Reduction.NONE).of(z, y))
            .getMessage());
  }

  /// PyTorch 2.15.0 and torch-uncertainty 0.11.0 in float64.
  @Test
  void othersAsInPyTorch() {
    Tensor logp = LOGITS.logSoftmax();
    torch(
        1.181225258297016,
        Losses.bceWithLogits(LOGITS, SOFT, WEIGHT.cast(DType.FLOAT64), Reduction.MEAN));
    torch(1.5161227585827233, Losses.klDiv(logp, SOFT, false, Reduction.BATCH_MEAN));
    torch(0.289881973896966, Losses.klDiv(logp, SOFT.logSoftmax(), true, Reduction.MEAN));
    torch(1.0972222222222223, Losses.huber(LOGITS, SOFT, 1.5, Reduction.MEAN));
    torch(6.583333333333334, Losses.smoothL1(LOGITS, SOFT, 1.5, Reduction.SUM));
    Tensor variance = SOFT.add(0.1);
    torch(3.745387116792293, Losses.gaussianNll(LOGITS, SOFT, variance, true, 0.2, Reduction.MEAN));
    torch(0.7310300638387582, Losses.focal(LOGITS, LABELS, 2, WEIGHT, Reduction.MEAN));
    torch(1.430185557850144, evidential(EvidentialLosses.Risk.MAXIMUM_LIKELIHOOD));
    torch(1.7128671136604494, evidential(EvidentialLosses.Risk.CROSS_ENTROPY));
    torch(1.0687353195286555, evidential(EvidentialLosses.Risk.SQUARED_ERROR));
    NormalInverseGamma d =
        new NormalInverseGamma(LOGITS, SOFT.add(0.5), SOFT.add(1.5), SOFT.add(0.25));
    torch(2.117743603325908, EvidentialLosses.regression(d, SOFT, 0.01, Reduction.MEAN));
  }

  private static Tensor evidential(EvidentialLosses.Risk risk) {
    double weight = EvidentialLosses.annealed(3, 10);
    return EvidentialLosses.classification(LOGITS, LABELS, risk, weight, Reduction.MEAN);
  }

  @Test
  void reductions() {
    Tensor losses = Tensor.of(new float[] {1, 2, 3, 4, 5, 9}, 2, 3);
    assertEquals(4, Reduction.MEAN.apply(losses).item());
    assertEquals(24, Reduction.SUM.apply(losses).item());
    assertEquals(12, Reduction.BATCH_MEAN.apply(losses).item());
    Expect.sameBits("each", losses, Reduction.NONE.apply(losses));
  }

  /// Bits of the fused kernel: gamma 0, no options, and labels as rows of 0 and 1 to a rounding.
  @Test
  void specialCasesAreCrossEntropy() {
    Tensor logits = new Values(2).normal(6, 7);
    Tensor labels = new Values(3).ints(0, 6, 6);
    Tensor each = logits.crossEntropy(labels);
    CrossEntropy none = new CrossEntropy().reduction(Reduction.NONE);
    Expect.sameBits("options", each, none.apply(logits, labels));
    Expect.sameBits("focal", each, Losses.focal(logits, labels, 0, null, Reduction.NONE));
    Expect.sameBits("penalty", each, Losses.confidencePenalty(logits, labels, 0, Reduction.NONE));
    Expect.relative(each.toDoubles(), 8 * 0x1p-24, none.apply(logits, labels.oneHot(7)));
    Expect.sameBits("mean", each.mean(), Losses.crossEntropy(logits, labels));
  }

  /// Members' logits with labels that they share.
  @Test
  void labelsMayLackLeadingAxes() {
    Tensor logits = new Values(2).normal(2, 4, 3);
    Tensor labels = Tensor.of(new int[] {0, 2, 1, 1});
    CrossEntropy loss = new CrossEntropy().weight(WEIGHT).labelSmoothing(0.1);
    Tensor both = loss.reduction(Reduction.NONE).apply(logits, labels);
    assertEquals(Shape.of(2, 4), both.shape());
    double sum = both.cast(DType.FLOAT64).sum().item();
    // the weights of the labels are 0.5, 1, 2 and 2, twice
    assertEquals(sum / 11, loss.apply(logits, labels).item(), 1e-6);
    Tensor soft = labels.oneHot(3);
    assertEquals(Shape.of(2, 4), loss.reduction(Reduction.NONE).apply(logits, soft).shape());
  }

  @Test
  void normalInverseGammaOfOutputs() {
    Tensor raw = new Values(4).normal(DType.FLOAT64, Shape.of(3, 8));
    NormalInverseGamma d = NormalInverseGamma.of(raw);
    Expect.sameBits("gamma", raw.slice(1, 0, 2), d.gamma());
    Expect.sameBits("nu", raw.slice(1, 2, 4).softplus(), d.nu());
    Expect.sameBits("alpha", raw.slice(1, 4, 6).softplus().add(1), d.alpha());
    Expect.sameBits("beta", raw.slice(1, 6, 8).softplus(), d.beta());
    Tensor two = Tensor.of(new double[] {2});
    NormalInverseGamma known = new NormalInverseGamma(two, two, two.add(1), two.add(4));
    assertEquals(3, known.aleatoric().item());
    assertEquals(1.5, known.epistemic().item());
  }

  /// PyTorch's defaults: the mean, δ and β of 1, no weights.
  @Test
  void withoutAReductionItIsTheMean() {
    Map<Objective, Objective> same =
        Map.of(
            Losses::mse, (x, y) -> Losses.mse(x, y, Reduction.NONE).mean(),
            Losses::l1, (x, y) -> Losses.l1(x, y, Reduction.NONE).mean(),
            Losses::huber, (x, y) -> Losses.huber(x, y, 1, Reduction.NONE).mean(),
            Losses::smoothL1, (x, y) -> Losses.smoothL1(x, y, 1, Reduction.NONE).mean(),
            Losses::bceWithLogits,
                (x, y) -> Losses.bceWithLogits(x, y, null, Reduction.NONE).mean());
    same.forEach((loss, expected) ->
        Expect.sameBits("mean", expected.of(LOGITS, SOFT), loss.of(LOGITS, SOFT)));
    Objective nll = Losses::nll;
    Expect.sameBits(
        "nll", Losses.nll(LOGITS, LABELS, Reduction.NONE).mean(), nll.of(LOGITS, LABELS));
  }

  @Test
  void shapesMustFit() {
    Tensor x = Tensor.ones(4, 1);
    Tensor y = Tensor.ones(4);
    Expect.error(
        "mse: input [4, 1] and target [4] differ in shape", () -> Losses.mse(x, y, Reduction.MEAN));
    Expect.error(
        "bce_with_logits: input [4, 1] and target [4] differ in shape",
        () -> Losses.bceWithLogits(x, y, null, Reduction.MEAN));
    for (Shape wrong : new Shape[] {Shape.of(4, 1), Shape.of(2), Shape.of(1, 4)}) {
      Expect.error(
          "bce_with_logits: weights of positives " + wrong + " do not broadcast to input [4]",
          () -> Losses.bceWithLogits(y, y, Tensor.ones(wrong.dims()), Reduction.NONE));
    }
    Expect.error(
        "kl_div: input [4, 1] and target [4] differ in shape",
        () -> Losses.klDiv(x, y, true, Reduction.MEAN));
    Expect.error(
        "gaussian_nll: variance [4] does not fit mean [4, 2]; it needs that shape or [4, 1]",
        () ->
            Losses.gaussianNll(
                Tensor.ones(4, 2), Tensor.ones(4, 2), y, false, 1e-6, Reduction.MEAN));
    CrossEntropy options = new CrossEntropy().weight(WEIGHT);
    Expect.error(
        "cross_entropy: labels [4, 1] do not fit; they need the shape [4]",
        () -> options.apply(Tensor.ones(4, 3), Tensor.arange(4).reshape(4, 1)));
    Expect.error(
        "cross_entropy: labels [4] do not fit; they need the shape [4, 3]",
        () -> options.apply(Tensor.ones(4, 3), y));
    Expect.error(
        "cross_entropy: class weights [3] do not fit 5 classes",
        () -> options.apply(Tensor.ones(3, 5), LABELS));
    Expect.error("nll: labels must be int32, got float32", () -> Losses.nll(x, y, Reduction.MEAN));
    NormalInverseGamma d = new NormalInverseGamma(x, x, x, x);
    Expect.error(
        "evidential: target [4] does not fit gamma [4, 1]",
        () -> EvidentialLosses.regression(d, y, 0, Reduction.MEAN));
  }

  @Test
  void labelsMustBeClasses() {
    Tensor bad = Tensor.of(new int[] {0, 3, 1});
    Tensor logits = LOGITS.cast(DType.FLOAT32);
    assertThrows(ShapeError.class, () -> new CrossEntropy().apply(logits, bad));
    assertThrows(ShapeError.class, () -> Losses.nll(logits, bad, Reduction.MEAN));
    assertThrows(ShapeError.class, () -> Losses.focal(logits, bad, 1, null, Reduction.MEAN));
    EvidentialLosses.Risk risk = EvidentialLosses.Risk.SQUARED_ERROR;
    assertThrows(
        ShapeError.class,
        () -> EvidentialLosses.classification(logits, bad, risk, 0, Reduction.MEAN));
    new CrossEntropy().ignoreIndex(3).apply(logits, bad);
  }

  @Test
  void numbersMustFit() {
    Tensor x = Tensor.ones(3);
    Expect.refused(
        "cross_entropy: label smoothing must be in [0, 1], got 1.5",
        () -> new CrossEntropy().labelSmoothing(1.5));
    Expect.refused(
        "nll: takes no label smoothing, got 0.1",
        () -> new CrossEntropy().labelSmoothing(0.1).nll(LOGITS, LABELS));
    Expect.refused(
        "focal: gamma must be at least 0, got -1.0",
        () -> Losses.focal(LOGITS, LABELS, -1, null, Reduction.MEAN));
    Expect.refused(
        "huber: delta must be positive, got 0.0", () -> Losses.huber(x, x, 0, Reduction.MEAN));
    Expect.refused(
        "smooth_l1: beta must be at least 0, got NaN",
        () -> Losses.smoothL1(x, x, Double.NaN, Reduction.MEAN));
    Expect.refused(
        "confidence_penalty: beta must be at least 0, got -0.5",
        () -> Losses.confidencePenalty(LOGITS, LABELS, -0.5, Reduction.MEAN));
    Expect.refused(
        "gaussian_nll: eps must be positive, got 0.0",
        () -> Losses.gaussianNll(x, x, x, true, 0, Reduction.MEAN));
    Expect.refused(
        "evidential: epochs of annealing must be positive, got 0.0",
        () -> EvidentialLosses.annealed(1, 0));
    assertEquals(0.3, EvidentialLosses.annealed(3, 10));
    assertEquals(1, EvidentialLosses.annealed(30, 10));
  }
}
