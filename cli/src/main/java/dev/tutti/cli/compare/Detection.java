package dev.tutti.cli.compare;

import dev.tutti.ensembles.metrics.OutOfDistribution;
import dev.tutti.ensembles.metrics.OutOfDistribution.RecallRule;
import java.util.List;
import java.util.stream.IntStream;

/// How well [Doubt] separates out-of-distribution examples from test examples.
///
/// @param fpr95 the share of the test examples at or above the highest threshold whose recall is at
///   least 95 %
/// @param memberAuroc of each member alone
record Detection(double auroc, double aupr, double fpr95, List<Double> memberAuroc) {

  static Detection of(Doubt id, Doubt ood) {
    return new Detection(
        OutOfDistribution.auroc(id.ensemble(), ood.ensemble()),
        OutOfDistribution.aupr(id.ensemble(), ood.ensemble()),
        OutOfDistribution.fprAtRecall(id.ensemble(), ood.ensemble(), 0.95, RecallRule.AT_LEAST),
        IntStream.range(0, id.members().size())
            .mapToObj(m -> OutOfDistribution.auroc(id.members().get(m), ood.members().get(m)))
            .toList());
  }
}
