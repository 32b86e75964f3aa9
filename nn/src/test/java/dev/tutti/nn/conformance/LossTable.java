package dev.tutti.nn.conformance;

import dev.tutti.engine.DType;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.loss.CrossEntropy;
import dev.tutti.nn.loss.EvidentialLosses;
import dev.tutti.nn.loss.EvidentialLosses.Risk;
import dev.tutti.nn.loss.Losses;
import dev.tutti.nn.loss.NormalInverseGamma;
import dev.tutti.nn.loss.Reduction;
import dev.tutti.testkit.Expect;
import java.util.HashMap;
import java.util.Map;

/// PyTorch's loss functions by name: ours of the same inputs and keyword arguments.
final class LossTable {
  /// A loss of named inputs.
  interface Row {
    /// {@return the value}
    Tensor of(Map<String, Tensor> in, Arguments a, Reduction reduction);
  }

  private static final Map<String, Row> ROWS = new HashMap<>();

  static {
    ROWS.put("cross_entropy", LossTable::crossEntropy);
    ROWS.put("nll_loss", LossTable::nll);
    ROWS.put("binary_cross_entropy_with_logits", LossTable::binaryCrossEntropy);
    ROWS.put("mse_loss", (in, a, r) -> Losses.mse(in.get("input"), in.get("target"), r));
    ROWS.put("l1_loss", (in, a, r) -> Losses.l1(in.get("input"), in.get("target"), r));
    ROWS.put("huber_loss", LossTable::huber);
    ROWS.put("smooth_l1_loss", LossTable::smoothL1);
    ROWS.put("gaussian_nll_loss", LossTable::gaussianNll);
    ROWS.put("kl_div", LossTable::klDiv);
    ROWS.put("focal_loss", LossTable::focal);
    ROWS.put("sigmoid_focal_loss", LossTable::sigmoidFocal);
    ROWS.put("confidence_penalty", LossTable::confidencePenalty);
    ROWS.put("evidential_classification", LossTable::evidentialClassification);
    ROWS.put("evidential_regression", LossTable::evidentialRegression);
  }

  private LossTable() {}

  /// {@return the row of each loss}
  static Map<String, Row> rows() {
    return ROWS;
  }

  /// {@return the reduction of PyTorch's name}
  static Reduction reduction(String torch) {
    return switch (torch) {
      case "mean" -> Reduction.MEAN;
      case "sum" -> Reduction.SUM;
      case "none" -> Reduction.NONE;
      case "batchmean" -> Reduction.BATCH_MEAN;
      default -> throw new AssertionError(torch);
    };
  }

  private static CrossEntropy options(Map<String, Tensor> in, Arguments a, Reduction r) {
    CrossEntropy loss = new CrossEntropy().reduction(r).weight(in.get("weight"));
    return a.has("ignore_index") ? loss.ignoreIndex(a.integer("ignore_index")) : loss;
  }

  private static Tensor crossEntropy(Map<String, Tensor> in, Arguments a, Reduction r) {
    CrossEntropy loss = options(in, a, r).labelSmoothing(a.number("label_smoothing", 0));
    Tensor applied = loss.apply(in.get("input"), in.get("target"));
    if (r != Reduction.NONE) {
      Tensor objective = loss.of(in.get("input"), in.get("target"));
      Expect.sameBits("as an objective", applied, objective);
    }
    return applied;
  }

  private static Tensor nll(Map<String, Tensor> in, Arguments a, Reduction r) {
    return options(in, a, r).nll(in.get("input"), in.get("target"));
  }

  private static Tensor binaryCrossEntropy(Map<String, Tensor> in, Arguments a, Reduction r) {
    return Losses.bceWithLogits(in.get("input"), in.get("target"), in.get("pos_weight"), r);
  }

  private static Tensor huber(Map<String, Tensor> in, Arguments a, Reduction r) {
    return Losses.huber(in.get("input"), in.get("target"), a.number("delta", 1), r);
  }

  private static Tensor smoothL1(Map<String, Tensor> in, Arguments a, Reduction r) {
    return Losses.smoothL1(in.get("input"), in.get("target"), a.number("beta", 1), r);
  }

  private static Tensor gaussianNll(Map<String, Tensor> in, Arguments a, Reduction r) {
    boolean full = a.flag("full", false);
    double eps = a.number("eps", 1e-6);
    return Losses.gaussianNll(in.get("input"), in.get("target"), in.get("var"), full, eps, r);
  }

  private static Tensor klDiv(Map<String, Tensor> in, Arguments a, Reduction r) {
    return Losses.klDiv(in.get("input"), in.get("target"), a.flag("log_target", false), r);
  }

  private static Tensor focal(Map<String, Tensor> in, Arguments a, Reduction r) {
    return Losses.focal(in.get("input"), in.get("target"), a.number("gamma"), in.get("weight"), r);
  }

  /// Of one logit x it is the focal loss of the two logits 0 and x.
  private static Tensor sigmoidFocal(Map<String, Tensor> in, Arguments a, Reduction r) {
    Tensor x = in.get("inputs").unsqueeze(-1);
    Tensor logits = Tensor.concat(-1, x.mul(0), x);
    Tensor labels = in.get("targets").cast(DType.INT32);
    double alpha = a.number("alpha", 0.25);
    Tensor weights = alpha < 0 ? null : Tensor.of((float) (1 - alpha), (float) alpha);
    return Losses.focal(logits, labels, a.number("gamma", 2), weights, r);
  }

  private static Tensor confidencePenalty(Map<String, Tensor> in, Arguments a, Reduction r) {
    return Losses.confidencePenalty(in.get("input"), in.get("target"), a.number("beta"), r);
  }

  /// Ours takes evidence with the rectifier; another function of the outputs that is not negative
  /// passes that unchanged.
  private static Tensor evidentialClassification(Map<String, Tensor> in, Arguments a, Reduction r) {
    Tensor x = in.get("input");
    String evidence = a.text("evidence", "relu");
    Tensor outputs =
        switch (evidence) {
          case "relu" -> x;
          case "softplus" -> x.softplus();
          case "exp" -> x.exp();
          default -> throw new AssertionError(evidence);
        };
    String form = a.text("form", null);
    Risk risk =
        switch (form) {
          case "mse" -> Risk.SQUARED_ERROR;
          case "log" -> Risk.MAXIMUM_LIKELIHOOD;
          case "digamma" -> Risk.CROSS_ENTROPY;
          default -> throw new AssertionError(form);
        };
    double weight = a.number("annealing");
    return EvidentialLosses.classification(outputs, in.get("target"), risk, weight, r);
  }

  private static Tensor evidentialRegression(Map<String, Tensor> in, Arguments a, Reduction r) {
    NormalInverseGamma d =
        new NormalInverseGamma(in.get("gamma"), in.get("nu"), in.get("alpha"), in.get("beta"));
    return EvidentialLosses.regression(d, in.get("target"), a.number("coefficient"), r);
  }
}
