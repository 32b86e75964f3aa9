package dev.tutti.nn.loss;

import dev.tutti.engine.DType;
import dev.tutti.engine.Key;
import dev.tutti.engine.Shape;
import dev.tutti.engine.Tensor;
import dev.tutti.nn.loss.EvidentialLosses.Risk;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.Stream;

/// A loss with inputs that it takes: the table that the tests of all losses read. Every public
/// method that gives a loss has a row.
///
/// @param method class and method
/// @param variant what is particular, or empty
/// @param inputs predictions, targets and labels of a key, float32 or int32; all that a member of
///   an ensemble has for itself
/// @param loss the loss of the inputs, one number per element
/// @param definition likewise in plain loops
record LossRow(
    String method,
    String variant,
    Function<Key, List<Tensor>> inputs,
    Function<List<Tensor>, Tensor> loss,
    Function<List<Tensor>, double[]> definition) {
  private static final int N = 4;
  private static final int C = 5;
  private static final Tensor WEIGHTS = Tensor.of(0.5f, 2f, 1f, 0.25f, 3f);
  private static final Reduction EACH = Reduction.NONE;

  static List<LossRow> all() {
    return Stream.of(classes(), probabilities(), regression(), evidential())
        .flatMap(List::stream)
        .toList();
  }

  /// {@return Σ c · loss with fixed, distinct c: every element counts, and differently}
  Tensor total(List<Tensor> in) {
    Tensor losses = loss.apply(in);
    Tensor c = Tensor.arange(losses.size()).reshape(losses.shape()).cast(losses.dtype());
    return losses.mul(c.mul(0.37).add(1).sin()).sum();
  }

  private static LossRow labelled(
      String method,
      String variant,
      Function<List<Tensor>, Tensor> loss,
      NaiveLosses.RowLoss definition) {
    return new LossRow(
        method,
        variant,
        LossRow::logitsAndLabels,
        loss,
        in -> NaiveLosses.rows(in.get(0), in.get(1), definition));
  }

  private static List<LossRow> classes() {
    CrossEntropy each = new CrossEntropy().reduction(EACH);
    CrossEntropy full = each.weight(WEIGHTS).labelSmoothing(0.2);
    CrossEntropy weighted = new CrossEntropy().weight(WEIGHTS);
    double[] w = WEIGHTS.toDoubles();
    double[] ones = {1, 1, 1, 1, 1};
    return List.of(
        new LossRow(
            "Losses.crossEntropy",
            "",
            LossRow::logitsAndLabels,
            in -> Losses.crossEntropy(in.get(0), in.get(1)),
            in -> mean(NaiveLosses.rows(in.get(0), in.get(1), NaiveLosses::crossEntropy))),
        new LossRow(
            "Losses.crossEntropy",
            "soft labels",
            k -> List.of(k.fold(0).normal(N, C), k.fold(1).normal(N, C).softmax()),
            in -> Losses.crossEntropy(in.get(0), in.get(1)),
            in -> mean(soft(in, ones, 0))),
        labelled(
            "CrossEntropy.apply",
            "plain",
            in -> each.apply(in.get(0), in.get(1)),
            NaiveLosses::crossEntropy),
        labelled(
            "CrossEntropy.apply",
            "weights and smoothing",
            in -> full.apply(in.get(0), in.get(1)),
            (z, y) -> w[y] * 0.8 * NaiveLosses.crossEntropy(z, y) + uniform(z, w, 0.2)),
        labelled(
            "CrossEntropy.apply",
            "ignoring 2, weights and smoothing",
            in -> full.ignoreIndex(2).apply(in.get(0), in.get(1)),
            (z, y) ->
                y == 2 ? 0 : w[y] * 0.8 * NaiveLosses.crossEntropy(z, y) + uniform(z, w, 0.2)),
        new LossRow(
            "CrossEntropy.apply",
            "ignoring 2 and its logits of −∞, weights and smoothing",
            k -> impossible(logitsAndLabels(k), 2),
            in -> full.ignoreIndex(2).apply(in.get(0), in.get(1)),
            in ->
                NaiveLosses.rows(
                    in.get(0),
                    in.get(1),
                    (z, y) ->
                        y == 2
                            ? 0
                            : w[y] * 0.8 * NaiveLosses.crossEntropy(z, y) + uniform(z, w, 0.2))),
        new LossRow(
            "CrossEntropy.apply",
            "soft labels, weights and smoothing",
            k -> List.of(k.fold(0).normal(N, C), k.fold(1).normal(N, C).softmax()),
            in -> full.apply(in.get(0), in.get(1)),
            in -> soft(in, w, 0.2)),
        new LossRow(
            "CrossEntropy.of",
            "the mean by weights, ignoring 2",
            LossRow::logitsAndLabels,
            in -> weighted.ignoreIndex(2).of(in.get(0), in.get(1)),
            in -> {
              double sum = 0;
              double weights = 0;
              for (double l :
                  NaiveLosses.rows(
                      in.get(0),
                      in.get(1),
                      (z, y) -> y == 2 ? 0 : w[y] * NaiveLosses.crossEntropy(z, y))) {
                sum += l;
              }
              for (double y : in.get(1).toDoubles()) {
                weights += y == 2 ? 0 : w[(int) y];
              }
              return new double[] {weights == 0 ? 0 : sum / weights};
            }),
        labelled(
            "CrossEntropy.nll",
            "weights, ignoring 2",
            in -> each.weight(WEIGHTS).ignoreIndex(2).nll(in.get(0), in.get(1)),
            (z, y) -> y == 2 ? 0 : -w[y] * z[y]),
        labelled("Losses.nll", "", in -> Losses.nll(in.get(0), in.get(1), EACH), (z, y) -> -z[y]),
        labelled(
            "Losses.focal",
            "gamma 2",
            in -> Losses.focal(in.get(0), in.get(1), 2, null, EACH),
            (z, y) -> NaiveLosses.focal(z, y, 2, ones)),
        labelled(
            "Losses.focal",
            "gamma 0.5 and weights",
            in -> Losses.focal(in.get(0), in.get(1), 0.5, WEIGHTS, EACH),
            (z, y) -> NaiveLosses.focal(z, y, 0.5, w)),
        labelled(
            "Losses.confidencePenalty",
            "",
            in -> Losses.confidencePenalty(in.get(0), in.get(1), 0.3, EACH),
            (z, y) -> NaiveLosses.confidencePenalty(z, y, 0.3)));
  }

  private static List<LossRow> probabilities() {
    Tensor positives = Tensor.of(0.5f, 2f, 1f, 0.25f, 3f);
    double[] w = positives.toDoubles();
    return List.of(
        new LossRow(
            "Losses.bceWithLogits",
            "",
            k -> List.of(k.fold(0).normal(N, C), k.fold(1).uniform(N, C)),
            in -> Losses.bceWithLogits(in.get(0), in.get(1), null, EACH),
            in -> NaiveLosses.pairs(in.get(0), in.get(1), (x, t) -> NaiveLosses.bce(x, t, 1))),
        new LossRow(
            "Losses.bceWithLogits",
            "weights of positives",
            k -> List.of(k.fold(0).normal(N, C), k.fold(1).uniform(N, C)),
            in ->
                Losses.bceWithLogits(in.get(0), in.get(1), positives.cast(in.get(0).dtype()), EACH),
            in -> {
              int[] i = {0};
              return NaiveLosses.pairs(
                  in.get(0), in.get(1), (x, t) -> NaiveLosses.bce(x, t, w[i[0]++ % C]));
            }),
        new LossRow(
            "Losses.klDiv",
            "",
            k -> List.of(logProbabilities(k.fold(0)), logProbabilities(k.fold(1)).exp()),
            in -> Losses.klDiv(in.get(0), in.get(1), false, EACH),
            in -> NaiveLosses.pairs(in.get(0), in.get(1), (q, t) -> t * (Math.log(t) - q))),
        new LossRow(
            "Losses.klDiv",
            "log target",
            k -> List.of(logProbabilities(k.fold(0)), logProbabilities(k.fold(1))),
            in -> Losses.klDiv(in.get(0), in.get(1), true, EACH),
            in -> NaiveLosses.pairs(in.get(0), in.get(1), (q, t) -> Math.exp(t) * (t - q))));
  }

  private static LossRow paired(
      String method,
      String variant,
      Function<List<Tensor>, Tensor> loss,
      DoubleUnaryOperator ofDifference) {
    return new LossRow(
        method,
        variant,
        k -> List.of(k.fold(0).normal(N, C), k.fold(1).normal(N, C)),
        loss,
        in ->
            NaiveLosses.pairs(
                in.get(0), in.get(1), (x, y) -> ofDifference.applyAsDouble(Math.abs(x - y))));
  }

  private static List<LossRow> regression() {
    return List.of(
        paired("Losses.mse", "", in -> Losses.mse(in.get(0), in.get(1), EACH), d -> d * d),
        paired("Losses.l1", "", in -> Losses.l1(in.get(0), in.get(1), EACH), d -> d),
        paired(
            "Losses.huber",
            "",
            in -> Losses.huber(in.get(0), in.get(1), 0.7, EACH),
            d -> NaiveLosses.huber(d, 0.7)),
        paired(
            "Losses.smoothL1",
            "",
            in -> Losses.smoothL1(in.get(0), in.get(1), 0.7, EACH),
            d -> NaiveLosses.huber(d, 0.7) / 0.7),
        paired(
            "Losses.smoothL1",
            "beta 0",
            in -> Losses.smoothL1(in.get(0), in.get(1), 0, EACH),
            d -> d),
        new LossRow(
            "Losses.gaussianNll",
            "",
            k -> normals(k, C),
            in -> Losses.gaussianNll(in.get(0), in.get(1), in.get(2), true, 1e-6, EACH),
            in -> gaussian(in, C)),
        new LossRow(
            "Losses.gaussianNll",
            "one variance a row",
            k -> normals(k, 1),
            in -> Losses.gaussianNll(in.get(0), in.get(1), in.get(2), true, 1e-6, EACH),
            in -> gaussian(in, 1)));
  }

  private static List<LossRow> evidential() {
    Stream<LossRow> risks =
        Arrays.stream(Risk.values())
            .map(risk ->
                labelled(
                    "EvidentialLosses.classification",
                    risk.name(),
                    in -> EvidentialLosses.classification(in.get(0), in.get(1), risk, 0.4, EACH),
                    (z, y) -> NaiveLosses.evidential(z, y, risk, 0.4)));
    LossRow regression =
        new LossRow(
            "EvidentialLosses.regression",
            "",
            k ->
                List.of(
                    k.fold(0).normal(N, C),
                    k.fold(1).uniform(0.5, 2, Shape.of(N, C)),
                    k.fold(2).uniform(1.1, 4, Shape.of(N, C)),
                    k.fold(3).uniform(0.5, 2, Shape.of(N, C)),
                    k.fold(4).normal(N, C)),
            in ->
                EvidentialLosses.regression(
                    new NormalInverseGamma(in.get(0), in.get(1), in.get(2), in.get(3)),
                    in.get(4),
                    0.1,
                    EACH),
            in -> {
              double[][] p = in.stream().map(Tensor::toDoubles).toArray(double[][]::new);
              double[] out = new double[N * C];
              Arrays.setAll(
                  out,
                  i ->
                      NaiveLosses.evidentialRegression(
                          p[0][i], p[1][i], p[2][i], p[3][i], p[4][i], 0.1));
              return out;
            });
    LossRow certain =
        new LossRow(
            "EvidentialLosses.regression",
            "outputs of −100",
            k -> List.of(k.fold(0).normal(N, C), k.fold(1).normal(N, C)),
            in -> {
              Tensor none = Tensor.full(in.get(0).dtype(), -100, Shape.of(N, 3 * C));
              Tensor outputs = Tensor.concat(-1, in.get(0), none);
              return EvidentialLosses.regression(
                  NormalInverseGamma.of(outputs), in.get(1), 0.1, EACH);
            },
            in ->
                NaiveLosses.pairs(
                    in.get(0),
                    in.get(1),
                    (g, y) -> NaiveLosses.evidentialRegression(g, 1e-6, 1 + 1e-6, 1e-6, y, 0.1)));
    return Stream.concat(risks, Stream.of(regression, certain)).toList();
  }

  /// Labels of all classes but one, 2 among them.
  private static List<Tensor> logitsAndLabels(Key k) {
    Tensor shift = k.fold(1).uniform(1).mul(C).floor().cast(DType.INT32);
    Tensor labels = Tensor.arange(N).add(shift);
    Tensor wrapped = Tensor.where(labels.lt(C), labels, labels.sub(C));
    return List.of(k.fold(0).normal(N, C).mul(2), wrapped);
  }

  /// Class 0 impossible in the rows of a label.
  private static List<Tensor> impossible(List<Tensor> in, int label) {
    Tensor logits = in.get(0);
    Tensor first = Tensor.arange(C).lt(1);
    Tensor both = in.get(1).eq(label).unsqueeze(-1).mul(first);
    Tensor none = Tensor.full(logits.dtype(), Double.NEGATIVE_INFINITY, Shape.SCALAR);
    return List.of(Tensor.where(both, none, logits), in.get(1));
  }

  /// None below log 0.03 or so.
  private static Tensor logProbabilities(Key k) {
    return k.normal(N, C).mul(0.5).logSoftmax();
  }

  private static List<Tensor> normals(Key k, int variances) {
    return List.of(
        k.fold(0).normal(N, C),
        k.fold(1).normal(N, C),
        k.fold(2).uniform(0.2, 2, Shape.of(N, variances)));
  }

  private static double[] gaussian(List<Tensor> in, int variances) {
    double[] v = in.get(2).toDoubles();
    int[] i = {0};
    return NaiveLosses.pairs(
        in.get(0),
        in.get(1),
        (x, y) -> {
          int at = i[0]++;
          return NaiveLosses.gaussianNll(x - y, v[variances == 1 ? at / C : at]);
        });
  }

  private static double[] soft(List<Tensor> in, double[] weight, double smoothing) {
    double[] t = in.get(1).toDoubles();
    int[] row = {0};
    return NaiveLosses.rows(
        in.get(0),
        Tensor.arange(N),
        (z, i) -> {
          double[] target = Arrays.copyOfRange(t, row[0], row[0] += C);
          for (int c = 0; c < C; c++) {
            target[c] = target[c] * (1 - smoothing) + smoothing / C;
          }
          return NaiveLosses.soft(z, target, weight);
        });
  }

  /// The part of label smoothing, ε / C · −Σ w · log p.
  private static double uniform(double[] z, double[] weight, double smoothing) {
    double[] target = new double[C];
    Arrays.fill(target, smoothing / C);
    return NaiveLosses.soft(z, target, weight);
  }

  private static double[] mean(double[] losses) {
    return new double[] {Arrays.stream(losses).average().orElseThrow()};
  }

  @Override
  public String toString() {
    return variant.isEmpty() ? method : method + ", " + variant;
  }
}
