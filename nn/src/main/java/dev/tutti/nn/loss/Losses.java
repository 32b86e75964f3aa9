package dev.tutti.nn.loss;

import dev.tutti.engine.Shape;
import dev.tutti.engine.ShapeError;
import dev.tutti.engine.Tensor;

/// Loss functions of a batch: functions of predictions and targets, which act per member under
/// `vmap` like everything else.
///
/// The classes of logits are the last axis. Two operands of one elementwise loss have one shape:
/// nothing broadcasts, so that `[N, 1]` with `[N]` is an error instead of an `[N, N]` of losses.
/// Without a reduction it is the mean, so that `Losses::mse` is an [Objective]. Cross-entropy's
/// options are in [CrossEntropy], evidential losses in [EvidentialLosses].
public final class Losses {
  /// Below it, 1 − p counts as this in a power: its derivative at 0 may be infinite.
  private static final double SMALLEST_MISS = 1e-30;

  private Losses() {}

  /// {@return the mean cross-entropy in nats of logits `[…, C]`, a scalar: PyTorch's
  /// `F.cross_entropy`}
  ///
  /// @param labels int32 `[…]`, or soft labels `[…, C]`
  public static Tensor crossEntropy(Tensor logits, Tensor labels) {
    return labels.dtype().isFloat()
        ? new CrossEntropy().apply(logits, labels)
        : logits.crossEntropy(labels).mean();
  }

  /// {@return the negative log-likelihood `−logp[y]` of log-probabilities `[…, C]` with int32
  /// labels `[…]`: PyTorch's `F.nll_loss`; with class weights it is [CrossEntropy#nll]}
  public static Tensor nll(Tensor logProbabilities, Tensor labels, Reduction reduction) {
    return new CrossEntropy().reduction(reduction).nll(logProbabilities, labels);
  }

  /// {@return the mean of [#nll(Tensor, Tensor, Reduction)]}
  public static Tensor nll(Tensor logProbabilities, Tensor labels) {
    return nll(logProbabilities, labels, Reduction.MEAN);
  }

  /// {@return the focal loss `−α[y] · (1 − p[y])^γ · log p[y]` of logits `[…, C]` with int32 labels
  /// `[…]`} γ = 0 is the cross-entropy (Lin et al., *Focal loss for dense object detection*, 2017).
  ///
  /// @param gamma γ ≥ 0: how little well-classified rows count
  /// @param alpha weights of the classes `[C]`, or null for ones; the mean is over rows, not
  ///   weights, as in torch-uncertainty
  public static Tensor focal(
      Tensor logits, Tensor labels, double gamma, Tensor alpha, Reduction reduction) {
    atLeastZero("focal", "gamma", gamma);
    Tensor y = ClassLabels.classes("focal", logits, labels);
    Tensor entropy = logits.crossEntropy(y); // −log p[y]
    Tensor miss = entropy.neg().expm1().neg().clamp(SMALLEST_MISS, 1);
    Tensor losses = miss.pow(gamma).mul(entropy);
    return reduction.apply(
        alpha == null ? losses : losses.mul(ClassLabels.pick("focal", alpha, logits, y)));
  }

  /// {@return the cross-entropy minus β times the entropy of the prediction, `−log p[y] + β · Σ p ·
  /// log p`, of logits `[…, C]` with int32 labels `[…]`} (Pereyra et al., *Regularizing neural
  /// networks by penalizing confident output distributions*, 2017; torch-uncertainty adds the
  /// constant β · log C.)
  ///
  /// @param beta β ≥ 0
  public static Tensor confidencePenalty(
      Tensor logits, Tensor labels, double beta, Reduction reduction) {
    atLeastZero("confidence_penalty", "beta", beta);
    Tensor y = ClassLabels.classes("confidence_penalty", logits, labels);
    Tensor negentropy = logits.softmax().mul(logits.logSoftmax()).sum(-1, false);
    return reduction.apply(logits.crossEntropy(y).add(negentropy.mul(beta)));
  }

  /// {@return the binary cross-entropy −w · t · log σ(x) − (1 − t) · log(1 − σ(x)) of logits x and
  /// targets t in [0, 1] of one shape: PyTorch's `F.binary_cross_entropy_with_logits`}
  ///
  /// @param posWeight w, the weight of positive targets, of a shape that broadcasts to x's; or null
  ///   for 1
  public static Tensor bceWithLogits(
      Tensor logits, Tensor targets, Tensor posWeight, Reduction reduction) {
    sameShape("bce_with_logits", logits, targets);
    requireBroadcast("bce_with_logits", "weights of positives", posWeight, logits);
    // −log σ(x) = softplus(−x) and −log(1 − σ(x)) = x + softplus(−x)
    Tensor negative = targets.neg().add(1);
    Tensor positive = posWeight == null ? targets : targets.mul(posWeight);
    Tensor softplus = logits.neg().softplus().mul(positive.add(negative));
    return reduction.apply(negative.mul(logits).add(softplus));
  }

  /// {@return the mean of [#bceWithLogits(Tensor, Tensor, Tensor, Reduction)], positive targets
  /// weighing 1}
  public static Tensor bceWithLogits(Tensor logits, Tensor targets) {
    return bceWithLogits(logits, targets, null, Reduction.MEAN);
  }

  /// {@return the Kullback-Leibler divergence from q to t, elementwise t · (log t − log q), and 0
  /// if t is 0: PyTorch's `F.kl_div`} Over a distribution it is the sum; [Reduction#BATCH_MEAN] is
  /// its mean over a batch.
  ///
  /// @param logProbabilities log q
  /// @param target t, or log t if `logTarget`
  public static Tensor klDiv(
      Tensor logProbabilities, Tensor target, boolean logTarget, Reduction reduction) {
    sameShape("kl_div", logProbabilities, target);
    if (logTarget) {
      return reduction.apply(target.exp().mul(target.sub(logProbabilities)));
    }
    Tensor zero = target.constant(0);
    Tensor positive = target.gt(0);
    Tensor log = Tensor.where(positive, target, zero.add(1)).log();
    Tensor difference = Tensor.where(positive, log.sub(logProbabilities), zero);
    return reduction.apply(target.mul(difference));
  }

  /// {@return (x − y)²: PyTorch's `F.mse_loss`}
  public static Tensor mse(Tensor input, Tensor target, Reduction reduction) {
    Tensor d = difference("mse", input, target);
    return reduction.apply(d.mul(d));
  }

  /// {@return the mean of [#mse(Tensor, Tensor, Reduction)]}
  public static Tensor mse(Tensor input, Tensor target) {
    return mse(input, target, Reduction.MEAN);
  }

  /// {@return |x − y|, with derivative 0 if they are equal: PyTorch's `F.l1_loss`}
  public static Tensor l1(Tensor input, Tensor target, Reduction reduction) {
    return reduction.apply(difference("l1", input, target).abs());
  }

  /// {@return the mean of [#l1(Tensor, Tensor, Reduction)]}
  public static Tensor l1(Tensor input, Tensor target) {
    return l1(input, target, Reduction.MEAN);
  }

  /// {@return with d = |x − y|, d² / 2 up to δ and δ · (d − δ / 2) beyond: PyTorch's
  /// `F.huber_loss`}
  ///
  /// @param delta δ > 0
  public static Tensor huber(Tensor input, Tensor target, double delta, Reduction reduction) {
    positive("huber", "delta", delta);
    return reduction.apply(huber(difference("huber", input, target).abs(), delta));
  }

  /// {@return the mean of [#huber(Tensor, Tensor, double, Reduction)] with δ = 1}
  public static Tensor huber(Tensor input, Tensor target) {
    return huber(input, target, 1, Reduction.MEAN);
  }

  /// {@return with d = |x − y|, d² / (2β) up to β and d − β / 2 beyond; for β = 0 it is d:
  /// PyTorch's `F.smooth_l1_loss`}
  ///
  /// @param beta β ≥ 0
  public static Tensor smoothL1(Tensor input, Tensor target, double beta, Reduction reduction) {
    atLeastZero("smooth_l1", "beta", beta);
    Tensor d = difference("smooth_l1", input, target).abs();
    return reduction.apply(beta == 0 ? d : huber(d, beta).div(beta));
  }

  /// {@return the mean of [#smoothL1(Tensor, Tensor, double, Reduction)] with β = 1}
  public static Tensor smoothL1(Tensor input, Tensor target) {
    return smoothL1(input, target, 1, Reduction.MEAN);
  }

  /// With c = min(d, δ) both branches are c · (d − c / 2).
  private static Tensor huber(Tensor d, double delta) {
    Tensor c = d.minimum(d.constant(delta));
    return c.mul(d.sub(c.mul(0.5)));
  }

  /// {@return the negative log-likelihood of normal distributions, ½ (log v + (y − mean)² / v), and
  /// ½ log 2π more if `full`: PyTorch's `F.gaussian_nll_loss`}
  ///
  /// v is the variance, or ε if the variance is smaller; the derivative by a variance below ε is
  /// the one at ε, not 0, so that the variance can grow again. (PyTorch refuses negative
  /// variances.)
  ///
  /// @param variance of the mean's shape, or with a last axis of 1
  /// @param eps ε > 0, in PyTorch 1e-6
  public static Tensor gaussianNll(
      Tensor mean, Tensor target, Tensor variance, boolean full, double eps, Reduction reduction) {
    positive("gaussian_nll", "eps", eps);
    Shape shared = mean.rank() == 0 ? Shape.SCALAR : mean.shape().with(-1, 1);
    if (!variance.shape().equals(mean.shape()) && !variance.shape().equals(shared)) {
      throw new ShapeError(
          "gaussian_nll: variance "
              + variance.shape()
              + " does not fit mean "
              + mean.shape()
              + "; it needs that shape or "
              + shared);
    }
    Tensor least = variance.constant(eps);
    Tensor v = variance.maximum(least).detach().add(variance.sub(variance.detach()));
    Tensor d = difference("gaussian_nll", mean, target);
    Tensor losses = v.log().add(d.mul(d).div(v)).mul(0.5);
    return reduction.apply(full ? losses.add(0.5 * Math.log(2 * Math.PI)) : losses);
  }

  private static Tensor difference(String loss, Tensor input, Tensor target) {
    sameShape(loss, input, target);
    return input.sub(target);
  }

  private static void sameShape(String loss, Tensor input, Tensor target) {
    if (!input.shape().equals(target.shape())) {
      throw new ShapeError(
          loss + ": input " + input.shape() + " and target " + target.shape() + " differ in shape");
    }
  }

  /// Raises [ShapeError] if an optional `t` does not broadcast to the shape of `x`, or would make
  /// it larger.
  private static void requireBroadcast(String loss, String name, Tensor t, Tensor x) {
    if (t == null) {
      return;
    }
    boolean fits = t.rank() <= x.rank();
    for (int i = 1; fits && i <= t.rank(); i++) {
      fits = t.dim(-i) == 1 || t.dim(-i) == x.dim(-i);
    }
    if (!fits) {
      throw new ShapeError(
          loss + ": " + name + " " + t.shape() + " do not broadcast to input " + x.shape());
    }
  }

  private static void atLeastZero(String loss, String name, double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(loss + ": " + name + " must be at least 0, got " + value);
    }
  }

  private static void positive(String loss, String name, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(loss + ": " + name + " must be positive, got " + value);
    }
  }
}
