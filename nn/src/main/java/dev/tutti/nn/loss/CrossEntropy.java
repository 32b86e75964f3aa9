package dev.tutti.nn.loss;

import dev.tutti.engine.Tensor;

/// The cross-entropy of logits and class labels with all of PyTorch's options, `F.cross_entropy`;
/// `new CrossEntropy()` has its defaults.
///
/// Labels are int32 `[…]` for logits `[…, C]`, or float rows of probabilities `[…, C]` (soft
/// labels, as mixup makes them). With ε the label smoothing, w the class weights and p = softmax:
///
/// | labels | loss of a row | `MEAN` divides the sum by |
/// |---|---|---|
/// | int32 y | `−(1 − ε) · w[y] · log p[y] − ε / C · Σ w[c] · log p[c]` | `Σ w[y]`, over rows that count |
/// | soft t | `−Σ w[c] · ((1 − ε) · t[c] + ε / C) · log p[c]` | the number of rows |
///
/// It is an [Objective]: `recipe.objective(new CrossEntropy().weight(w))`.
///
/// @param weight the weights of the classes `[C]`, or null for ones
/// @param labelSmoothing ε, from 0 to 1
/// @param ignoreIndex the int32 label of rows that do not count, or null for none. (PyTorch's
///   default is −100, which here is an error like every label that is not a class.)
/// @param reduction how the losses of the rows are combined
public record CrossEntropy(
    Tensor weight, double labelSmoothing, Integer ignoreIndex, Reduction reduction)
    implements Objective {
  private static final String NAME = "cross_entropy";

  /// Checks the label smoothing.
  public CrossEntropy {
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw new IllegalArgumentException(
          NAME + ": label smoothing must be in [0, 1], got " + labelSmoothing);
    }
  }

  /// The mean of plain cross-entropies.
  public CrossEntropy() {
    this(null, 0, null, Reduction.MEAN);
  }

  /// {@return this loss with weights of the classes `[C]`}
  public CrossEntropy weight(Tensor perClass) {
    return new CrossEntropy(perClass, labelSmoothing, ignoreIndex, reduction);
  }

  /// {@return this loss with another label smoothing}
  public CrossEntropy labelSmoothing(double epsilon) {
    return new CrossEntropy(weight, epsilon, ignoreIndex, reduction);
  }

  /// {@return this loss without the rows of this label}
  public CrossEntropy ignoreIndex(int label) {
    return new CrossEntropy(weight, labelSmoothing, label, reduction);
  }

  /// {@return this loss with another reduction}
  public CrossEntropy reduction(Reduction other) {
    return new CrossEntropy(weight, labelSmoothing, ignoreIndex, other);
  }

  /// {@return the loss of logits `[…, C]`}
  ///
  /// @param labels int32 `[…]` or floats `[…, C]`; they may lack leading axes
  public Tensor apply(Tensor logits, Tensor labels) {
    if (labels.dtype().isFloat()) {
      return soft(logits, ClassLabels.fitted(NAME, labels, logits.shape()));
    }
    Rows rows = rows(NAME, logits, labels);
    Tensor losses = rows.weighted(rows.scores.crossEntropy(rows.labels));
    if (labelSmoothing > 0) {
      Tensor smooth = weighted(rows.scores.logSoftmax()).sum(-1, false).neg();
      smooth = rows.counts == null ? smooth : smooth.mul(rows.counts);
      losses = losses.mul(1 - labelSmoothing).add(smooth.mul(labelSmoothing / logits.dim(-1)));
    }
    return reduced(losses, rows);
  }

  /// {@return [#apply], but 0 with a derivative of 0 for a batch in which nothing counts, whose
  /// mean is 0 / 0}
  ///
  /// @throws IllegalArgumentException for [Reduction#NONE], which leaves no scalar
  @Override
  public Tensor of(Tensor logits, Tensor labels) {
    if (reduction == Reduction.NONE) {
      throw new IllegalArgumentException(
          NAME + ": an objective is one number; it needs another reduction than NONE");
    }
    boolean allCount = weight == null && ignoreIndex == null;
    if (allCount || reduction != Reduction.MEAN || labels.dtype().isFloat()) {
      return apply(logits, labels);
    }
    Tensor divisor = divisor(logits, labels);
    Tensor some = Tensor.where(divisor.eq(0), zero(divisor).add(1), divisor);
    return reduction(Reduction.SUM).apply(logits, labels).div(some);
  }

  /// {@return the weights of the rows that count, summed, for [Reduction#MEAN] of int32 labels;
  /// else the number of rows}
  @Override
  public Tensor divisor(Tensor logits, Tensor labels) {
    if (reduction == Reduction.MEAN && !labels.dtype().isFloat()) {
      Rows rows = rows(NAME, logits, labels);
      if (rows.weight != null) {
        return rows.weight.sum();
      }
    }
    return logits.constant(logits.size() / logits.dim(-1));
  }

  /// {@return true unless it is the sum}
  @Override
  public boolean isMean() {
    return reduction == Reduction.MEAN || reduction == Reduction.BATCH_MEAN;
  }

  /// {@return the negative log-likelihood `−w[y] · logp[y]` of log-probabilities `[…, C]`,
  /// PyTorch's `F.nll_loss`}
  ///
  /// @param labels int32 `[…]`; they may lack leading axes
  public Tensor nll(Tensor logProbabilities, Tensor labels) {
    if (labelSmoothing != 0) {
      throw new IllegalArgumentException("nll: takes no label smoothing, got " + labelSmoothing);
    }
    Rows rows = rows("nll", logProbabilities, labels);
    Tensor hot = ClassLabels.oneHot("nll", rows.scores, rows.labels);
    // A mask, not a product: other classes may have log-probability −∞.
    Tensor own = Tensor.where(hot, rows.scores, zero(rows.scores)).sum(-1, false);
    return reduced(rows.weighted(own.neg()), rows);
  }

  private Tensor soft(Tensor logits, Tensor labels) {
    Tensor t =
        labelSmoothing == 0
            ? labels
            : labels.mul(1 - labelSmoothing).add(labelSmoothing / logits.dim(-1));
    return reduction.apply(weighted(logits.logSoftmax()).mul(t).sum(-1, false).neg());
  }

  private Tensor weighted(Tensor scores) {
    return weight == null ? scores : scores.mul(weight.cast(scores.dtype()));
  }

  private static Tensor zero(Tensor like) {
    return like.constant(0);
  }

  /// What the labels say of each row.
  ///
  /// @param scores those of ignored rows replaced by 0: no product brings back a −∞ or NaN of
  ///   theirs
  /// @param labels classes, those of ignored rows replaced by 0
  /// @param counts 0 for ignored rows and 1 for the others; null if all count
  /// @param weight the weight of the row's class, 0 for ignored rows; null if all are 1
  private record Rows(Tensor scores, Tensor labels, Tensor counts, Tensor weight) {
    Tensor weighted(Tensor losses) {
      return weight == null ? losses : losses.mul(weight);
    }
  }

  private Rows rows(String loss, Tensor scores, Tensor labels) {
    Tensor classes = ClassLabels.classes(loss, scores, labels);
    Tensor counts = null;
    Tensor kept = scores;
    if (ignoreIndex != null) {
      Tensor ignored = classes.eq(ignoreIndex);
      classes = Tensor.where(ignored, zero(classes), classes);
      kept = Tensor.where(ignored.unsqueeze(-1), zero(scores), scores);
      counts = ignored.neg().add(1).cast(scores.dtype());
    }
    if (weight == null) {
      return new Rows(kept, classes, counts, counts);
    }
    Tensor own = ClassLabels.pick(loss, weight, scores, classes);
    return new Rows(kept, classes, counts, counts == null ? own : own.mul(counts));
  }

  private Tensor reduced(Tensor losses, Rows rows) {
    if (reduction == Reduction.MEAN && rows.weight != null) {
      return losses.sum().div(rows.weight.sum());
    }
    return reduction.apply(losses);
  }
}
