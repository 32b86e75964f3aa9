package dev.tutti.cli.compare;

import dev.tutti.ensembles.metrics.Predictions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The results of a method on each example, which show whether two numbers differ by more than
/// chance.
///
/// @param nll the negative log-likelihood of each test example
/// @param correct 1 for each test example that is classified right, else 0
/// @param memberNll the mean of the members' negative log-likelihoods of each test example
/// @param memberCorrect the share of the members that classify a test example right
/// @param placements of the scores that detect out-of-distribution examples, if there are any
/// @param memberPlacements the mean of the members' own
record Evidence(
    double[] nll,
    double[] correct,
    double[] memberNll,
    double[] memberCorrect,
    Optional<Placements> placements,
    Optional<Placements> memberPlacements) {

  /// {@return the evidence of predictions}
  ///
  /// @param doubt of the test examples
  /// @param other of out-of-distribution examples, if there are any
  static Evidence of(Predictions id, int[] labels, Doubt doubt, Optional<Doubt> other) {
    List<double[]> nll = new ArrayList<>();
    List<double[]> correct = new ArrayList<>();
    List<Placements> placements = new ArrayList<>();
    for (int m = 0; m < id.members(); m++) {
      Predictions own = id.member(m);
      nll.add(nll(own, labels));
      correct.add(correct(own, labels));
      if (other.isPresent()) {
        placements.add(Placements.of(doubt.members().get(m), other.get().members().get(m)));
      }
    }
    return new Evidence(
        nll(id, labels),
        correct(id, labels),
        mean(nll),
        mean(correct),
        other.map(ood -> Placements.of(doubt.ensemble(), ood.ensemble())),
        other.map(_ -> Placements.mean(placements)));
  }

  private static double[] nll(Predictions p, int[] labels) {
    double[] mean = p.mean();
    double[] nll = new double[labels.length];
    for (int b = 0; b < nll.length; b++) {
      nll[b] = -Math.log(mean[b * p.classes() + labels[b]]);
    }
    return nll;
  }

  private static double[] correct(Predictions p, int[] labels) {
    boolean[] correct = p.correct(labels);
    double[] ones = new double[correct.length];
    for (int b = 0; b < ones.length; b++) {
      ones[b] = correct[b] ? 1 : 0;
    }
    return ones;
  }

  /// {@return the mean of several arrays, element by element}
  static double[] mean(List<double[]> several) {
    double[] mean = new double[several.getFirst().length];
    for (int i = 0; i < mean.length; i++) {
      for (double[] each : several) {
        mean[i] += each[i];
      }
      mean[i] /= several.size();
    }
    return mean;
  }

  /// {@return the number of test examples}
  int examples() {
    return nll.length;
  }

  /// {@return the gain of the ensemble over the mean of its members, in a metric that is a mean
  /// over examples: accuracy, NLL or, if there are out-of-distribution examples, AUROC}
  Optional<Gain> overMembers(Metric metric) {
    return switch (metric) {
      case ACCURACY -> Optional.of(Gain.paired(memberCorrect, correct));
      case NLL -> Optional.of(Gain.paired(memberNll, nll));
      case AUROC -> placements.map(own -> Gain.auroc(memberPlacements.orElseThrow(), own));
      default -> throw new IllegalArgumentException("not a mean over examples: " + metric);
    };
  }

  /// {@return the difference of the NLL to that of another method}
  Gain nllOver(Evidence other) {
    return Gain.paired(other.nll, nll);
  }
}
